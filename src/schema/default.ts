import { cloneJson } from '../meta/json-clone.js'
import { isJsonObject, type JsonObject, setOwn } from '../meta/object.js'
import { additionalOf, propertyOf } from './member.js'
import type { Schema } from './schema.js'

/**
 * Fills in the schema's defaults, in place: where a member is missing and its parent is there, and where a value that
 * may not be null is null. Such a null without a default is dropped from its object (API-SEMANTICS R21).
 */
export function applyDefaults(object: JsonObject, schema: Schema): void {
  for (const key of Object.keys(object)) {
    const member = propertyOf(schema, key) ?? additionalOf(schema)
    if (member && object[key] === null && !member.nullable && !hasDefault(member)) delete object[key]
  }
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    if (!Object.hasOwn(object, key) && hasDefault(property)) setOwn(object, key, cloneJson(property.default))
  }
  for (const key of Object.keys(object)) {
    const member = propertyOf(schema, key) ?? additionalOf(schema)
    if (member) setOwn(object, key, defaulted(object[key], member))
  }
}

/** A null item of a list stays where it has no default: lists keep their length. */
function defaulted(value: unknown, schema: Schema): unknown {
  if (value === null && !schema.nullable && hasDefault(schema)) return defaulted(cloneJson(schema.default), schema)
  if (isJsonObject(value)) applyDefaults(value, schema)
  else if (Array.isArray(value) && schema.items) {
    for (const [i, item] of value.entries()) value[i] = defaulted(item, schema.items)
  }
  return value
}

function hasDefault(schema: Schema): boolean {
  return schema.default !== undefined && schema.default !== null
}
