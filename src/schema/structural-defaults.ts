import { cloneJson } from '../meta/json-clone.js'
import { jsonEquals } from '../meta/json-equal.js'
import { isTypeOrMetadata } from './member.js'
import { pruneValue } from './prune.js'
import type { Schema } from './schema.js'
import type { SchemaErrors } from './schema-errors.js'
import { validateSchema } from './validate.js'

/** Every default must fit its own schema and have no fields that pruning would drop. */
export function checkDefaults(schema: Schema, path: string, errors: SchemaErrors): void {
  check(schema, path, true, errors)
}

function check(schema: Schema, path: string, isResource: boolean, errors: SchemaErrors): void {
  const value = schema.default
  if (value !== undefined && value !== null) {
    const pruned = cloneJson(value)
    pruneValue(pruned, schema, '', [])
    if (!jsonEquals(pruned, value)) errors.invalid(`${path}.default`, value, 'must not have unknown fields')
    errors.list.push(...validateSchema(value, schema, `${path}.default`))
  }
  if (schema.items) check(schema.items, `${path}.items`, isEmbedded(schema.items), errors)
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    // Defaults of type and metadata are forbidden, or the business of those who read metadata.
    if (isResource && isTypeOrMetadata(name)) continue
    check(property, `${path}.properties[${name}]`, isEmbedded(property), errors)
  }
}

function isEmbedded(schema: Schema): boolean {
  return schema['x-kubernetes-embedded-resource'] === true
}
