/** Every object the server holds. Integers beyond 2^53 are bigint; only codec/ parses and prints. */
export interface KubeObject {
  apiVersion: string
  kind: string
  metadata: ObjectMeta
  [field: string]: unknown
}

/** Object metadata as upstream's meta/v1 ObjectMeta (API-SEMANTICS 2.2, 2.3). Times are RFC 3339 UTC, whole seconds. */
export interface ObjectMeta {
  name?: string
  generateName?: string
  namespace?: string
  uid?: string
  resourceVersion?: string
  generation?: number
  creationTimestamp?: string | null
  deletionTimestamp?: string
  deletionGracePeriodSeconds?: number
  labels?: Record<string, string>
  annotations?: Record<string, string>
  ownerReferences?: OwnerReference[]
  finalizers?: string[]
  managedFields?: ManagedFieldsEntry[]
}

/** Who an object belongs to: it goes when all of its owners have gone. */
export interface OwnerReference {
  apiVersion: string
  kind: string
  name: string
  uid: string
  controller?: boolean
  blockOwnerDeletion?: boolean
}

/** Which fields one manager has set by one kind of write. */
export interface ManagedFieldsEntry {
  manager?: string
  operation?: 'Apply' | 'Update'
  apiVersion?: string
  time?: string
  fieldsType?: string
  fieldsV1?: Record<string, unknown>
  subresource?: string
}

/** A JSON object of unknown content. */
export type JsonObject = Record<string, unknown>

/** Whether it is an object with members: no list, and not null. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const noMembers: JsonObject = Object.freeze({})
const noItems: readonly unknown[] = Object.freeze([])

/** The value where it is an object; else one without members, which nobody may change. */
export function asObject(value: unknown): JsonObject {
  return isJsonObject(value) ? value : noMembers
}

/** The same of lists. */
export function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : noItems
}

/** `object[key] = value` for keys from outside: `__proto__` becomes an ordinary own property. */
export function setOwn(object: JsonObject, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true })
  } else object[key] = value
}

/** A copy without one member. An object that has lost one by `delete` is slow from then on, a copy is not. */
export function without<T extends object>(object: T, name: keyof T): T {
  const copy: JsonObject = {}
  for (const key of Object.keys(object)) if (key !== name) setOwn(copy, key, (object as JsonObject)[key])
  return copy as T
}

/** A copy of which each value is another. */
export function mapValues(object: JsonObject, change: (value: unknown, key: string) => unknown): JsonObject {
  const result: JsonObject = {}
  for (const [key, value] of Object.entries(object)) setOwn(result, key, change(value, key))
  return result
}
