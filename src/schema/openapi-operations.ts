import type { JsonObject } from '../meta/object.js'
import { capitalized, groupVersionWord, metaPackage } from './openapi-names.js'
import {
  deleteParameters,
  listParameters,
  logParameters,
  optionParameters,
  patchParameters,
  readParameters,
  selectParameters,
  writeParameters,
} from './openapi-parameters.js'
import type { OpenApiResource, OpenApiSubresource } from './openapi-resource.js'

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete' | 'options' | 'head'

/** One operation, before it is written as OpenAPI. */
export interface Operation {
  readonly method: Method
  /** As upstream names it: list, get, post, put, patch, delete, deletecollection, watch, watchlist, connect. */
  readonly action: string
  readonly id: string
  readonly description: string
  /** Besides those of the path. */
  readonly parameters: JsonObject[]
  /** Name of the schema of the body. */
  readonly body?: string
  /** Name of the schema of the answer; none: a text. */
  readonly answer?: string
  /** Status codes of success beside 200. */
  readonly codes?: readonly number[]
  readonly optionalBody?: boolean
  /** What is answered: an object, what may be watched, a log, or what somebody else says. */
  readonly form?: 'stream' | 'log' | 'any'
  /** The subresource whose kind it is of; default: the resource. */
  readonly of?: OpenApiSubresource
}

/** Names of the schemas that a resource's operations refer to. */
export interface SchemaNames {
  readonly own: string
  readonly list: string
  ofSubresource(subresource: OpenApiSubresource): string
  /** The schema of a kind of options, such as PodExecOptions. */
  options(subresource: OpenApiSubresource): JsonObject
}

/** `readRestaurantWukongComV1beta1NamespacedPizzaStatus`. */
function operationId(resource: OpenApiResource, verb: string, before = '', after = ''): string {
  const { group, version, kind, namespaced } = resource
  return `${verb}${groupVersionWord(group, version)}${before}${namespaced ? 'Namespaced' : ''}${kind}${after}`
}

/** Only lists of CustomResourceDefinitions' kinds do not tell that they can be watched. */
function listed({ kind, custom, verbs }: OpenApiResource): string {
  return `list ${verbs.includes('watch') && !custom ? 'or watch ' : ''}objects of kind ${kind}`
}

export function collectionOperations(resource: OpenApiResource, { own, list: listName }: SchemaNames): Operation[] {
  const { verbs, kind, custom } = resource
  const list: Operation = {
    method: 'get',
    action: 'list',
    id: operationId(resource, 'list'),
    description: listed(resource),
    parameters: listParameters(),
    answer: listName,
    form: 'stream',
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
    parameters: custom ? listParameters() : [...selectParameters(), ...deleteParameters()],
    ...(custom ? {} : { body: `${metaPackage}.DeleteOptions`, optionalBody: true }),
    answer: `${metaPackage}.Status`,
  }
  const offered: [string, Operation][] = [
    ['list', list],
    ['create', create],
    ['deletecollection', clear],
  ]
  return offered.filter(([verb]) => verbs.includes(verb)).map(([, operation]) => operation)
}

export function allNamespaces(resource: OpenApiResource, { list }: SchemaNames): Operation[] {
  const { verbs, kind, group, version } = resource
  if (!verbs.includes('list')) return []
  const id = `list${groupVersionWord(group, version)}${kind}ForAllNamespaces`
  const description = listed(resource)
  return [
    { method: 'get', action: 'list', id, description, parameters: listParameters(), answer: list, form: 'stream' },
  ]
}

