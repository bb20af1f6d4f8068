import { isJsonObject, type JsonObject, setOwn } from '../meta/object.js'

/**
 * RFC 7386: members of `patch` replace those of `target`, objects are merged, null removes. Neither is changed; the
 * result may share parts with both. As upstream's, it removes nulls from objects within lists as well.
 */
export function applyMergePatch(target: unknown, patch: unknown): unknown {
  if (Array.isArray(patch)) return patch.map((item) => applyMergePatch(undefined, item))
  if (!isJsonObject(patch)) return patch
  const merged: JsonObject = isJsonObject(target) ? { ...target } : {}
  for (const key of Object.keys(patch)) {
    const value = patch[key]
    if (value === null) delete merged[key]
    else setOwn(merged, key, applyMergePatch(Object.hasOwn(merged, key) ? merged[key] : undefined, value))
  }
  return merged
}
