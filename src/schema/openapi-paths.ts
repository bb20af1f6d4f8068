import { protobufMediaType } from '../codec/protobuf/protobuf.js'
import type { GroupVersionKind } from '../meta/gvk.js'
import type { JsonObject } from '../meta/object.js'
import { capitalized, groupVersionWord, metaPackage, refTo, tagOf } from './openapi-names.js'
import {
  deleteParameters,
  listParameters,
  patchParameters,
  pathParameters,
  readParameters,
  writeParameters,
} from './openapi-parameters.js'
import type { OpenApiResource, OpenApiSubresource } from './openapi-resource.js'

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
  /** The kind it is of; default the resource's. */
  readonly of?: GroupVersionKind
}

/** Names of the schemas that a resource's operations refer to. */
interface SchemaNames {
  readonly own: string
  readonly list: string
  ofSubresource(subresource: OpenApiSubresource): string
}

/** All paths of a resource with their operations (API-SEMANTICS D51 to D53, D55). */
export function resourcePaths(resource: OpenApiResource, names: SchemaNames): JsonObject {
  const { group, version, plural, kind, namespaced, subresources } = resource
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`
  const collection = `${root}${namespaced ? '/namespaces/{namespace}' : ''}/${plural}`
  const paths: [string, boolean, boolean, Operation[]][] = [
    [collection, namespaced, false, collectionOperations(resource, names)],
    [`${collection}/{name}`, namespaced, true, objectOperations(resource, '', names.own, resource)],
  ]
  if (namespaced) paths.push([`${root}/${plural}`, false, false, allNamespaces(resource, names)])
  for (const subresource of subresources) {
    const operations = objectOperations(resource, subresource.name, names.ofSubresource(subresource), subresource)
    paths.push([`${collection}/{name}/${subresource.name}`, namespaced, true, operations])
  }
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

function collectionOperations(resource: OpenApiResource, { own, list: listName }: SchemaNames): Operation[] {
  const { verbs, kind } = resource
  const list: Operation = {
    method: 'get',
    action: 'list',
    id: operationId(resource, 'list'),
    description: `list objects of kind ${kind}`,
    parameters: listParameters(),
    answer: listName,
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

function allNamespaces(resource: OpenApiResource, names: SchemaNames): Operation[] {
  const { verbs, kind, group, version } = resource
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
      answer: names.list,
    },
  ]
}

/** `told`: whose verbs they are, and of which kind. */
function objectOperations(
  resource: OpenApiResource,
  subresource: string,
  schema: string,
  told: GroupVersionKind & { readonly verbs: readonly string[] },
): Operation[] {
  const { kind } = resource
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
  const make: Operation = {
    method: 'post',
    action: 'post',
    id: operationId(resource, 'create', '', after),
    description: `create ${what}`,
    parameters: writeParameters(),
    body: schema,
    answer: schema,
    codes: [201, 202],
  }
  const offered: [string, Operation][] = [
    ['get', read],
    ['update', replace],
    ['patch', patch],
    subresource === '' ? ['delete', remove] : ['create', make],
  ]
  const { group, version, kind: kindTold } = told
  return offered
    .filter(([verb]) => told.verbs.includes(verb))
    .map(([, operation]) => ({ ...operation, of: { group, version, kind: kindTold } }))
}

function written(resource: OpenApiResource, operation: Operation): JsonObject {
  const { group, version, kind } = resource
  const {
    action,
    of = { group, version, kind },
    id,
    description,
    parameters,
    body,
    answer,
    codes = [],
    optionalBody,
  } = operation
  const codeTexts: Record<number, string> = { 200: 'OK', 201: 'Created', 202: 'Accepted' }
  const objectTypes = ['application/json', 'application/yaml', ...(resource.builtin ? [protobufMediaType] : [])]
  const succeeded = content(objectTypes, answer)
  const types = operation.method === 'patch' ? patchTypes(resource) : objectTypes
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
    'x-kubernetes-group-version-kind': of,
  }
}

/** kubectl chooses its kind of patch by this list (API-SEMANTICS D53). */
function patchTypes({ builtin }: OpenApiResource): string[] {
  return [
    'application/apply-patch+yaml',
    'application/json-patch+json',
    'application/merge-patch+json',
    ...(builtin ? ['application/strategic-merge-patch+json'] : []),
  ]
}

function content(types: readonly string[], schema: string): JsonObject {
  return Object.fromEntries(types.map((type) => [type, { schema: refTo(schema) }]))
}