/** The older way to watch, by a path of its own. `where`: one object, a collection, or those of all namespaces. */
export function watchOperation(resource: OpenApiResource, where: 'one' | 'collection' | 'everywhere'): Operation {
  const { kind, group, version } = resource
  const instead = "use the 'watch' parameter with a list operation instead"
  const of = where === 'one' ? `changes to an object of kind ${kind}` : `individual changes to a list of ${kind}`
  return {
    method: 'get',
    action: where === 'one' ? 'watch' : 'watchlist',
    id:
      where === 'everywhere'
        ? `watch${groupVersionWord(group, version)}${kind}ListForAllNamespaces`
        : operationId(resource, 'watch', '', where === 'one' ? '' : 'List'),
    description:
      where === 'one'
        ? `watch ${of}. deprecated: ${instead}, filtered to a single item with the 'fieldSelector' parameter.`
        : `watch ${of}. deprecated: ${instead}.`,
    parameters: listParameters(),
    answer: `${metaPackage}.WatchEvent`,
    form: 'stream',
  }
}

/** What can be done with one object, or with a subresource of it. */
export function objectOperations(
  resource: OpenApiResource,
  names: SchemaNames,
  subresource?: OpenApiSubresource,
): Operation[] {
  const { kind } = resource
  const schema = subresource ? names.ofSubresource(subresource) : names.own
  const after = capitalized(subresource?.name ?? '')
  const what = subresource ? `${subresource.name} of the specified ${kind}` : `the specified ${kind}`
  const isLog = resource.builtin && subresource?.name === 'log'
  const read: Operation = {
    method: 'get',
    action: 'get',
    id: operationId(resource, 'read', '', after),
    description: `read ${what}`,
    parameters: isLog ? logParameters() : resource.custom ? readParameters() : [],
    ...(isLog ? { form: 'log' } : { answer: schema }),
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
    codes: resource.custom ? [] : [201],
  }
  const last = subresource ? makeOperation(resource, subresource, schema) : removeOperation(resource, names)
  const offered: [string, Operation][] = [
    ['get', read],
    ['update', replace],
    ['patch', patch],
    [subresource ? 'create' : 'delete', last],
  ]
  return offered
    .filter(([verb]) => (subresource ?? resource).verbs.includes(verb))
    .map(([, operation]) => (subresource && !resource.custom ? { ...operation, of: subresource } : operation))
}

function removeOperation(resource: OpenApiResource, { own }: SchemaNames): Operation {
  return {
    method: 'delete',
    action: 'delete',
    id: operationId(resource, 'delete'),
    description: `delete a ${resource.kind}`,
    parameters: deleteParameters(),
    body: `${metaPackage}.DeleteOptions`,
    optionalBody: true,
    answer: resource.answersWithDeleted ? own : `${metaPackage}.Status`,
    codes: [202],
  }
}

function makeOperation(resource: OpenApiResource, { name }: OpenApiSubresource, schema: string): Operation {
  return {
    method: 'post',
    action: 'post',
    id: operationId(resource, 'create', '', capitalized(name)),
    description: `create ${name} of a ${resource.kind}`,
    parameters: writeParameters(),
    body: schema,
    answer: schema,
    codes: [201, 202],
  }
}

const connectMethods: readonly [verb: string, method: Method][] = [
  ['get', 'get'],
  ['update', 'put'],
  ['create', 'post'],
  ['delete', 'delete'],
  ['patch', 'patch'],
]

/** What is passed on to a pod, a Service or a node; `withPath`: to a path there. */
export function connectOperations(
  resource: OpenApiResource,
  subresource: OpenApiSubresource,
  names: SchemaNames,
  withPath: boolean,
): Operation[] {
  const { name, verbs } = subresource
  const offered = connectMethods.filter(([verb]) => verbs.includes(verb)).map(([, method]) => method)
  const passedOn: Method[] = name === 'proxy' ? ['options', 'head'] : []
  return [...offered, ...passedOn].map((method) => ({
    method,
    action: 'connect',
    id: operationId(resource, 'connect', capitalized(method), `${capitalized(name)}${withPath ? 'WithPath' : ''}`),
    description: `connect ${method.toUpperCase()} requests to ${name} of ${resource.kind}`,
    parameters: optionParameters(names.options(subresource)),
    form: 'any',
    of: subresource,
  }))
}
