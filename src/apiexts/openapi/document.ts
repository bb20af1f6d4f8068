import { resourceVerbs } from '../../http/discovery.js'
import type { JsonObject } from '../../meta/object.js'
import type { Registry } from '../../registry/registry.js'
import type { Resource } from '../../registry/resource.js'
import { concisePath, preferredResources } from '../r/find-resource.js'
import { conciseSchema } from './concise-schema.js'

const text = (description: string) => ({ description, schema: { type: 'string' } })
const inQuery = (name: string, description: string) => ({ name, in: 'query', ...text(description) })
const inPath = (name: string) => ({ name, in: 'path', required: true, schema: { type: 'string' } })

const listParameters = [
  inQuery(
    'where',
    'Conditions on fields, separated by commas: `status.cost>10`, `labels.app=web`, `name~ham`, `!status`.',
  ),
  inQuery('q', 'Text that must occur somewhere in the object.'),
  inQuery('sort', 'Fields to sort by, separated by commas; `-` before one: descending.'),
  inQuery('fields', 'Fields to answer with, separated by commas.'),
  { name: 'page', in: 'query', schema: { type: 'integer', minimum: 1, default: 1 } },
  { name: 'size', in: 'query', schema: { type: 'integer', minimum: 1, maximum: 1000, default: 100 } },
  inQuery('watch', 'Server-sent events of changes instead of a list.'),
]
const ifMatch = { name: 'If-Match', in: 'header', ...text('Entity tag of the version that may be changed.') }

/** OpenAPI 3.1 of `/wukong/r`: every served resource, in the version that its name alone stands for. */
export function conciseDocument(registry: Registry, version: string): JsonObject {
  const resources = preferredResources(registry)
  return {
    openapi: '3.1.0',
    info: { title: 'Wukong', description: 'Every resource in concise JSON.', version },
    paths: Object.assign({}, ...resources.map(pathsOf)),
    components: {
      schemas: {
        ...Object.fromEntries(resources.map((resource) => [schemaName(resource), conciseSchema(resource)])),
        Problem: problemSchema,
      },
    },
  }
}

const problemSchema = {
  type: 'object',
  description: 'What went wrong (RFC 9457).',
  required: ['title', 'status'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    instance: { type: 'string' },
    reason: { type: 'string' },
    errors: {
      type: 'array',
      items: { type: 'object', properties: { field: { type: 'string' }, detail: { type: 'string' } } },
    },
  },
}

function schemaName({ kind, group }: Resource): string {
  return group ? `${kind}.${group}` : kind
}

function pathsOf(resource: Resource): JsonObject {
  const root = concisePath(resource)
  const collection = resource.namespaced ? `${root}/{namespace}` : root
  const scope = resource.namespaced ? [inPath('namespace')] : []
  const verbs = resourceVerbs(resource)
  const list = operation(resource, 'list', 200, listOf(resource), listParameters)
  const create = { ...operation(resource, 'create', 201, reference(resource)), requestBody: body(reference(resource)) }
  const change = {
    ...operation(resource, 'change', 200, reference(resource), [ifMatch]),
    requestBody: body({ type: 'object', description: 'Only what changes; null removes.' }),
  }
  const everywhere = { ...list, operationId: `${list.operationId}InAllNamespaces` }
  const ofObject = {
    ...(verbs.includes('get') ? { get: operation(resource, 'get', 200, reference(resource)) } : {}),
    ...(verbs.includes('patch') ? { patch: change } : {}),
    ...(verbs.includes('delete') ? { delete: operation(resource, 'delete', 204, undefined, [ifMatch]) } : {}),
  }
  return {
    ...(resource.namespaced && verbs.includes('list') ? { [root]: { get: everywhere } } : {}),
    [collection]: {
      parameters: scope,
      ...(verbs.includes('list') ? { get: list } : {}),
      ...(verbs.includes('create') ? { post: create } : {}),
    },
    ...(Object.keys(ofObject).length > 0
      ? { [`${collection}/{name}`]: { parameters: [...scope, inPath('name')], ...ofObject } }
      : {}),
    ...(resource.hasStatus ? { [`${collection}/{name}/status`]: statusOperations(resource, scope) } : {}),
  }
}

function statusOperations(resource: Resource, scope: object[]): JsonObject {
  return {
    parameters: [...scope, inPath('name')],
    get: operation(resource, 'getStatusOf', 200, { type: 'object' }),
    patch: {
      ...operation(resource, 'changeStatusOf', 200, reference(resource), [ifMatch]),
      requestBody: body({ type: 'object' }),
    },
  }
}

function operation(resource: Resource, verb: string, code: number, schema?: object, parameters: object[] = []) {
  const { kind, plural, group } = resource
  return {
    operationId: `${verb}${verb === 'list' ? plural : kind}${group ? `.${group}` : ''}`,
    tags: [schemaName(resource)],
    ...(parameters.length > 0 ? { parameters } : {}),
    responses: {
      [code]: { description: 'Done.', ...(schema ? { content: { 'application/json': { schema } } } : {}) },
      default: {
        description: 'Failed.',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  }
}

const body = (schema: object) => ({ required: true, content: { 'application/json': { schema } } })
const reference = (resource: Resource) => ({ $ref: `#/components/schemas/${schemaName(resource)}` })

const listOf = (resource: Resource) => ({
  type: 'object',
  required: ['items', 'total', 'page', 'pages'],
  properties: {
    items: { type: 'array', items: reference(resource) },
    ...{
      total: { type: 'integer' },
      page: { type: 'integer' },
      pages: { type: 'integer' },
      version: { type: 'string' },
    },
  },
})
