import { jsonEquals } from '../meta/json-equal.js'
import { isJsonObject, type JsonObject, setOwn } from '../meta/object.js'
import type { Schema } from '../schema/schema.js'
import { type FieldType, type ListType, objectType } from './field-type.js'
import { mergeItems } from './three-way-merge-list.js'

/** Nothing is known but what every object has. */
const anyObject: Schema = {}

/**
 * What a person's edit makes of the current object: the differences between `base` (what was last in the file) and
 * `file` (what it says now) are applied to `current`. Maps merge key by key; lists by the schema: those with keys and
 * sets item by item, finalizers as a set and owners by uid in any case, every other list as a whole. What only one side
 * changed or removed is so in the result. Where both changed the same field, the file wins; removing a field and
 * changing something within it is the same field. Trees are shared, not copied, and none is changed.
 */
export function threeWayMerge(base: unknown, file: unknown, current: unknown, schema: Schema = anyObject): unknown {
  return merge(base, file, current, objectType(schema))
}

function merge(base: unknown, file: unknown, current: unknown, type: FieldType | undefined): unknown {
  if (isJsonObject(file) && isJsonObject(current) && !type?.map?.atomic) return mergeMaps(base, file, current, type)
  if (Array.isArray(file) && Array.isArray(current) && type?.list && !type.list.atomic) {
    const merged = mergeLists(base, file, current, type.list)
    if (merged) return merged
  }
  return jsonEquals(base, file) ? current : file
}

function mergeMaps(base: unknown, file: JsonObject, current: JsonObject, type: FieldType | undefined): JsonObject {
  const before = isJsonObject(base) ? base : {}
  const merged: JsonObject = {}
  for (const key of new Set([...Object.keys(current), ...Object.keys(file)])) {
    const [was, says, is] = [before, file, current].map((o) => (Object.hasOwn(o, key) ? o[key] : undefined))
    const value = merge(was, says, is, type?.map?.declared(key)?.type ?? type?.map?.rest)
    if (value !== undefined) setOwn(merged, key, value)
  }
  return merged
}

/** undefined when the items can't be told apart: the list is as good as atomic then. */
function mergeLists(
  base: unknown,
  file: readonly unknown[],
  current: readonly unknown[],
  list: ListType,
): unknown[] | undefined {
  const before = Array.isArray(base) ? base : []
  return mergeItems(before, file, current, list, (was, says, is) => merge(was, says, is, list.items))
}
