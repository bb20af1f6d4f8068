import { asArray, asObject, isJsonObject, type JsonObject, mapValues, setOwn } from '../meta/object.js'

const operations = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch'])

/** An OpenAPI v2 document in the newer form: what upstream's aggregator tells of servers that have no other. */
export function openApiV3FromV2(v2: JsonObject): JsonObject {
  const { info, paths, definitions } = v2
  return {
    openapi: '3.0.0',
    info,
    paths: mapValues(asObject(paths), (item) => pathItem(asObject(item), v2)),
    components: { schemas: mapValues(asObject(definitions), withNewReferences) },
  }
}

function pathItem(item: JsonObject, v2: JsonObject): JsonObject {
  const result: JsonObject = {}
  for (const [key, value] of Object.entries(item)) {
    if (operations.has(key)) setOwn(result, key, operation(asObject(value), v2))
    else if (key === 'parameters') result.parameters = parametersOf(value, v2).map(parameter)
    else setOwn(result, key, value)
  }
  return result
}

function operation(old: JsonObject, v2: JsonObject): JsonObject {
  const { parameters, consumes = v2.consumes, produces = v2.produces, responses, schemes: _, ...others } = old
  const all = parametersOf(parameters, v2)
  const body = all.find((one) => one.in === 'body')
  const plain = all.filter((one) => one.in !== 'body').map(parameter)
  return {
    ...others,
    ...(plain.length > 0 ? { parameters: plain } : {}),
    ...(body ? { requestBody: requestBody(body, typesIn(consumes)) } : {}),
    responses: mapValues(asObject(responses), (value) => response(asObject(value), typesIn(produces))),
  }
}

/** Parameters that many operations share are told once, beside the paths. */
function parametersOf(value: unknown, v2: JsonObject): JsonObject[] {
  return asArray(value).map((one) => {
    const { $ref } = asObject(one)
    if (typeof $ref !== 'string') return asObject(one)
    return asObject(asObject(v2.parameters)[$ref.replace('#/parameters/', '')])
  })
}

/** What says of a parameter how it is used; the rest is its schema. */
const usage = new Set(['name', 'in', 'description', 'required', 'allowEmptyValue'])

function parameter(old: JsonObject): JsonObject {
  const [of, schema]: [JsonObject, JsonObject] = [{}, {}]
  for (const [key, value] of Object.entries(old)) {
    setOwn(usage.has(key) || key.startsWith('x-') ? of : schema, key, value)
  }
  return { ...of, schema: withNewReferences(schema) }
}

function requestBody({ description, required, schema }: JsonObject, types: readonly string[]): JsonObject {
  return {
    ...(description === undefined ? {} : { description }),
    content: contentOf(schema, types),
    ...(required === true ? { required } : {}),
  }
}

function response({ schema, ...others }: JsonObject, types: readonly string[]): JsonObject {
  return { ...others, ...(schema === undefined ? {} : { content: contentOf(schema, types) }) }
}

function contentOf(schema: unknown, types: readonly string[]): JsonObject {
  return Object.fromEntries(types.map((type) => [type, { schema: withNewReferences(schema) }]))
}

function typesIn(value: unknown): string[] {
  const types = asArray(value).filter((type) => typeof type === 'string')
  return types.length > 0 ? types : ['application/json']
}

function withNewReferences(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withNewReferences)
  if (!isJsonObject(value)) return value
  return mapValues(value, (member, key) =>
    key === '$ref' && typeof member === 'string'
      ? member.replace('#/definitions/', '#/components/schemas/')
      : withNewReferences(member),
  )
}
