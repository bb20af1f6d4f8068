import { showGo } from '../codec/go-text.js'
import { ObjectMetaError, readObjectMeta } from '../meta/decode-object-meta.js'
import { type FieldError, formatFieldError } from '../meta/field-error.js'
import { isJsonObject, type JsonObject } from '../meta/object.js'
import { additionalOf, propertyOf } from './member.js'
import type { Schema } from './schema.js'

/** What an embedded resource has of a wrong type, where upstream looks before it validates anything. */
export class EmbeddedTypeError extends Error {
  constructor(readonly fault: FieldError) {
    super(formatFieldError(fault))
  }
}

/**
 * Reads apiVersion, kind and metadata of resources that are embedded in `value` as their types, in place: metadata gets
 * the form it has at the root. Answers with the paths of what was dropped since ObjectMeta has it not, in order.
 * @throws EmbeddedTypeError
 */
export function coerceEmbedded(value: unknown, schema: Schema, path = ''): string[] {
  const dropped: string[] = []
  if (hasEmbedded(schema)) coerce(value, schema, path, dropped)
  return dropped.sort()
}

function coerce(value: unknown, schema: Schema, path: string, dropped: string[]): void {
  if (Array.isArray(value)) {
    const { items } = schema
    if (items) for (const [i, item] of value.entries()) coerce(item, items, `${path}[${i}]`, dropped)
  } else if (isJsonObject(value)) {
    if (schema['x-kubernetes-embedded-resource']) coerceResource(value, path, dropped)
    const additional = additionalOf(schema)
    for (const key of Object.keys(value)) {
      const property = propertyOf(schema, key)
      if (property) coerce(value[key], property, path === '' ? key : `${path}.${key}`, dropped)
      else if (additional) coerce(value[key], additional, `${path}[${key}]`, dropped)
    }
  }
}

function coerceResource(object: JsonObject, path: string, dropped: string[]): void {
  const at = (key: string) => (path === '' ? key : `${path}.${key}`)
  const fault = (key: string, why: string) =>
    new EmbeddedTypeError({
      reason: 'FieldValueInvalid',
      field: at(key),
      message: `Invalid value: ${showGo(object[key])}: ${why}`,
    })
  for (const key of ['apiVersion', 'kind']) {
    if (Object.hasOwn(object, key) && typeof object[key] !== 'string') throw fault(key, 'must be a string')
  }
  if (!Object.hasOwn(object, 'metadata')) return
  try {
    const { metadata, unknown } = readObjectMeta(object.metadata ?? {}, at('metadata'))
    object.metadata = metadata
    dropped.push(...unknown)
  } catch (error) {
    if (!(error instanceof ObjectMetaError)) throw error
    throw fault('metadata', error.message)
  }
}

const known = new WeakMap<Schema, boolean>()

/** Most schemas embed nothing: their values need no second walk. */
export function hasEmbedded(schema: Schema): boolean {
  let found = known.get(schema)
  if (found === undefined) {
    const additional = additionalOf(schema)
    found =
      schema['x-kubernetes-embedded-resource'] === true ||
      (schema.items !== undefined && hasEmbedded(schema.items)) ||
      (additional !== undefined && hasEmbedded(additional)) ||
      Object.values(schema.properties ?? {}).some(hasEmbedded)
    known.set(schema, found)
  }
  return found
}
