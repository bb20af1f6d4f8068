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
  if (hasEmbedded(schema)) coerce(value, schema, path, (object, at) => dropped.push(...coerceResource(object, at)))
  return dropped.sort()
}

/** As `coerceEmbedded`, of what has been stored: a member of the wrong type is dropped. */
export function mendEmbedded(value: unknown, schema: Schema): void {
  if (!hasEmbedded(schema)) return
  coerce(value, schema, '', (object) => {
    for (const key of ['apiVersion', 'kind']) if (typeof object[key] !== 'string') delete object[key]
    if (!isJsonObject(object.metadata)) delete object.metadata
    else {
      const kept = Object.entries(object.metadata).filter(([key, member]) => isReadable({ [key]: member }))
      object.metadata = Object.fromEntries(kept)
      coerceResource(object, '')
    }
  })
}

function isReadable(metadata: JsonObject): boolean {
  try {
    readObjectMeta(metadata, '')
    return true
  } catch {
    return false
  }
}

type Coerce = (object: JsonObject, path: string) => void

function coerce(value: unknown, schema: Schema, path: string, each: Coerce): void {
  if (Array.isArray(value)) {
    const { items } = schema
    if (items) for (const [i, item] of value.entries()) coerce(item, items, `${path}[${i}]`, each)
  } else if (isJsonObject(value)) {
    if (schema['x-kubernetes-embedded-resource']) each(value, path)
    const additional = additionalOf(schema)
    for (const key of Object.keys(value)) {
      const property = propertyOf(schema, key)
      if (property) coerce(value[key], property, path === '' ? key : `${path}.${key}`, each)
      else if (additional) coerce(value[key], additional, `${path}[${key}]`, each)
    }
  }
}

/** Answers with what it dropped. @throws EmbeddedTypeError */
function coerceResource(object: JsonObject, path: string): string[] {
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
  if (!Object.hasOwn(object, 'metadata')) return []
  try {
    const { metadata, unknown } = readObjectMeta(object.metadata ?? {}, at('metadata'))
    object.metadata = metadata
    return unknown
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
