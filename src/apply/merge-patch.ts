import { isJsonObject, type JsonObject, setOwn } from '../meta/object.js'

/**
 * RFC 7386: members of `patch` replace those of `target`, objects are merged, null removes. Neither is changed; the
 * result may share parts with both.
 */
export function applyMergePatch(target: unknown, patch: unknown): unknown {
  if (!isJsonObject(patch)) return patch
  const merged: JsonObject = isJsonObject(target) ? { ...target } : {}
  for (const key of Object.keys(patch)) {
    const value = patch[key]
    if (value === null) delete merged[key]
    else setOwn(merged, key, applyMergePatch(Object.hasOwn(merged, key) ? merged[key] : undefined, value))
  }
  return merged
}
