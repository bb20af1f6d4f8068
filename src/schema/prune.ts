import { isJsonObject, type JsonObject } from '../meta/object.js'
import { additionalOf, isTypeOrMetadata, propertyOf } from './member.js'
import type { Schema } from './schema.js'

/**
 * Removes, in place, what the schema of a resource does not name; answers with the paths of what it removed, in order
 * (`spec.foo`, `spec.toppings[0].zz`). apiVersion, kind and metadata of the object itself and of embedded resources are
 * left alone: they are read as their types (API-SEMANTICS R20).
 */
export function prune(object: JsonObject, schema: Schema): string[] {
  const removed: string[] = []
  for (const key of Object.keys(object)) {
    if (!isTypeOrMetadata(key)) pruneMember(object, key, schema, key, removed)
  }
  return removed.sort()
}

/** Prunes what stands below a resource. `schema` undefined: nothing is known of the value, so its objects keep no members. */
export function pruneValue(value: unknown, schema: Schema | undefined, path: string, removed: string[]): void {
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) pruneItem(item, schema, `${path}[${i}]`, removed)
  } else if (isJsonObject(value)) {
    const embedded = schema?.['x-kubernetes-embedded-resource'] === true
    for (const key of Object.keys(value)) {
      if (!embedded || !isTypeOrMetadata(key)) pruneMember(value, key, schema, `${path}.${key}`, removed)
    }
  }
}

/** Below a list whose unknown fields are preserved, they are in its items too. */
function pruneItem(item: unknown, schema: Schema | undefined, path: string, removed: string[]): void {
  const items = schema?.items
  if (!preserves(schema)) pruneValue(item, items, path, removed)
  else if (items) pruneValue(item, { ...items, 'x-kubernetes-preserve-unknown-fields': true }, path, removed)
}

function pruneMember(
  object: JsonObject,
  key: string,
  schema: Schema | undefined,
  path: string,
  removed: string[],
): void {
  const property = schema && propertyOf(schema, key)
  if (property) pruneValue(object[key], property, path, removed)
  else if (schema?.additionalProperties) pruneValue(object[key], additionalOf(schema), path, removed)
  else if (!preserves(schema)) {
    delete object[key]
    removed.push(path)
  }
}

function preserves(schema: Schema | undefined): boolean {
  return schema?.['x-kubernetes-preserve-unknown-fields'] === true
}
