import { isJsonObject, type JsonObject, setOwn } from '../../meta/object.js'
import { formatQuantity, parseQuantity, roundToMilli } from '../../meta/quantity.js'
import { Base64Error, normalizeBase64 } from './base64.js'
import { goKind, mismatch, type Place, TypedDecodeError } from './decode-error.js'
import { decodeKnown } from './decode-known.js'
import { printStruct, zeroItem } from './print-struct.js'
import type { Field, ListType, MapType, ScalarType, StructType, Type } from './type.js'

/**
 * Reads an object as Go's decoder reads JSON into the struct and prints it again: values of a wrong type are refused;
 * nulls and what is left out when empty are dropped; structs, texts and numbers that are always there are filled in;
 * times, quantities and base64 come in their canonical form, fields in the struct's order. Members that the struct has
 * not are dropped: who wants to tell of them looks before.
 * @throws TypedDecodeError for the first that Go would name
 */
export function decodeTyped(value: JsonObject, type: StructType): JsonObject {
  return decodeApart(value, type, { struct: shortName(type), path: [] })
}

/** As `decodeTyped`, in place, for the members of a whole object: apiVersion, kind and metadata are left as they are. */
export function decodeTypedObject(object: JsonObject, type: StructType): void {
  const { apiVersion, kind, metadata, ...rest } = object
  const { metadata: _, ...decoded } = decodeTyped(rest, type)
  for (const key of Object.keys(object)) delete object[key]
  Object.assign(object, { apiVersion, kind, metadata }, decoded)
  for (const key of ['apiVersion', 'kind', 'metadata']) if (object[key] === undefined) delete object[key]
}

function decodeApart(value: unknown, type: StructType, place: Place): JsonObject {
  const decoder = new Decoder()
  const decoded = decoder.struct(value, type, place)
  decoder.finish()
  return decoded
}

class Decoder {
  /** Go reads on after a wrong type, in case something worse comes, and then tells the first. */
  #first: TypedDecodeError | undefined

  finish(): void {
    if (this.#first) throw this.#first
  }

  struct(value: unknown, type: StructType, place: Place): JsonObject {
    if (!isJsonObject(value)) {
      this.#refuse(mismatch(goKind(value), type.go, place))
      return {}
    }
    const read = new Map<Field, unknown>()
    for (const key of Object.keys(value)) {
      const member = type.members.get(key)
      if (!member || value[key] === undefined || (value[key] === null && member.field.pointer)) continue
      const at = { struct: shortName(type), path: [...place.path, member.goPath] }
      const decoded = this.#value(value[key], member.field.type, at)
      if (decoded !== undefined) read.set(member.field, decoded)
    }
    return printStruct(type, read)
  }

  /** undefined: as if it were not there. */
  #value(value: unknown, type: Type, place: Place): unknown {
    if (type.kind === 'known') return decodeKnown(type, value, place, decodeApart)
    if (value === null) return undefined
    switch (type.kind) {
      case 'struct':
        return this.struct(value, type, place)
      case 'list':
        return this.#list(value, type, place)
      case 'map':
        return this.#map(value, type, place)
      default:
        return this.#scalar(value, type, place)
    }
  }

  #list(value: unknown, type: ListType, place: Place): unknown[] | undefined {
    if (Array.isArray(value)) return value.map((item) => this.#value(item, type.item, place) ?? zeroItem(type.item))
    this.#refuse(mismatch(goKind(value), type.go, place))
    return undefined
  }

  #map(value: unknown, type: MapType, place: Place): JsonObject | undefined {
    if (!isJsonObject(value)) {
      this.#refuse(mismatch(goKind(value), type.go, place))
      return undefined
    }
    const map: JsonObject = {}
    for (const key of Object.keys(value)) {
      setOwn(map, key, this.#value(value[key], type.value, place) ?? zeroItem(type.value))
    }
    if (type.go === 'v1.ResourceList') roundAmounts(map)
    return map
  }

  #scalar(value: unknown, type: ScalarType, place: Place): unknown {
    const decoded = readScalar(value, type.kind)
    if (decoded !== undefined) return decoded
    if (type.kind === 'bytes' && typeof value === 'string') return this.#base64(value)
    if (type.kind === 'bytes' && Array.isArray(value)) return this.#byteList(value, place)
    const wantsNumber = type.kind === 'int32' || type.kind === 'int64' || type.kind === 'float64'
    const isNumber = typeof value === 'number' || typeof value === 'bigint'
    this.#refuse(mismatch(isNumber && wantsNumber ? `number ${value}` : goKind(value), type.go, place))
    return undefined
  }

  #base64(text: string): string | undefined {
    try {
      return normalizeBase64(text)
    } catch (error) {
      if (!(error instanceof Base64Error)) throw error
      this.#refuse(new TypedDecodeError(error.message))
      return undefined
    }
  }

  /** Go takes a list of numbers for bytes too. */
  #byteList(items: unknown[], place: Place): string {
    const bytes = items.map((item) => {
      if (item === null || (typeof item === 'number' && Number.isInteger(item) && item >= 0 && item < 256))
        return item ?? 0
      const isNumber = typeof item === 'number' || typeof item === 'bigint'
      this.#refuse(mismatch(isNumber ? `number ${item}` : goKind(item), 'uint8', place))
      return 0
    })
    return Buffer.from(bytes).toString('base64')
  }

  #refuse(error: TypedDecodeError): void {
    this.#first ??= error
  }
}

function readScalar(value: unknown, kind: ScalarType['kind']): unknown {
  switch (kind) {
    case 'string':
      return typeof value === 'string' ? value : undefined
    case 'bool':
      return typeof value === 'boolean' ? value : undefined
    case 'int32':
      return typeof value === 'number' && Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 31
        ? value
        : undefined
    case 'int64':
      if (typeof value === 'bigint') return value
      return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined
    case 'float64':
      return typeof value === 'number' || typeof value === 'bigint' ? value : undefined
    case 'bytes':
      return undefined
  }
}

/** Amounts in lists of resources have at most three decimal places (upstream's SetDefaults_ResourceList). */
function roundAmounts(amounts: JsonObject): void {
  for (const [name, amount] of Object.entries(amounts)) {
    setOwn(amounts, name, formatQuantity(roundToMilli(parseQuantity(String(amount)))))
  }
}

function shortName({ name }: StructType): string {
  return name.slice(name.lastIndexOf('.') + 1)
}
