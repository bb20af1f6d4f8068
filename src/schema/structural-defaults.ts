import { formatFieldError } from '../meta/field-error.js'
import { cloneJson } from '../meta/json-clone.js'
import { jsonEquals } from '../meta/json-equal.js'
import { isJsonObject, type JsonObject } from '../meta/object.js'
import { coerceEmbedded, EmbeddedTypeError } from './embedded-resources.js'
import { Findings } from './findings.js'
import { isTypeOrMetadata } from './member.js'
import { pruneValue } from './prune.js'
import type { Schema } from './schema.js'
import type { SchemaErrors } from './schema-errors.js'
import { checkEmbeddedResources } from './validate-embedded.js'
import { checkValue } from './validate-value.js'

/** Where a default stands, as far as it decides what the default must be. */
interface Place {
  /** The resource around it: the object itself, or an embedded one. */
  readonly resource: Schema
  /** That resource with a value in the default's place; nothing else is known of it. */
  around(value: unknown): unknown
  /** Below apiVersion, kind or metadata of the resource. */
  readonly insideMeta: boolean
}

/** Every default must fit its own schema and have no fields that pruning would drop (API-SEMANTICS R11). */
export function checkDefaults(schema: Schema, path: string, errors: SchemaErrors): void {
  // The object itself is a resource as well.
  const resource = { ...schema, 'x-kubernetes-embedded-resource': true }
  check(resource, path, { resource, around: asResource, insideMeta: false }, errors)
}

function check(schema: Schema, path: string, place: Place, errors: SchemaErrors): void {
  const isResource = schema['x-kubernetes-embedded-resource'] === true
  const here = isResource ? { resource: schema, around: asResource, insideMeta: false } : place
  const value = schema.default
  if (value !== undefined && value !== null) {
    if (here.insideMeta) checkInMetadata(value, schema, `${path}.default`, here, errors)
    else checkDefault(value, schema, `${path}.default`, errors)
  }
  const { items } = schema
  if (items) check(items, `${path}.items`, { ...here, around: (item) => here.around([item]) }, errors)
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const insideMeta = here.insideMeta || (isResource && isTypeOrMetadata(name))
    const around = (member: unknown) => here.around({ [name]: member })
    check(property, `${path}.properties[${name}]`, { ...here, around, insideMeta }, errors)
  }
}

function asResource(value: unknown): unknown {
  return isJsonObject(value) ? ({ apiVersion: 'validation/v1', kind: 'Validation', ...value } as JsonObject) : value
}

/** Of several kinds of errors only the first is told. */
function checkDefault(value: unknown, schema: Schema, path: string, errors: SchemaErrors): void {
  const pruned = cloneJson(value)
  pruneValue(pruned, schema, '', [])
  if (!jsonEquals(pruned, value)) errors.invalid(path, value, 'must not have unknown fields')
  try {
    coerceEmbedded(cloneJson(value), schema, path)
  } catch (error) {
    if (!(error instanceof EmbeddedTypeError)) throw error
    errors.list.push(error.fault)
    return
  }
  const embedded = new Findings(path)
  checkEmbeddedResources(value, schema, embedded)
  if (embedded.isValid) checkValue(value, schema, '', embedded)
  errors.list.push(...embedded.errors)
}

function checkInMetadata(value: unknown, schema: Schema, path: string, place: Place, errors: SchemaErrors): void {
  const object = place.around(cloneJson(value))
  const invalid = (why: string) => errors.invalid(path, value, `must result in valid metadata: ${why}`)
  try {
    coerceEmbedded(object, place.resource)
  } catch (error) {
    if (!(error instanceof EmbeddedTypeError)) throw error
    invalid(error.message)
    return
  }
  const embedded = new Findings('')
  checkEmbeddedResources(object, place.resource, embedded)
  if (!embedded.isValid) {
    const texts = embedded.errors.map(formatFieldError)
    invalid(texts.length === 1 ? (texts[0] ?? '') : `[${texts.join(', ')}]`)
    return
  }
  const own = new Findings(path)
  checkValue(value, schema, '', own)
  errors.list.push(...own.errors)
}
