import type { JsonObject } from '../../meta/object.js'
import type { Resource } from '../../registry/resource.js'
import type { Schema } from '../../schema/schema.js'
import { conciseFields, toldFields } from '../r/concise-object.js'

/** How deep fields are told: Kubernetes' own types go on for thousands of lines, which `/openapi/v3` has. */
const depths = { builtin: 2, custom: 12 }

/** Keywords that JSON Schema 2020-12, and so OpenAPI 3.1, has under the same name and with the same meaning. */
const kept = [
  ...['type', 'format', 'title', 'description', 'default', 'enum', 'required', 'pattern', 'minLength', 'maxLength'],
  ...['minItems', 'maxItems', 'minProperties', 'maxProperties', 'multipleOf', 'minimum', 'maximum', 'uniqueItems'],
] as const satisfies readonly (keyof Schema)[]

/** What an object of the resource looks like in concise form, as JSON Schema. */
export function conciseSchema({ kind, builtin, namespaced, version: { schema } }: Resource): JsonObject {
  const depth = builtin ? depths.builtin : depths.custom
  const { spec, status, metadata: _m, apiVersion: _a, kind: _k, ...top } = schema.properties ?? {}
  const beside = Object.entries(spec?.properties ?? {}).filter(
    ([field]) => !conciseFields.has(field) && !Object.hasOwn(top, field),
  )
  const fields = [...Object.entries(top), ...beside, ...(status ? [['status', status] as const] : [])]
  return {
    title: kind,
    type: 'object',
    ...(schema.description ? { description: schema.description } : {}),
    required: ['name'],
    properties: {
      name: { type: 'string' },
      ...(namespaced ? { namespace: { type: 'string' } } : {}),
      labels: { type: 'object', additionalProperties: { type: 'string' } },
      annotations: { type: 'object', additionalProperties: { type: 'string' } },
      finalizers: { type: 'array', items: { type: 'string' } },
      ...Object.fromEntries(toldFields.map((field) => [field, { type: 'string', readOnly: true }])),
      ...Object.fromEntries(fields.map(([field, inner]) => [field, jsonSchema(inner, depth)])),
    },
  }
}

function jsonSchema(schema: Schema, depth: number): JsonObject {
  const result: JsonObject = {}
  for (const keyword of kept) if (schema[keyword] !== undefined) result[keyword] = schema[keyword]
  if (schema['x-kubernetes-int-or-string']) result.type = ['integer', 'string']
  else if (schema.nullable && schema.type) result.type = [schema.type, 'null']
  for (const bound of ['Minimum', 'Maximum'] as const) {
    const plain = bound.toLowerCase() as 'minimum' | 'maximum'
    if (!schema[`exclusive${bound}`] || schema[plain] === undefined) continue
    result[`exclusive${bound}`] = schema[plain]
    delete result[plain]
  }
  if (depth === 0) return result
  if (schema.items) result.items = jsonSchema(schema.items, depth - 1)
  if (schema.properties) {
    result.properties = Object.fromEntries(
      Object.entries(schema.properties).map(([field, inner]) => [field, jsonSchema(inner, depth - 1)]),
    )
  }
  const { additionalProperties } = schema
  if (additionalProperties !== undefined) {
    result.additionalProperties =
      typeof additionalProperties === 'boolean' ? additionalProperties : jsonSchema(additionalProperties, depth - 1)
  }
  return result
}
