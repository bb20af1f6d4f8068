import { jsonEquals } from '../meta/json-equal.js'
import { isJsonObject, type JsonObject, setOwn } from '../meta/object.js'

/**
 * What a person's edit makes of the current object: the differences between `base` (what was last in the file) and
 * `file` (what it says now) are applied to `current`. Where both sides changed the same field, the file wins. Maps
 * merge key by key, lists are taken as a whole. The trees are shared, not copied.
 */
export function threeWayMerge(base: unknown, file: unknown, current: unknown): unknown {
  if (!isJsonObject(file) || !isJsonObject(current)) return jsonEquals(base, file) ? current : file
  const before = isJsonObject(base) ? base : {}
  const merged: JsonObject = {}
  for (const key of new Set([...Object.keys(current), ...Object.keys(file)])) {
    const [was, says, is] = [before, file, current].map((o) => (Object.hasOwn(o, key) ? o[key] : undefined))
    const value = threeWayMerge(was, says, is)
    if (value !== undefined) setOwn(merged, key, value)
  }
  return merged
}
