import { isJsonObject, type JsonObject, type KubeObject, setOwn } from '../meta/object.js'
import type { Schema } from '../schema/schema.js'

/**
 * What an object of a built-in kind is before anything is set, for `ManagedKind.empty`: in upstream's Go types some
 * fields are always there, so that they are never added and nobody owns them as such (`f:spec` has no `.` in a
 * Deployment's managedFields, in a custom resource's it has). Upstream's published schemas tell: structs that are always
 * there have the default `{}`, required maps and lists are null.
 */
export function emptyObject(apiVersion: string, kind: string, schema: Schema): KubeObject {
  const fields = emptyFields(schema)
  const metadata = isJsonObject(fields.metadata) ? fields.metadata : {}
  return { ...fields, apiVersion, kind, metadata }
}

function emptyFields(schema: Schema): JsonObject {
  const fields: JsonObject = {}
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    if (isEmptyStruct(property)) setOwn(fields, name, emptyFields(property))
    else if (schema.required?.includes(name) && (property.type === 'array' || property.type === 'object')) {
      setOwn(fields, name, null)
    }
  }
  return fields
}

function isEmptyStruct({ type, properties, default: value }: Schema): boolean {
  if (type !== undefined && type !== 'object') return false
  return properties !== undefined && isJsonObject(value) && Object.keys(value).length === 0
}

/** `object` with the structs of `empty` that it leaves out, though they are always there. */
export function withEmptyStructs<T extends JsonObject>(object: T, empty: JsonObject | undefined): T {
  if (!empty) return object
  let whole: JsonObject | undefined
  for (const key of Object.keys(empty)) {
    const [value, struct] = [object[key], empty[key]]
    if (!isJsonObject(struct)) continue
    const filled = value === undefined ? struct : isJsonObject(value) ? withEmptyStructs(value, struct) : value
    if (filled === value) continue
    whole ??= { ...object }
    setOwn(whole, key, filled)
  }
  return (whole as T | undefined) ?? object
}
