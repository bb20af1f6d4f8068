import { isJsonObject } from '../meta/object.js'
import type { Schema } from './schema.js'
import { subschemas } from './subschemas.js'

/** A keyword of JSON schema that has no type here, as structural schemas can't have it. */
export function keyword(schema: Schema, name: string): unknown {
  return (schema as Readonly<Record<string, unknown>>)[name]
}

/** Why a schema can't be read as structural at all; undefined when it can. */
export function unsupportedKeyword(schema: Schema): string | undefined {
  return (
    unsupportedHere(schema) ??
    subschemas(schema)
      .map(unsupportedKeyword)
      .find((found) => found !== undefined)
  )
}

function unsupportedHere(schema: Schema): string | undefined {
  for (const name of ['id', '$schema', '$ref', 'patternProperties', 'dependencies', 'additionalItems', 'definitions']) {
    const value = keyword(schema, name)
    const empty = value === undefined || value === null || value === '' || (isJsonObject(value) && isEmpty(value))
    if (!empty || (name === 'additionalItems' && value !== undefined)) {
      return `OpenAPIV3Schema '${name.replace('$schema', 'schema')}' is not supported`
    }
  }
  if (Array.isArray(schema.items)) return "OpenAPIV3Schema 'items' must be a schema, but is an array"
  if (schema['x-kubernetes-preserve-unknown-fields'] === false) {
    return "internal error: 'x-kubernetes-preserve-unknown-fields' must be true or undefined"
  }
  return undefined
}

function isEmpty(object: object): boolean {
  return Object.keys(object).length === 0
}
