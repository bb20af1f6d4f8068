import { asArray, asObject, isJsonObject, type JsonObject, mapValues } from '../meta/object.js'
import { isCustomDocument, kubernetesMinor } from './openapi-v3.js'

/** A v3 document in the older form (API-SEMANTICS D40 to D42). */
export interface OpenApiV2Parts {
  readonly paths: JsonObject
  readonly definitions: JsonObject
}

/** What stands in a v2 document beside its paths and definitions. */
export function openApiV2Head(): JsonObject {
  return {
    swagger: '2.0',
    info: { title: 'Kubernetes', version: kubernetesMinor },
    security: [{ BearerToken: [] }],
    securityDefinitions: {
      BearerToken: { description: 'Bearer Token authentication', type: 'apiKey', name: 'authorization', in: 'header' },
    },
  }
}

/** `document` is an OpenAPI v3 document as openapi-v3.ts makes them. */
export function openApiV2Parts(document: JsonObject): OpenApiV2Parts {
  const { schemas = {} } = asObject(document.components)
  const isCustom = isCustomDocument(document)
  return {
    paths: mapValues(asObject(document.paths), (item) => pathItem(item, isCustom)),
    definitions: mapValues(asObject(schemas), (value) =>
      isCustom && isOpen(asObject(value)) ? openKind(asObject(value)) : definition(asObject(value)),
    ),
  }
}

/** Of a kind that takes any fields nothing is told: kubectl would take fields that it knows for all that there are. */
function openKind(schema: JsonObject): JsonObject {
  const names = 'x-kubernetes-group-version-kind'
  return { type: 'object', ...(schema[names] === undefined ? {} : { [names]: schema[names] }) }
}

const isOpen = (schema: JsonObject): boolean => schema['x-kubernetes-preserve-unknown-fields'] === true

const operations = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch']

function pathItem(value: unknown, isCustom: boolean): JsonObject {
  const item = asObject(value)
  const found = operations.filter((method) => Object.hasOwn(item, method))
  return {
    ...Object.fromEntries(found.map((method) => [method, operation(asObject(item[method]), isCustom)])),
    ...(item.parameters ? { parameters: asArray(item.parameters).map(parameter) } : {}),
  }
}

function operation(v3: JsonObject, isCustom: boolean): JsonObject {
  const { requestBody, responses, parameters, ...others } = v3
  const body = asObject(requestBody)
  const bodyTypes = Object.keys(asObject(body.content))
  const isPatch = bodyTypes.some((type) => type.includes('patch'))
  const sent = bodyTypes[0] === undefined ? [] : [bodyParameter(body, bodyTypes[0])]
  const produces = Object.keys(asObject(asObject(asObject(responses)['200']).content))
  const isDiscovery = others['x-kubernetes-action'] === undefined
  const consumes = isPatch ? bodyTypes : isCustom || isDiscovery ? produces : ['*/*']
  const all = [...sent, ...asArray(parameters).map(parameter)]
  return {
    ...others,
    ...(isDiscovery && isText(responses) ? {} : { consumes }),
    produces,
    ...(all.length > 0 ? { parameters: all } : {}),
    responses: mapValues(asObject(responses), response),
    schemes: ['https'],
  }
}

/** What has no schema but that it is text: documents that other standards describe. */
function isText(responses: unknown): boolean {
  const [first] = Object.values(asObject(asObject(asObject(responses)['200']).content))
  return asObject(asObject(first).schema).type === 'string'
}

function bodyParameter(body: JsonObject, type: string): JsonObject {
  const { schema } = asObject(asObject(body.content)[type])
  return {
    name: 'body',
    in: 'body',
    ...(body.required ? { required: true } : {}),
    schema: definition(asObject(schema)),
  }
}

function parameter(value: unknown): JsonObject {
  const { schema, ...others } = asObject(value)
  return { ...others, type: asObject(schema).type, uniqueItems: true }
}

function response(value: unknown): JsonObject {
  const { description, content } = asObject(value)
  const [first] = Object.values(asObject(content))
  return { description, ...(first ? { schema: definition(asObject(asObject(first).schema)) } : {}) }
}

/** Not in v2: what a value may be besides its type, and what it is when it is not given. */
const dropped = new Set(['oneOf', 'anyOf', 'not', 'nullable', 'allOf', 'default', '$ref'])

/** Where v2 can't say what is allowed, nothing is said. */
const untyped = new Set(['type', 'properties', 'items', 'additionalProperties', 'required'])

function definition(schema: JsonObject): JsonObject {
  const open = schema.nullable === true || isOpen(schema)
  const result: JsonObject = {}
  for (const [key, value] of Object.entries(schema)) {
    if (dropped.has(key) || (open && untyped.has(key))) continue
    result[key] = member(key, value)
  }
  const reference = referenceOf(schema)
  if (reference !== undefined) result.$ref = reference.replace('/components/schemas/', '/definitions/')
  if (schema['x-kubernetes-int-or-string']) delete result.type
  else if (schema.oneOf && schema.type === undefined) result.type = 'string'
  return result
}

function member(key: string, value: unknown): unknown {
  if (key === 'properties') return mapValues(asObject(value), (property) => definition(asObject(property)))
  const isSchema = (key === 'items' || key === 'additionalProperties') && isJsonObject(value)
  return isSchema ? definition(value) : value
}

/** A reference with something beside it is the one item of `allOf` in v3. */
function referenceOf({ $ref, allOf }: JsonObject): string | undefined {
  if (typeof $ref === 'string') return $ref
  const [only, ...others] = asArray(allOf)
  const { $ref: inner } = asObject(only)
  return others.length === 0 && typeof inner === 'string' ? inner : undefined
}
