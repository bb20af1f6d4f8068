import type { Schema } from './schema.js'

/** What a schema is made of, one level down. */
export function subschemas(schema: Schema): Schema[] {
  const { items, properties = {}, additionalProperties, allOf = [], anyOf = [], oneOf = [], not } = schema
  return [
    ...(items ? [items] : []),
    ...Object.values(properties),
    ...(typeof additionalProperties === 'object' ? [additionalProperties] : []),
    ...allOf,
    ...anyOf,
    ...oneOf,
    ...(not ? [not] : []),
  ]
}

/** Whether the schema, or one it is made of at any depth, is as `test` says. */
export function schemaHas(schema: Schema, test: (schema: Schema) => boolean): boolean {
  return test(schema) || subschemas(schema).some((below) => schemaHas(below, test))
}
