import { isJsonObject, type JsonObject, setOwn } from '../../meta/object.js'
import { zeroQuantity } from '../../meta/quantity.js'
import type { Field, StructType, Type } from './type.js'

/**
 * A struct as Go prints it, from what was read of its fields and of those of embedded structs: in the type's order, what
 * is left out when empty left out, what is always there filled in. null is never printed: such a field is left out.
 */
export function printStruct(type: StructType, read: ReadonlyMap<Field, unknown>): JsonObject {
  const printed: JsonObject = {}
  for (const [name, { field }] of type.members) {
    const value = read.get(field) ?? (field.pointer || field.omitEmpty ? undefined : zeroValue(field.type))
    const dropped = value === undefined || (drops(field, type) && isEmpty(value, field.type))
    if (!dropped) setOwn(printed, name, value)
  }
  return printed
}

/** Lists whose validation refuses that they are empty, and sets them where they are absent: none is ever stored empty. */
const toldFromAbsent = new Set(['autoscaling.v2.HPAScalingRules policies'])

/**
 * Whether an empty value of the field is left out. An empty list that JSON would keep is null once it was stored, as
 * protobuf does not tell one from the other; custom resource definitions are stored as JSON.
 */
function drops({ omitEmpty, pointer, type, name: field }: Field, { name }: StructType): boolean {
  if (toldFromAbsent.has(`${name} ${field}`)) return false
  if (omitEmpty) return !pointer
  return type.kind === 'list' && !pointer && !name.startsWith('apiextensions.')
}

/** What Go prints for a field that nobody set; undefined where that is null. */
export function zeroValue(type: Type): unknown {
  switch (type.kind) {
    case 'string':
      return ''
    case 'bool':
      return false
    case 'int32':
    case 'int64':
    case 'float64':
      return 0
    case 'struct':
      return printStruct(type, new Map())
    case 'known':
      return type.name === 'resource.Quantity' ? zeroQuantity : type.name === 'intstr.IntOrString' ? 0 : undefined
    default:
      return undefined
  }
}

/** An item of a list or map that nobody set. */
export function zeroItem(type: Type): unknown {
  return zeroValue(type) ?? (type.kind === 'bytes' ? '' : null)
}

/** Empty in the sense of Go's `omitempty`; for a struct, of `omitzero`. */
function isEmpty(value: unknown, type: Type): boolean {
  if (value === '' || value === 0 || value === 0n || value === false) return type.kind !== 'known'
  if (Array.isArray(value)) return value.length === 0
  return isJsonObject(value) && type.kind !== 'known' && Object.keys(value).length === 0
}
