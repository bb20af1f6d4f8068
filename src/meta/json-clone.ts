import { isJsonObject, type JsonObject, setOwn } from './object.js'

/** A copy of a JSON tree that shares nothing with it. */
export function cloneJson<T>(value: T): T {
  return clone(value) as T
}

function clone(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(clone)
  if (!isJsonObject(value)) return value
  const copy: JsonObject = {}
  for (const key of Object.keys(value)) setOwn(copy, key, clone(value[key]))
  return copy
}
