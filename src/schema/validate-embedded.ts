import { showGo } from '../codec/go-text.js'
import { ObjectMetaError, readObjectMeta } from '../meta/decode-object-meta.js'
import { parseApiVersion } from '../meta/gvk.js'
import { dns1035LabelErrors } from '../meta/names.js'
import { isJsonObject, type JsonObject } from '../meta/object.js'
import { validateObjectMeta } from '../meta/validate-object-meta.js'
import { hasEmbedded } from './embedded-resources.js'
import type { Findings } from './findings.js'
import { additionalOf, propertyOf } from './member.js'
import type { Schema } from './schema.js'

/** Checks the type and the metadata of resources that are embedded in a value. */
export function checkEmbeddedResources(value: unknown, schema: Schema, into: Findings): void {
  if (hasEmbedded(schema)) walk(value, schema, '', into)
}

function walk(value: unknown, schema: Schema, path: string, into: Findings): void {
  if (Array.isArray(value)) {
    if (schema.items) for (const [i, item] of value.entries()) walk(item, schema.items, `${path}[${i}]`, into)
  } else if (isJsonObject(value)) {
    if (schema['x-kubernetes-embedded-resource']) checkResource(value, path, into)
    const additional = additionalOf(schema)
    for (const key of Object.keys(value)) {
      const property = propertyOf(schema, key)
      if (property) walk(value[key], property, path === '' ? key : `${path}.${key}`, into)
      else if (additional) walk(value[key], additional, `${path}[${key}]`, into)
    }
  }
}

/** It needs apiVersion and kind, but not metadata. */
function checkResource(object: JsonObject, path: string, into: Findings): void {
  const at = (key: string) => (path === '' ? key : `${path}.${key}`)
  const wrong = (key: string, why: string) =>
    into.addAt('FieldValueInvalid', at(key), `Invalid value: ${showGo(object[key])}: ${why}`)
  for (const key of ['apiVersion', 'kind']) {
    const value = object[key]
    if (!Object.hasOwn(object, key)) into.addAt('FieldValueRequired', at(key), 'Required value')
    else if (typeof value !== 'string') wrong(key, 'must be a string')
    else if (value === '') wrong(key, 'must not be empty')
    else if (key === 'kind') {
      const whys = dns1035LabelErrors(value.toLowerCase()).join(',')
      if (whys !== '') wrong(key, `may have mixed case, but should otherwise match: ${whys}`)
    } else if (!parseApiVersion(value)) wrong(key, `unexpected GroupVersion string: ${value}`)
  }
  if (Object.hasOwn(object, 'metadata')) checkMetadata(object.metadata, at('metadata'), into)
}

/** Metadata of an embedded resource may leave out the name, and the namespace. */
function checkMetadata(value: unknown, path: string, into: Findings): void {
  try {
    const { metadata } = readObjectMeta(value ?? {}, path)
    const named = { ...metadata, name: metadata.name ?? 'fakename' }
    const rules = { namespaced: metadata.namespace !== undefined, nameRule: 'path-segment' } as const
    for (const { reason, field, message } of validateObjectMeta(named, rules)) {
      into.addAt(reason, field.replace('metadata', path), message)
    }
  } catch (error) {
    if (!(error instanceof ObjectMetaError)) throw error
    into.addAt('FieldValueInvalid', path, `Invalid value: ${showGo(value)}: ${error.message}`)
  }
}
