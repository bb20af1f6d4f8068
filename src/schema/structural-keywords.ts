import { isTypeOrMetadata } from './member.js'
import type { Schema } from './schema.js'
import type { SchemaErrors } from './schema-errors.js'
import { checkListType } from './structural-list-type.js'
import { checkRules } from './structural-rules.js'
import { keyword } from './structural-unsupported.js'

/** Where a node stands, as far as it decides what the node may say. */
interface Place {
  /** Why there must be no default here; undefined: there may be one. */
  readonly noDefaults?: string
  /** Below apiVersion, kind or metadata of a resource. */
  readonly insideMeta: boolean
}

/** Keywords that must not be there, or not together, anywhere in a schema. */
export function checkKeywords(schema: Schema, path: string, errors: SchemaErrors): void {
  check(schema, path, { insideMeta: false }, true, errors)
}

function check(schema: Schema, path: string, place: Place, isRoot: boolean, errors: SchemaErrors): void {
  checkUnsupported(schema, path, place, errors)
  if (schema.uniqueItems) {
    const why = 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic'
    errors.forbidden(`${path}.uniqueItems`, why)
  }
  checkMembers(schema, path, place, isRoot, errors)
  for (const name of ['allOf', 'oneOf', 'anyOf'] as const) {
    for (const [i, nested] of (schema[name] ?? []).entries())
      check(nested, `${path}.${name}[${i}]`, place, false, errors)
  }
  if (schema.not) check(schema.not, `${path}.not`, place, false, errors)
  if (schema.items && !Array.isArray(schema.items)) check(schema.items, `${path}.items`, place, false, errors)
  if (schema['x-kubernetes-preserve-unknown-fields'] === false) {
    errors.invalid(`${path}.x-kubernetes-preserve-unknown-fields`, false, 'must be true or undefined')
  }
  checkMapType(schema, path, errors)
  checkListType(schema, path, errors)
  checkRules(schema, path, errors)
}

const types = ['array', 'boolean', 'integer', 'number', 'object', 'string']

function checkUnsupported(schema: Schema, path: string, place: Place, errors: SchemaErrors): void {
  const type: string = schema.type ?? ''
  if (type !== '' && !types.includes(type)) errors.notSupported(`${path}.type`, type, types)
  if (schema.default !== undefined && schema.default !== null && place.noDefaults !== undefined) {
    errors.forbidden(`${path}.default`, `must not be set ${place.noDefaults}`)
  }
  for (const name of ['id', 'additionalItems', 'patternProperties', 'definitions', 'dependencies', '$ref']) {
    const value = keyword(schema, name)
    if (value !== undefined && value !== null && value !== '')
      errors.forbidden(`${path}.${name}`, `${name} is not supported`)
  }
  if (type === 'null') errors.forbidden(`${path}.type`, 'type cannot be set to null, use nullable as an alternative')
  if (Array.isArray(schema.items)) errors.forbidden(`${path}.items`, 'items must be a schema object and not an array')
  if (place.insideMeta && schema['x-kubernetes-embedded-resource']) {
    errors.forbidden(`${path}.x-kubernetes-embedded-resource`, 'must not be used inside of resource meta')
  }
}

function checkMembers(schema: Schema, path: string, place: Place, isRoot: boolean, errors: SchemaErrors): void {
  const { properties = {}, additionalProperties } = schema
  if (additionalProperties !== undefined && additionalProperties !== true && Object.keys(properties).length > 0) {
    errors.forbidden(`${path}.additionalProperties`, 'additionalProperties and properties are mutual exclusive')
  }
  if (typeof additionalProperties === 'object') {
    const noDefaults = 'inside additionalProperties applying to object metadata'
    const below = place.insideMeta ? { ...place, noDefaults } : place
    check(additionalProperties, `${path}.additionalProperties`, below, false, errors)
  }
  const isResource = isRoot || schema['x-kubernetes-embedded-resource'] === true
  for (const [name, property] of Object.entries(properties)) {
    const meta = isResource && isTypeOrMetadata(name) ? { ...place, insideMeta: true } : place
    const below = meta !== place && isRoot ? { ...meta, noDefaults: `in top-level ${name}` } : meta
    check(property, `${path}.properties[${name}]`, below, false, errors)
  }
}

function checkMapType(schema: Schema, path: string, errors: SchemaErrors): void {
  const mapType: string | undefined = schema['x-kubernetes-map-type']
  if (mapType === undefined) return
  const why = 'must be object if x-kubernetes-map-type is specified'
  if (!schema.type) errors.required(`${path}.type`, why)
  else if (schema.type !== 'object') errors.invalid(`${path}.type`, schema.type, why)
  const known = ['atomic', 'granular']
  if (!known.includes(mapType)) errors.notSupported(`${path}.x-kubernetes-map-type`, mapType, known)
}
