import { isJsonObject } from '../meta/object.js'
import type { Findings } from './findings.js'
import { additionalOf, propertyOf } from './member.js'
import type { Schema } from './schema.js'
import { checkListMap, checkListSet } from './validate-list-type.js'

/** Checks that lists which are sets or maps have no duplicates. */
export function checkListTypes(value: unknown, schema: Schema, into: Findings): void {
  if (hasListType(schema)) walk(value, schema, '', into)
}

function walk(value: unknown, schema: Schema, path: string, into: Findings): void {
  if (Array.isArray(value)) {
    const listType = schema['x-kubernetes-list-type']
    if (listType === 'set') checkListSet(value, path, into)
    if (listType === 'map') checkListMap(value, schema['x-kubernetes-list-map-keys'] ?? [], path, into)
    if (schema.items) for (const [i, item] of value.entries()) walk(item, schema.items, `${path}[${i}]`, into)
  } else if (isJsonObject(value)) {
    const additional = additionalOf(schema)
    for (const key of Object.keys(value)) {
      const property = propertyOf(schema, key)
      if (property) walk(value[key], property, path === '' ? key : `${path}.${key}`, into)
      else if (additional) walk(value[key], additional, `${path}[${key}]`, into)
    }
  }
}

const known = new WeakMap<Schema, boolean>()

/** Most schemas have no such list: their values need no second walk. */
function hasListType(schema: Schema): boolean {
  let found = known.get(schema)
  if (found === undefined) {
    const additional = additionalOf(schema)
    found =
      (schema['x-kubernetes-list-type'] ?? 'atomic') !== 'atomic' ||
      (schema.items !== undefined && hasListType(schema.items)) ||
      (additional !== undefined && hasListType(additional)) ||
      Object.values(schema.properties ?? {}).some(hasListType)
    known.set(schema, found)
  }
  return found
}
