import { isJsonObject, type JsonObject, setOwn } from '../meta/object.js'
import { typeProperties } from './openapi-meta-schemas.js'
import { describedRef, metaPackage, refTo, schemaName } from './openapi-names.js'
import type { OpenApiResource } from './openapi-resource.js'
import type { Schema } from './schema.js'

/** Schemas of a resource's kind and of its list, by name. */
export function resourceSchemas(resource: OpenApiResource): JsonObject {
  const { kind, listKind, plural } = resource
  const root = published(resource.schema)
  const object = {
    ...root,
    type: 'object',
    properties: { ...typeProperties(), metadata: metadata(), ...withoutTypeAndMetadata(root.properties) },
    ...groupVersionKind(resource, kind),
  }
  const list = {
    description: `A list of ${plural}.`,
    type: 'object',
    required: ['items'],
    properties: {
      ...typeProperties(),
      items: { description: `The ${plural}.`, type: 'array', items: refTo(schemaName(resource, kind)) },
      metadata: describedRef(`${metaPackage}.ListMeta`, 'Version of the list, and where its next page is.'),
    },
    ...groupVersionKind(resource, listKind),
  }
  return { [schemaName(resource, kind)]: object, [schemaName(resource, listKind)]: list }
}

function groupVersionKind({ group, version }: OpenApiResource, kind: string): JsonObject {
  return { 'x-kubernetes-group-version-kind': [{ group, kind, version }] }
}

function metadata(): JsonObject {
  return describedRef(`${metaPackage}.ObjectMeta`, 'What every object has: name, labels, owners and so on.')
}

function withoutTypeAndMetadata(properties: unknown): JsonObject {
  const { apiVersion: _a, kind: _k, metadata: _m, ...others } = isJsonObject(properties) ? properties : {}
  return others
}

/**
 * A structural schema as OpenAPI: int-or-string spelled out, embedded resources with the fields they have. All else is
 * OpenAPI already, or an extension that is published as it is. A type that contains itself is written out once.
 */
function published(schema: Schema, around: readonly Properties[] = []): JsonObject {
  const { properties, items, additionalProperties, ...others } = schema
  const result: JsonObject = { ...others }
  if (items) result.items = published(items, around)
  if (additionalProperties !== undefined) {
    result.additionalProperties = isJsonObject(additionalProperties)
      ? published(additionalProperties, around)
      : additionalProperties
  }
  if (properties && around.includes(properties)) result['x-kubernetes-preserve-unknown-fields'] = true
  else if (properties) result.properties = publishedProperties(properties, [...around, properties])
  if (schema['x-kubernetes-int-or-string']) spellOutIntOrString(schema, result)
  if (schema['x-kubernetes-embedded-resource']) embed(result)
  return result
}

type Properties = Readonly<Record<string, Schema>>

function publishedProperties(properties: Properties, around: readonly Properties[]): JsonObject {
  const result: JsonObject = {}
  for (const [name, property] of Object.entries(properties)) setOwn(result, name, published(property, around))
  return result
}

function spellOutIntOrString(schema: Schema, result: JsonObject): void {
  const either = [{ type: 'integer' }, { type: 'string' }]
  const spelledOut = [schema, ...(schema.allOf ?? [])].some(
    ({ anyOf }) => JSON.stringify(anyOf) === JSON.stringify(either),
  )
  if (spelledOut) return
  if (schema.anyOf) result.allOf = [...(schema.allOf ?? []), { anyOf: either }]
  else result.anyOf = either
}

function embed(result: JsonObject): void {
  const own = isJsonObject(result.properties) ? result.properties : {}
  result.properties = { ...own, ...typeProperties(), metadata: metadata() }
  const required = Array.isArray(result.required) ? result.required : []
  result.required = [...new Set([...required, 'kind', 'apiVersion'])]
}
