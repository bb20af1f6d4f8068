import { isJsonObject, type JsonObject } from '../../meta/object.js'
import { formatQuantity, parseQuantity, zeroQuantity } from '../../meta/quantity.js'
import { normalizeMicroTime, normalizeTime } from '../../meta/rfc3339.js'
import { goKind, mismatch, type Place, TypedDecodeError } from './decode-error.js'
import type { KnownType, StructType } from './type.js'

/** Reads a struct on its own: what is wrong in it is thrown at once. */
type DecodeStruct = (value: unknown, type: StructType, place: Place) => JsonObject

const zeroTime = /^0001-01-01T00:00:00(?:\.0+)?Z$/

/**
 * Reads a value whose type has a JSON form of its own; undefined for one that JSON shows as null.
 * @throws TypedDecodeError
 */
export function decodeKnown(type: KnownType, value: unknown, place: Place, decodeStruct: DecodeStruct): unknown {
  switch (type.name) {
    case 'meta.v1.Time':
      return decodeTime(value, normalizeTime, place)
    case 'meta.v1.MicroTime':
      return decodeTime(value, normalizeMicroTime, place)
    case 'resource.Quantity':
      return decodeQuantity(value)
    case 'intstr.IntOrString':
      return decodeIntOrString(value, place)
    case 'meta.v1.FieldsV1':
    case 'runtime.RawExtension':
    case 'apiextensions.v1.JSON':
      return value ?? undefined
    default:
      return decodeSchema(type, value, place, decodeStruct)
  }
}

/** A schema, or a bool, several schemas or names in its place. Go takes other values for none. */
function decodeSchema(type: KnownType, value: unknown, place: Place, decodeStruct: DecodeStruct): unknown {
  const schemaType = type.schema()
  if (isJsonObject(value) && schemaType) return decodeStruct(value, schemaType, place)
  if (type.name === 'apiextensions.v1.JSONSchemaPropsOrBool') {
    if (typeof value === 'boolean') return value
    throw new TypedDecodeError('boolean or JSON schema expected')
  }
  if (!Array.isArray(value) || value.length === 0 || !schemaType) return undefined
  if (type.name === 'apiextensions.v1.JSONSchemaPropsOrArray') {
    return value.map((item: unknown) => decodeStruct(item ?? {}, schemaType, place))
  }
  return value.map((item: unknown) => {
    if (item !== null && typeof item !== 'string') throw mismatch(goKind(item), 'string', place)
    return item ?? ''
  })
}

function decodeTime(value: unknown, normalize: (text: string) => string, place: Place): string | undefined {
  if (value === null) return undefined
  if (typeof value !== 'string') throw mismatch(goKind(value), 'string', place)
  const time = inGoWords(() => normalize(value))
  return zeroTime.test(time) ? undefined : time
}

/** Go reads the JSON text itself, whatever it is. */
function decodeQuantity(value: unknown): string {
  if (value === null) return zeroQuantity
  const text = typeof value === 'string' ? value.trim() : typeof value === 'object' ? '{}' : String(value)
  return inGoWords(() => formatQuantity(parseQuantity(text)))
}

function decodeIntOrString(value: unknown, place: Place): string | number {
  if (typeof value === 'string') return value
  if (value === null) return 0
  if (typeof value !== 'number' && typeof value !== 'bigint') throw mismatch(goKind(value), 'int32', place)
  const number = Number(value)
  if (Number.isInteger(number) && Math.abs(number + 0.5) < 2 ** 31) return number
  throw mismatch(`number ${value}`, 'int32', place)
}

function inGoWords<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw new TypedDecodeError((error as Error).message)
  }
}
