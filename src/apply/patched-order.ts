import { isJsonObject, type JsonObject, setOwn } from '../meta/object.js'

/** In Go's order. */
const metadataFields = [
  ...['name', 'generateName', 'namespace', 'selfLink', 'uid', 'resourceVersion', 'generation', 'creationTimestamp'],
  ...['deletionTimestamp', 'deletionGracePeriodSeconds', 'labels', 'annotations', 'ownerReferences', 'finalizers'],
  'managedFields',
]

/**
 * What a merge patch or a JSON patch has made of `current`, in the order of upstream's messages: objects that the patch
 * has touched have their members in order of name, the others are as they were. `patched` shares with `current` what is as it
 * was.
 */
export function patchedInOrder(current: unknown, patched: unknown): unknown {
  return ordered(current, patched, [])
}

function ordered(before: unknown, value: unknown, path: readonly string[]): unknown {
  if (!isJsonObject(value)) return value
  if (value === before) return path.join('.') === 'metadata' ? inOrder(value, metadataFields) : value
  // What was not there before came as the patch has it.
  if (!isJsonObject(before)) return value
  const sorted = inOrder(value, Object.keys(value).sort())
  for (const key of Object.keys(sorted)) sorted[key] = ordered(before[key], sorted[key], [...path, key])
  return sorted
}

function inOrder(object: JsonObject, keys: readonly string[]): JsonObject {
  const result: JsonObject = {}
  for (const key of [...keys, ...Object.keys(object)]) {
    if (Object.hasOwn(object, key) && !Object.hasOwn(result, key)) setOwn(result, key, object[key])
  }
  return result
}
