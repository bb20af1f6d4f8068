import { isJsonObject, type JsonObject, setOwn } from '../meta/object.js'
import { describedRef, metaPackage, refTo } from './openapi-names.js'
import type { OpenApiResource } from './openapi-resource.js'
import type { Schema } from './schema.js'

/** The schema of a kind that is not one of Kubernetes' own. */
export function customSchema(resource: OpenApiResource): JsonObject {
  const root = published(resource.schema)
  return {
    ...root,
    type: 'object',
    properties: { ...typeProperties(), metadata: metadata(), ...withoutTypeAndMetadata(root.properties) },
    ...groupVersionKind(resource, resource.kind),
  }
}

/** The schema of the lists of a kind, whose own is named `item`. */
export function listSchema(resource: OpenApiResource, item: string): JsonObject {
  const { kind, listKind, plural, builtin } = resource
  // Where Go types say what is there, they say what it is when nothing is said, too.
  const preset = builtin ? { default: {} } : {}
  return {
    description: `${listKind} is a list of ${kind}`,
    type: 'object',
    required: ['items'],
    properties: {
      ...typeProperties(),
      items: {
        description: `List of ${plural}.`,
        type: 'array',
        items: builtin ? { ...preset, allOf: [refTo(item)] } : refTo(item),
      },
      metadata: { ...describedRef(`${metaPackage}.ListMeta`, 'Standard list metadata.'), ...preset },
    },
    ...groupVersionKind(resource, listKind),
  }
}

/** apiVersion and kind, which every object begins with. The texts begin as those that upstream gives every kind. */
export function typeProperties(): Record<string, JsonObject> {
  return {
    apiVersion: {
      description: 'APIVersion defines the versioned schema of this representation of an object, such as apps/v1.',
      type: 'string',
    },
    kind: {
      description: 'Kind is a string value representing the REST resource this object represents. In CamelCase.',
      type: 'string',
    },
  }
}

function groupVersionKind({ group, version }: OpenApiResource, kind: string): JsonObject {
  return { 'x-kubernetes-group-version-kind': [{ group, kind, version }] }
}

function metadata(): JsonObject {
  return describedRef(`${metaPackage}.ObjectMeta`, "Standard object's metadata.")
}

function withoutTypeAndMetadata(properties: unknown): JsonObject {
  const { apiVersion: _a, kind: _k, metadata: _m, ...others } = isJsonObject(properties) ? properties : {}
  return others
}

/**
 * A structural schema as OpenAPI: int-or-string spelled out, embedded resources with the fields they have. All else is
 * OpenAPI already, or an extension that is published as it is.
 */
function published(schema: Schema): JsonObject {
  const { properties, items, additionalProperties, ...others } = schema
  const result: JsonObject = { ...others }
  if (items) result.items = published(items)
  if (additionalProperties !== undefined) {
    result.additionalProperties = isJsonObject(additionalProperties)
      ? published(additionalProperties)
      : additionalProperties
  }
  if (properties) result.properties = publishedProperties(properties)
  if (schema['x-kubernetes-int-or-string']) spellOutIntOrString(schema, result)
  if (schema['x-kubernetes-embedded-resource']) embed(result)
  return result
}

function publishedProperties(properties: Readonly<Record<string, Schema>>): JsonObject {
  const result: JsonObject = {}
  for (const [name, property] of Object.entries(properties)) setOwn(result, name, published(property))
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
