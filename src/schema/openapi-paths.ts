import type { JsonObject } from '../meta/object.js'
import { capitalized, groupVersionWord, metaPackage, refTo, schemaName, tagOf } from './openapi-names.js'
import {
  deleteParameters,
  listParameters,
  patchParameters,
  pathParameters,
  readParameters,
  writeParameters,
} from './openapi-parameters.js'
import type { OpenApiResource } from './openapi-resource.js'

/** Name of the schema of the scale subresource. */
export const scaleSchema = 'io.k8s.api.autoscaling.v1.Scale'

/** One operation, before it is written as OpenAPI. */
interface Operation {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete'
  /** As upstream names it: list, get, post, put, patch, delete, deletecollection. */
  readonly action: string
  readonly id: string
  readonly description: string
  readonly parameters: JsonObject[]
  /** Schemas of body and answer. */
  readonly body?: string
  readonly answer: string
  /** Status codes of success beside 200. */
  readonly codes?: readonly number[]
  readonly optionalBody?: boolean
}

/** All paths of a resource with their operations (API-SEMANTICS D51 to D53, D55). */
export function resourcePaths(resource: OpenApiResource): JsonObject {
  const { group, version, plural, kind, namespaced, status, scale, custom } = resource
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`
  const collection = `${root}${namespaced ? '/namespaces/{namespace}' : ''}/${plural}`
  const own = schemaName(resource, kind)
  const paths: [string, boolean, boolean, Operation[]][] = [
    [collection, namespaced, false, collectionOperations(resource)],
    [`${collection}/{name}`, namespaced, true, objectOperations(resource, '', own)],
  ]
  if (namespaced) paths.push([`${root}/${plural}`, false, false, allNamespaces(resource)])
  const subresource = (name: string, operations: Operation[]) =>
    paths.push([`${collection}/{name}/${name}`, namespaced, true, operations])
  if (status) subresource('status', objectOperations(resource, 'status', own))
  if (scale) subresource('scale', objectOperations(resource, 'scale', scaleSchema))
  for (const { name, methods } of custom) subresource(name, customOperations(resource, name, methods))
  return Object.fromEntries(
    paths
      .filter(([, , , operations]) => operations.length > 0)
      .map(([path, inNamespace, named, operations]) => [
        path,
        {
          ...Object.fromEntries(operations.map((operation) => [operation.method, written(resource, operation)])),
          parameters: pathParameters(kind, inNamespace, named),
        },
      ]),
  )
}

/** `readRestaurantWukongComV1beta1NamespacedPizzaStatus`. */
function operationId(resource: OpenApiResource, verb: string, before = '', after = ''): string {
  const { group, version, kind, namespaced } = resource
  return `${verb}${groupVersionWord(group, version)}${before}${namespaced ? 'Namespaced' : ''}${kind}${after}`
}

function collectionOperations(resource: OpenApiResource): Operation[] {
  const { verbs, kind, listKind } = resource
  const own = schemaName(resource, kind)
  const list: Operation = {
    method: 'get',
    action: 'list',
    id: operationId(resource, 'list'),
    description: `list objects of kind ${kind}`,
    parameters: listParameters(),
    answer: schemaName(resource, listKind),
  }
  const create: Operation = {
    method: 'post',
    action: 'post',
    id: operationId(resource, 'create'),
    description: `create a ${kind}`,
    parameters: writeParameters(),
    body: own,
    answer: own,
    codes: [201, 202],
  }
  const clear: Operation = {
    method: 'delete',
    action: 'deletecollection',
    id: operationId(resource, 'delete', 'Collection'),
    description: `delete collection of ${kind}`,
    parameters: [...listParameters(), ...deleteParameters().slice(0, 1)],
    body: `${metaPackage}.DeleteOptions`,
    optionalBody: true,
    answer: `${metaPackage}.Status`,
  }
  const offered: [string, Operation][] = [
    ['list', list],
    ['create', create],
    ['deletecollection', clear],
  ]
  return offered.filter(([verb]) => verbs.includes(verb)).map(([, operation]) => operation)
}

function allNamespaces(resource: OpenApiResource): Operation[] {
  const { verbs, kind, listKind, group, version } = resource
  if (!verbs.includes('list')) return []
  const id = `list${groupVersionWord(group, version)}${kind}ForAllNamespaces`
  const description = `list objects of kind ${kind} in all namespaces`
  return [
    {
      method: 'get',
      action: 'list',
      id,
      description,
      parameters: listParameters(),
      answer: schemaName(resource, listKind),
    },
  ]
}

function objectOperations(resource: OpenApiResource, subresource: string, schema: string): Operation[] {
  const { kind, verbs } = resource
  const after = capitalized(subresource)
  const what = subresource === '' ? `the specified ${kind}` : `${subresource} of the specified ${kind}`
  const read: Operation = {
    method: 'get',
    action: 'get',
    id: operationId(resource, 'read', '', after),
    description: `read ${what}`,
    parameters: readParameters(),
    answer: schema,
  }
  const replace: Operation = {
    method: 'put',
    action: 'put',
    id: operationId(resource, 'replace', '', after),
    description: `replace ${what}`,
    parameters: writeParameters(),
    body: schema,
    answer: schema,
    codes: [201],
  }
  const patch: Operation = {
    method: 'patch',
    action: 'patch',
    id: operationId(resource, 'patch', '', after),
    description: `partially update ${what}`,
    parameters: patchParameters(),
    body: `${metaPackage}.Patch`,
    answer: schema,
  }
  const remove: Operation = {
    method: 'delete',
    action: 'delete',
    id: operationId(resource, 'delete'),
    description: `delete a ${kind}`,
    parameters: deleteParameters(),
    body: `${metaPackage}.DeleteOptions`,
    optionalBody: true,
    answer: `${metaPackage}.Status`,
    codes: [202],
  }
  const offered: [string, Operation][] = [
    ['get', read],
    ['update', replace],
    ['patch', patch],
    ...(subresource === '' ? [['delete', remove] satisfies [string, Operation]] : []),
  ]
  return offered.filter(([verb]) => verbs.includes(verb)).map(([, operation]) => operation)
}

const customVerbs: Readonly<Record<string, Pick<Operation, 'method' | 'action'> & { readonly verb: string }>> = {
  GET: { method: 'get', action: 'get', verb: 'read' },
  POST: { method: 'post', action: 'post', verb: 'create' },
  PUT: { method: 'put', action: 'put', verb: 'replace' },
  DELETE: { method: 'delete', action: 'delete', verb: 'delete' },
}

/** Subresources of a group's own answer with the object; what they take is theirs to say. */
function customOperations(resource: OpenApiResource, name: string, methods: readonly string[]): Operation[] {
  return methods.flatMap((key) => {
    const known = customVerbs[key]
    if (!known) return []
    const { verb, ...operation } = known
    const body = operation.method === 'get' ? {} : { body: anyBody, optionalBody: true }
    const id = operationId(resource, verb, '', capitalized(name))
    const answer = schemaName(resource, resource.kind)
    return [{ ...operation, ...body, id, description: `${verb} ${name} of a ${resource.kind}`, parameters: [], answer }]
  })
}

/** A body of which nothing is known. */
const anyBody = ''

function written(resource: OpenApiResource, operation: Operation): JsonObject {
  const { group, version, kind } = resource
  const { action, id, description, parameters, body, answer, codes = [], optionalBody } = operation
  const codeTexts: Record<number, string> = { 200: 'OK', 201: 'Created', 202: 'Accepted' }
  const succeeded = content(['application/json', 'application/yaml'], answer)
  const types = operation.method === 'patch' ? patchTypes(resource) : ['application/json', 'application/yaml']
  return {
    tags: [tagOf(group, version)],
    description,
    operationId: id,
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body === undefined
      ? {}
      : { requestBody: { content: content(types, body), ...(optionalBody ? {} : { required: true }) } }),
    responses: {
      ...Object.fromEntries(
        [200, ...codes].map((code) => [code, { description: codeTexts[code], content: succeeded }]),
      ),
      401: { description: 'Unauthorized' },
    },
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': { group, version, kind },
  }
}

/** kubectl chooses its kind of patch by this list (API-SEMANTICS D53). */
function patchTypes({ builtin, applyPatch }: OpenApiResource): string[] {
  return [
    ...(applyPatch ? ['application/apply-patch+yaml'] : []),
    'application/json-patch+json',
    'application/merge-patch+json',
    ...(builtin ? ['application/strategic-merge-patch+json'] : []),
  ]
}

function content(types: readonly string[], schema: string): JsonObject {
  const described = schema === anyBody ? { type: 'object' } : refTo(schema)
  return Object.fromEntries(types.map((type) => [type, { schema: described }]))
}
