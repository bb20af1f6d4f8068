import type { StructTypes } from './environment.js'
import { global } from './overload.js'
import { traversal } from './price.js'
import { formatDuration, formatTimestamp } from './time.js'
import { dynType, listType, stringType, structType, type Type } from './type.js'
import { Duration, fail, ListValue, MapValue, OpaqueValue, Timestamp, typeName, Uint, type Value } from './value.js'

/** An object whose members have any name and type: which they really are is known when it is applied. */
class AnyMembers extends Map<string, Type> {
  override get(): Type {
    return dynType
  }
}

const anyMembers = new AnyMembers()
const jsonPatch = structType(
  'JSONPatch',
  new Map([
    ['op', stringType],
    ['path', stringType],
    ['from', stringType],
    ['value', dynType],
  ]),
)

/** `Object{…}`: a part of an object that is to be applied. */
export const objectPatchType = structType('Object', anyMembers)
/** A list of `JSONPatch{…}`. */
export const jsonPatchListType = listType(jsonPatch)

/** A value of a type that is made by naming its members. */
class StructValue extends OpaqueValue {
  constructor(
    readonly type: string,
    readonly members: ReadonlyMap<string, Value>,
  ) {
    super()
  }

  equals(other: OpaqueValue): boolean {
    if (!(other instanceof StructValue) || other.type !== this.type) return false
    return JSON.stringify(toJson(this)) === JSON.stringify(toJson(other))
  }

  override select(field: string): Value | undefined {
    return this.members.get(field) ?? (this.type === 'JSONPatch' && field !== 'value' ? '' : undefined)
  }
}

/** What mutations are written with (admissionregistration.k8s.io/v1, MutatingAdmissionPolicy). */
export const patchTypes: StructTypes = {
  find: (name) => {
    if (name === 'JSONPatch') return jsonPatch
    return name === 'Object' || name.startsWith('Object.') ? structType(name, anyMembers) : undefined
  },
  make: (name, members) => new StructValue(name, members),
  functions: [
    global(
      'jsonpatch.escapeKey(string) string',
      (key: string) => key.replaceAll('~', '~0').replaceAll('/', '~1'),
      traversal(),
    ),
  ],
}

/** A value as JSON. @throws Failure when there is no JSON for it */
export function toJson(value: Value): unknown {
  switch (typeof value) {
    case 'bigint':
      return Number.isSafeInteger(Number(value)) ? Number(value) : value
    case 'boolean':
    case 'number':
    case 'string':
      return value
  }
  if (value === null) return null
  if (value instanceof ListValue) return Array.from({ length: value.size }, (_, i) => toJson(value.at(i)))
  if (value instanceof MapValue) return mapToJson(value)
  if (value instanceof Uint) return toJson(value.value)
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (value instanceof Timestamp) return formatTimestamp(value)
  if (value instanceof Duration) return formatDuration(value)
  if (value instanceof StructValue) {
    return Object.fromEntries(Array.from(value.members, ([key, member]) => [key, toJson(member)]))
  }
  return fail(`${typeName(value)} could not be marshalled to JSON`)
}

function mapToJson(map: MapValue): unknown {
  const entries = Array.from(map.keys(), (key) => {
    if (typeof key !== 'string') fail(`map key ${typeName(key)} is not string`)
    return [key, toJson(map.find(key) ?? null)]
  })
  return Object.fromEntries(entries)
}

/**
 * Where the types of literals do not say the path they are at: `Object{spec: Object.metadata{}}`. The texts are
 * upstream's, parted by newlines; undefined when there are none.
 */
export function misnamedTypes(value: Value, path = 'Object'): string | undefined {
  const found: string[] = []
  const note = (text: string | undefined) => {
    if (text !== undefined) found.push(text)
  }
  if (value instanceof StructValue && value.type !== 'JSONPatch') {
    if (value.type !== path) {
      const which = 'which matches field name path from root Object type'
      found.push(`unexpected type name "${value.type}", expected "${path}", ${which}`)
    }
    for (const [key, member] of value.members) note(misnamedTypes(member, `${path}.${key}`))
  } else if (value instanceof ListValue) {
    for (let i = 0; i < value.size; i++) note(misnamedTypes(value.at(i), path))
  } else if (value instanceof MapValue) {
    for (const key of value.keys()) note(misnamedTypes(value.find(key) ?? null, path))
  }
  return found.length > 0 ? found.join('\n') : undefined
}

/** The path a value is at when it stands by itself, as in a JSON patch: what its own type says. */
function misnamedParts(value: Value): string | undefined {
  return value instanceof StructValue ? misnamedTypes(value, value.type) : undefined
}

/** The operations that a list of `JSONPatch{…}` stands for. @throws Failure */
export function patchOperations(list: Value): { op: unknown; path: unknown; from?: unknown; value?: unknown }[] {
  if (!(list instanceof ListValue)) return fail('type mismatch: JSONPatchType.expression should evaluate to array')
  return Array.from({ length: list.size }, (_, i) => {
    const one = list.at(i)
    if (!(one instanceof StructValue)) return fail('type mismatch: expected JSONPatch')
    const value = one.members.get('value')
    const misnamed = value === undefined ? undefined : misnamedParts(value)
    if (misnamed !== undefined) fail(`type mismatch: ${misnamed}`)
    const from = one.select('from')
    return {
      op: one.select('op'),
      path: one.select('path'),
      ...(from ? { from } : {}),
      ...(value === undefined ? {} : { value: toJson(value) }),
    }
  })
}
