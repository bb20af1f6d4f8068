import { type JsonObject, setOwn } from '../../meta/object.js'
import { zeroValue } from './print-struct.js'
import type { Field, StructType } from './type.js'

/**
 * A struct nobody has set a field of, as field ownership sees it: structs are always there, and of what JSON does not
 * leave out when empty, maps, lists and pointers are null. What is there from the start is never added, so nobody owns
 * it as such: in the managedFields of a Deployment `f:spec` and `f:containers` have no `.`.
 */
export function emptyStruct(type: StructType): JsonObject {
  const empty: JsonObject = {}
  for (const [name, { field }] of type.members) {
    const value = emptyValue(field)
    if (value !== undefined) setOwn(empty, name, value)
  }
  return empty
}

function emptyValue({ type, pointer, omitEmpty }: Field): unknown {
  if (type.kind === 'struct' && !pointer) return emptyStruct(type)
  if (omitEmpty) return undefined
  return pointer ? null : (zeroValue(type) ?? null)
}
