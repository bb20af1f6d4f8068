import { propertyOf } from './member.js'
import type { Schema } from './schema.js'
import type { SchemaErrors } from './schema-errors.js'
import { checkValueRules, isIntOrString } from './structural-nested.js'

type Level = 'root' | 'item' | 'field'

const missingType: Readonly<Record<Level, string>> = {
  root: 'must not be empty at the root',
  item: 'must not be empty for specified array items',
  field: 'must not be empty for specified object fields',
}

/** What a structural schema must be at every node that is not below allOf, anyOf, oneOf or not. */
export function checkInvariants(schema: Schema, level: Level, path: string, errors: SchemaErrors): void {
  const { items, properties = {}, additionalProperties } = schema
  if (schema.type === 'array' && !items) errors.required(`${path}.items`, 'must be specified')
  if (items) checkInvariants(items, 'item', `${path}.items`, errors)
  for (const [name, property] of Object.entries(properties)) {
    checkInvariants(property, 'field', `${path}.properties[${name}]`, errors)
  }
  if (additionalProperties !== undefined && level === 'root') {
    errors.forbidden(`${path}.additionalProperties`, 'must not be used at the root')
  }
  if (typeof additionalProperties === 'object') {
    checkInvariants(additionalProperties, 'field', `${path}.additionalProperties`, errors)
  }
  checkExtensions(schema, path, errors)
  checkValueRules(
    schema,
    path,
    { anyOf: isIntOrString(schema.anyOf), allOf: isIntOrString(schema.allOf?.[0]?.anyOf) },
    errors,
  )
  checkTypeKeyword(schema, level, path, errors)
  checkTypeAndMetadata(schema, level, path, errors)
}

function checkExtensions(schema: Schema, path: string, errors: SchemaErrors): void {
  if (!schema['x-kubernetes-int-or-string']) return
  for (const name of ['x-kubernetes-preserve-unknown-fields', 'x-kubernetes-embedded-resource'] as const) {
    if (schema[name]) errors.invalid(`${path}.${name}`, true, 'must be false if x-kubernetes-int-or-string is true')
  }
}

function checkTypeKeyword(schema: Schema, level: Level, path: string, errors: SchemaErrors): void {
  const { type = '' as const, properties = {}, additionalProperties } = schema
  const embedded = schema['x-kubernetes-embedded-resource'] === true
  const preserves = schema['x-kubernetes-preserve-unknown-fields'] === true
  if (embedded && type !== 'object') {
    const why = 'must be object if x-kubernetes-embedded-resource is true'
    if (type === '') errors.required(`${path}.type`, why)
    else errors.invalid(`${path}.type`, type, why)
  } else if (type === '' && !preserves && !schema['x-kubernetes-int-or-string']) {
    errors.required(`${path}.type`, missingType[level])
  }
  if (level === 'root' && type !== '' && type !== 'object') {
    errors.invalid(`${path}.type`, type, 'must be object at the root')
  }
  if (embedded && additionalProperties !== undefined) {
    errors.forbidden(`${path}.additionalProperties`, 'must not be used if x-kubernetes-embedded-resource is set')
  }
  if (embedded && !preserves && Object.keys(properties).length === 0) {
    const why =
      'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields'
    errors.required(`${path}.properties`, why)
  }
}

/** Of what every resource has, a schema may only restrict the name, and only at the root. */
function checkTypeAndMetadata(schema: Schema, level: Level, path: string, errors: SchemaErrors): void {
  const isResource = level === 'root' || schema['x-kubernetes-embedded-resource'] === true
  const metadata = propertyOf(schema, 'metadata')
  if (isResource) {
    for (const name of ['kind', 'apiVersion']) {
      const type = propertyOf(schema, name)?.type
      const at = `${path}.properties[${name}].type`
      if (propertyOf(schema, name) && type !== 'string') errors.invalid(at, type ?? '', 'must be string')
    }
    if (metadata && metadata.type !== 'object') {
      errors.invalid(`${path}.properties[metadata].type`, metadata.type ?? '', 'must be object')
    }
  }
  if (level === 'root' && metadata && !restrictsNamesOnly(metadata)) {
    const why = 'must not specify anything other than name and generateName, but metadata is implicitly specified'
    errors.forbidden(`${path}.properties[metadata]`, why)
  }
}

/** A default there is told by another rule. */
function restrictsNamesOnly(metadata: Schema): boolean {
  const { type: _t, default: _d, properties = {}, ...others } = metadata
  const names = Object.keys(properties)
  const says = Object.entries(others).some(
    ([name, value]) => value !== '' && (value !== false || name === 'additionalProperties'),
  )
  return !says && names.every((name) => name === 'name' || name === 'generateName')
}
