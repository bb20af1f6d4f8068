import { cloneJson } from '../meta/json-clone.js'
import { isJsonObject, type JsonObject, setOwn } from '../meta/object.js'
import { additionalOf, propertyOf } from './member.js'
import type { Schema } from './schema.js'

/**
 * Fills in the schema's defaults, in place: where a member is missing and its parent is there, and where a value that
 * may not be null is null (API-SEMANTICS R21). Such a null without a default stays: `dropNulls` is for what is decoded.
 */
export function applyDefaults(object: JsonObject, schema: Schema): void {
  for (const [key, property] of propertiesWithDefault(schema)) {
    if (!Object.hasOwn(object, key)) setOwn(object, key, cloneJson(property.default))
  }
  for (const key of Object.keys(object)) {
    const value = object[key]
    if (typeof value !== 'object') continue
    const member = propertyOf(schema, key) ?? additionalOf(schema)
    if (!member) continue
    if (value === null) setOwn(object, key, instead(member))
    else fill(value, member)
  }
}

function fill(value: unknown, schema: Schema): void {
  if (isJsonObject(value)) applyDefaults(value, schema)
  else if (Array.isArray(value) && schema.items) {
    for (const [i, item] of value.entries()) {
      if (item === null) value[i] = instead(schema.items)
      else fill(item, schema.items)
    }
  }
}

/** What stands for a null that can't be dropped: where it is allowed or has no default, itself. */
function instead(schema: Schema): unknown {
  if (schema.nullable || !hasDefault(schema)) return null
  const value = cloneJson(schema.default)
  fill(value, schema)
  return value
}

/**
 * Drops members that are null where the schema allows no null and has no default to put there, in place. Upstream does so
 * where it decodes and converts, but not to what an apply makes.
 */
export function dropNulls(value: unknown, schema: Schema | undefined): void {
  if (Array.isArray(value)) for (const item of value) dropNulls(item, schema?.items)
  else if (isJsonObject(value)) {
    for (const key of Object.keys(value)) {
      const member = schema && (propertyOf(schema, key) ?? additionalOf(schema))
      if (value[key] === null && member && !member.nullable && !hasDefault(member)) delete value[key]
      else if (typeof value[key] === 'object') dropNulls(value[key], member)
    }
  }
}

const known = new WeakMap<Schema, readonly [string, Schema][]>()

function propertiesWithDefault(schema: Schema): readonly [string, Schema][] {
  let found = known.get(schema)
  if (!found) {
    found = Object.entries(schema.properties ?? {}).filter(([, property]) => hasDefault(property))
    known.set(schema, found)
  }
  return found
}

function hasDefault(schema: Schema): boolean {
  return schema.default !== undefined && schema.default !== null
}
