import { showGo } from '../codec/go-text.js'
import { parseApiVersion } from '../meta/gvk.js'
import { isJsonObject, type JsonObject } from '../meta/object.js'
import type { Findings } from './findings.js'
import { additionalOf, propertyOf } from './member.js'
import type { Schema } from './schema.js'
import { checkListMap, checkListSet } from './validate-list-type.js'

/** Checks what a schema says by Kubernetes' own words: embedded resources, and lists without duplicates. */
export function checkStructure(value: unknown, schema: Schema, into: Findings): void {
  if (hasStructure(schema)) walk(value, schema, '', into)
}

function walk(value: unknown, schema: Schema, path: string, into: Findings): void {
  if (Array.isArray(value)) {
    const listType = schema['x-kubernetes-list-type']
    if (listType === 'set') checkListSet(value, path, into)
    if (listType === 'map') checkListMap(value, schema['x-kubernetes-list-map-keys'] ?? [], path, into)
    if (schema.items) for (const [i, item] of value.entries()) walk(item, schema.items, `${path}[${i}]`, into)
  } else if (isJsonObject(value)) {
    if (schema['x-kubernetes-embedded-resource']) checkEmbedded(value, path, into)
    const additional = additionalOf(schema)
    for (const key of Object.keys(value)) {
      const property = propertyOf(schema, key)
      if (property) walk(value[key], property, path === '' ? key : `${path}.${key}`, into)
      else if (additional) walk(value[key], additional, `${path}[${key}]`, into)
    }
  }
}

const known = new WeakMap<Schema, boolean>()

/** Whether a schema says anything of that kind, itself or below: most say it nowhere, and need no second walk. */
function hasStructure(schema: Schema): boolean {
  let found = known.get(schema)
  if (found === undefined) {
    const additional = additionalOf(schema)
    found =
      schema['x-kubernetes-embedded-resource'] === true ||
      (schema['x-kubernetes-list-type'] ?? 'atomic') !== 'atomic' ||
      (schema.items !== undefined && hasStructure(schema.items)) ||
      (additional !== undefined && hasStructure(additional)) ||
      Object.values(schema.properties ?? {}).some(hasStructure)
    known.set(schema, found)
  }
  return found
}

/** An embedded resource needs apiVersion and kind, but not metadata. */
function checkEmbedded(object: JsonObject, path: string, into: Findings): void {
  const at = (key: string) => (path === '' ? key : `${path}.${key}`)
  const wrong = (key: string, why: string) =>
    into.add('FieldValueInvalid', at(key), `Invalid value: ${showGo(object[key])}: ${why}`)
  for (const key of ['apiVersion', 'kind']) {
    const value = object[key]
    if (!Object.hasOwn(object, key)) into.add('FieldValueRequired', at(key), 'Required value')
    else if (typeof value !== 'string') wrong(key, 'must be a string')
    else if (value === '') wrong(key, 'must not be empty')
    else if (key === 'kind' && !kindPattern.test(value)) wrong(key, kindRule)
    else if (key === 'apiVersion' && !parseApiVersion(value)) {
      wrong(key, `unexpected GroupVersion string: ${value}`)
    }
  }
  if (object.metadata !== undefined && !isJsonObject(object.metadata)) wrong('metadata', 'must be an object')
}

const kindPattern = /^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$/i
const kindRule =
  'may have mixed case, but should otherwise match: a DNS-1035 label must consist of lower case alphanumeric ' +
  "characters or '-', start with an alphabetic character, and end with an alphanumeric character " +
  "(e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"
