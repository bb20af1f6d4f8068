import { protobufMediaType } from '../codec/protobuf/protobuf.js'
import type { JsonObject } from '../meta/object.js'
import { refTo, tagOf } from './openapi-names.js'
import {
  allNamespaces,
  collectionOperations,
  connectOperations,
  type Operation,
  objectOperations,
  type SchemaNames,
  watchOperation,
} from './openapi-operations.js'
import {
  inOrder,
  pathParameters,
  placeParameters,
  restOfPath,
  sharedParameters,
  without,
} from './openapi-parameters.js'
import type { OpenApiResource } from './openapi-resource.js'

/** A path's operations, each with the parameters of the path. */
interface Place {
  readonly path: string
  readonly parameters: JsonObject[]
  readonly operations: Operation[]
}

/** All paths of a resource with their operations (API-SEMANTICS D51 to D53, D55). */
export function resourcePaths(resource: OpenApiResource, names: SchemaNames): JsonObject {
  const { group, version, plural, kind, namespaced } = resource
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`
  const collection = `${namespaced ? '/namespaces/{namespace}' : ''}/${plural}`
  const item = pathParameters(kind, namespaced)
  const all = pathParameters(undefined, namespaced)
  const places: Place[] = [
    { path: `${root}${collection}`, parameters: all, operations: collectionOperations(resource, names) },
    { path: `${root}${collection}/{name}`, parameters: item, operations: objectOperations(resource, names) },
    ...subresourcePlaces(resource, names, `${root}${collection}/{name}`),
  ]
  const everywhere = pathParameters(undefined, false)
  if (namespaced) {
    places.push({ path: `${root}/${plural}`, parameters: everywhere, operations: allNamespaces(resource, names) })
  }
  if (resource.verbs.includes('watch') && !resource.custom) {
    const watch = `${root}/watch`
    const [one, some] = [watchOperation(resource, 'one'), watchOperation(resource, 'collection')]
    places.push({ path: `${watch}${collection}`, parameters: all, operations: [some] })
    places.push({ path: `${watch}${collection}/{name}`, parameters: item, operations: [one] })
    if (namespaced) {
      const operations = [watchOperation(resource, 'everywhere')]
      places.push({ path: `${watch}/${plural}`, parameters: everywhere, operations })
    }
  }
  const served = places.filter(({ operations }) => operations.length > 0)
  return Object.fromEntries(served.map((place) => [place.path, pathItem(resource, place)]))
}

function subresourcePlaces(resource: OpenApiResource, names: SchemaNames, object: string): Place[] {
  const { namespaced, builtin } = resource
  return resource.subresources.flatMap((subresource): Place[] => {
    const { name, kind } = subresource
    const path = `${object}/${name}`
    if (!builtin || !kind.endsWith('Options')) {
      // A subresource that is only made or only written is named by its own kind, as upstream's installer does.
      const operations = objectOperations(resource, names, subresource)
      return [{ path, parameters: pathParameters(kind, namespaced), operations }]
    }
    const parameters = placeParameters(kind, namespaced)
    const operations = connectOperations(resource, subresource, names, false)
    if (name !== 'proxy') return [{ path, parameters, operations }]
    return [
      { path, parameters, operations },
      {
        path: `${path}/{path}`,
        parameters: [...parameters, restOfPath()],
        operations: connectOperations(resource, subresource, names, true),
      },
    ]
  })
}

function pathItem(resource: OpenApiResource, { parameters, operations }: Place): JsonObject {
  const whole = operations.map((operation) => ({
    ...operation,
    parameters: inOrder([...parameters, ...operation.parameters]),
  }))
  const shared = sharedParameters(whole)
  return {
    ...Object.fromEntries(
      whole.map((operation) => {
        const own = without(operation.parameters, shared)
        return [operation.method, written(resource, { ...operation, parameters: own })]
      }),
    ),
    ...(shared.length > 0 ? { parameters: shared } : {}),
  }
}

const codeTexts: Record<number, string> = { 200: 'OK', 201: 'Created', 202: 'Accepted' }

function written(resource: OpenApiResource, operation: Operation): JsonObject {
  const { group, version, kind } = resource
  const { action, of, id, description, parameters, body, codes = [], optionalBody } = operation
  const answer = content(answerTypes(resource, operation), operation.answer)
  const requestBody = {
    content: content(bodyTypes(resource, operation), body),
    ...(optionalBody ? {} : { required: true }),
  }
  const told = of ?? { group, version, kind }
  return {
    tags: [tagOf(group, version)],
    description,
    operationId: id,
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body === undefined ? {} : { requestBody }),
    responses: {
      ...Object.fromEntries([200, ...codes].map((code) => [code, { description: codeTexts[code], content: answer }])),
      401: { description: 'Unauthorized' },
    },
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': { group: told.group, version: told.version, kind: told.kind },
  }
}

function answerTypes({ builtin, custom }: OpenApiResource, { form }: Operation): string[] {
  if (form === 'any') return ['*/*']
  const types = ['application/json', 'application/yaml', ...(builtin ? [protobufMediaType] : [])]
  if (form === 'log') return [...types, 'text/plain']
  const streams = types.filter((type) => type !== 'application/yaml').map((type) => `${type};stream=watch`)
  return form === 'stream' && !custom ? [...types, ...streams] : types
}

/** kubectl chooses its kind of patch by the types of patches (API-SEMANTICS D53). */
function bodyTypes({ builtin, custom }: OpenApiResource, { method }: Operation): string[] {
  if (method !== 'patch') return custom ? ['application/json', 'application/yaml'] : ['*/*']
  return [
    'application/apply-patch+yaml',
    'application/json-patch+json',
    'application/merge-patch+json',
    ...(builtin ? ['application/strategic-merge-patch+json'] : []),
  ]
}

function content(types: readonly string[], schema: string | undefined): JsonObject {
  return Object.fromEntries(
    types.map((type) => [type, { schema: schema === undefined ? { type: 'string' } : refTo(schema) }]),
  )
}
