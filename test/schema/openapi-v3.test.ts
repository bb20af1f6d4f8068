import { describe, expect, it } from 'vitest'
import { publishKind } from '../../src/apis/facts/openapi-types.js'
import { isJsonObject, type JsonObject } from '../../src/meta/object.js'
import type { OpenApiResource } from '../../src/schema/openapi-resource.js'
import { openApiV3Document } from '../../src/schema/openapi-v3.js'

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']
const written = ['get', 'patch', 'update']
const gvk = { group: 'restaurant.wukong.com', version: 'v1beta1', kind: 'Pizza' }
const pizza: OpenApiResource = {
  ...gvk,
  listKind: 'PizzaList',
  plural: 'pizzas',
  namespaced: true,
  schema: {
    type: 'object',
    description: 'A pizza.',
    required: ['spec'],
    properties: {
      apiVersion: { type: 'string' },
      metadata: { type: 'object', properties: { name: { type: 'string', maxLength: 10 } } },
      spec: {
        type: 'object',
        properties: {
          size: { 'x-kubernetes-int-or-string': true },
          port: { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] },
          base: {
            type: 'object',
            'x-kubernetes-embedded-resource': true,
            'x-kubernetes-preserve-unknown-fields': true,
          },
          tags: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
          notes: { type: 'object', additionalProperties: { 'x-kubernetes-int-or-string': true } },
        },
      },
    },
  },
  verbs,
  subresources: [
    { name: 'bake', ...gvk, verbs: ['create'] },
    { name: 'scale', group: 'autoscaling', version: 'v1', kind: 'Scale', verbs: written },
    { name: 'status', ...gvk, verbs: written },
  ],
  builtin: false,
}
const namespace: OpenApiResource = {
  ...pizza,
  group: '',
  version: 'v1',
  kind: 'Namespace',
  listKind: 'NamespaceList',
  plural: 'namespaces',
  namespaced: false,
  schema: { type: 'object' },
  verbs: verbs.filter((verb) => verb !== 'deletecollection'),
  subresources: [{ name: 'status', group: '', version: 'v1', kind: 'Namespace', verbs: written }],
  builtin: true,
}
const of = (resource: OpenApiResource) => openApiV3Document(resource, [resource], publishKind)
const root = '/apis/restaurant.wukong.com/v1beta1'

/** The value at a path of keys; undefined where there is none. */
function at(value: unknown, ...keys: string[]): unknown {
  return keys.reduce<unknown>((inner, key) => (isJsonObject(inner) ? inner[key] : undefined), value)
}

/** Of the resources; discovery's own path ends in a slash. */
function operations(document: JsonObject): { path: string; method: string; operation: JsonObject }[] {
  const paths = Object.entries(document.paths as JsonObject).filter(([path]) => !path.endsWith('/'))
  return paths.flatMap(([path, item]) =>
    Object.entries(item as JsonObject)
      .filter(([method]) => method !== 'parameters')
      .map(([method, operation]) => ({ path, method, operation: operation as JsonObject })),
  )
}

function parameterNames(value: unknown): string[] {
  return (value as { name: string }[]).map(({ name }) => name)
}

describe('openApiV3Document', () => {
  it('has an operation for each verb, named as kube-apiserver names them', () => {
    const found = operations(of(pizza)).map(
      ({ path, method, operation }) => `${method} ${path} ${operation.operationId}`,
    )
    const inNamespace = `${root}/namespaces/{namespace}/pizzas`
    const id = (verb: string, rest: string) => `${verb}RestaurantWukongComV1beta1${rest}`
    expect(found.sort()).toEqual(
      [
        `get ${root}/pizzas ${id('list', 'PizzaForAllNamespaces')}`,
        `get ${inNamespace} ${id('list', 'NamespacedPizza')}`,
        `post ${inNamespace} ${id('create', 'NamespacedPizza')}`,
        `delete ${inNamespace} ${id('delete', 'CollectionNamespacedPizza')}`,
        ...['', 'Status', 'Scale'].flatMap((sub) => {
          const path = `${inNamespace}/{name}${sub && `/${sub.toLowerCase()}`}`
          return [
            `get ${path} ${id('read', `NamespacedPizza${sub}`)}`,
            `put ${path} ${id('replace', `NamespacedPizza${sub}`)}`,
            `patch ${path} ${id('patch', `NamespacedPizza${sub}`)}`,
          ]
        }),
        `delete ${inNamespace}/{name} ${id('delete', 'NamespacedPizza')}`,
        `post ${inNamespace}/{name}/bake ${id('create', 'NamespacedPizzaBake')}`,
        `get ${root}/watch/pizzas ${id('watch', 'PizzaListForAllNamespaces')}`,
        `get ${inNamespace.replace(root, `${root}/watch`)} ${id('watch', 'NamespacedPizzaList')}`,
        `get ${inNamespace.replace(root, `${root}/watch`)}/{name} ${id('watch', 'NamespacedPizza')}`,
      ].sort(),
    )
  })

  it('leaves out what a resource does not do', () => {
    const found = operations(of(namespace)).map(
      ({ path, method, operation }) => `${method} ${path} ${operation.operationId}`,
    )
    expect(found).toContain('get /api/v1/namespaces listCoreV1Namespace')
    expect(found).toContain('patch /api/v1/namespaces/{name}/status patchCoreV1NamespaceStatus')
    expect(found.filter((line) => /Collection|ForAllNamespaces|\{namespace\}/.test(line))).toEqual([])
    expect(operations(of({ ...pizza, verbs: ['get'], subresources: [] }))).toHaveLength(1)
  })

  it('gives every operation its action and kind', () => {
    for (const { path, operation } of operations(of(pizza))) {
      const kind = path.endsWith('/scale') ? { group: 'autoscaling', version: 'v1', kind: 'Scale' } : gvk
      expect(operation['x-kubernetes-group-version-kind']).toEqual(kind)
      expect(operation['x-kubernetes-action']).toMatch(
        /^(list|get|post|put|patch|delete|deletecollection|watch|watchlist)$/,
      )
      expect(operation.tags).toEqual(['restaurantWukongCom_v1beta1'])
    }
  })

  it('lists what makes kubectl validate and dry-run on the server', () => {
    for (const { path, method, operation } of operations(of(pizza))) {
      const shared = parameterNames(at(of(pizza), 'paths', path, 'parameters'))
      const inPath = ['name', 'namespace', 'pretty']
      const names = [...parameterNames(operation.parameters ?? []), ...shared]
        .filter((name) => !inPath.includes(name))
        .sort()
      const writes = ['dryRun', 'fieldManager', 'fieldValidation']
      if (method === 'post' || method === 'put') expect(names).toEqual(writes)
      if (method === 'patch') expect(names).toEqual([...writes, 'force'])
      if (operation['x-kubernetes-action'] === 'list') {
        expect(names).toEqual(expect.arrayContaining(['labelSelector', 'fieldSelector', 'limit', 'continue', 'watch']))
      }
    }
    const item = at(of(pizza), 'paths', `${root}/namespaces/{namespace}/pizzas/{name}`, 'parameters')
    expect(parameterNames(item)).toEqual(['name', 'namespace', 'pretty'])
  })

  it.each<[string, OpenApiResource, string[]]>([
    ['a custom resource', pizza, ['apply-patch+yaml', 'json-patch+json', 'merge-patch+json']],
    [
      'a built-in kind',
      namespace,
      ['apply-patch+yaml', 'json-patch+json', 'merge-patch+json', 'strategic-merge-patch+json'],
    ],
  ])('says how %s is patched', (_name, resource, types) => {
    for (const { method, operation } of operations(of(resource))) {
      if (method !== 'patch') continue
      expect(Object.keys(at(operation, 'requestBody', 'content') as JsonObject)).toEqual(
        types.map((t) => `application/${t}`),
      )
    }
  })

  it('names schemas as kube-apiserver does, with their kinds', () => {
    const schemas = at(of(pizza), 'components', 'schemas')
    const kinds = (name: string) => at(schemas, name, 'x-kubernetes-group-version-kind')
    const gv = { group: 'restaurant.wukong.com', version: 'v1beta1' }
    expect(kinds('com.wukong.restaurant.v1beta1.Pizza')).toEqual([{ ...gv, kind: 'Pizza' }])
    expect(kinds('com.wukong.restaurant.v1beta1.PizzaList')).toEqual([{ ...gv, kind: 'PizzaList' }])
    expect(kinds('io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions')).toContainEqual({ ...gv, kind: 'DeleteOptions' })
    expect(at(of(namespace), 'components', 'schemas', 'io.k8s.api.core.v1.Namespace', 'type')).toBe('object')
  })

  it('publishes a schema with what every object has', () => {
    const schema = at(of(pizza), 'components', 'schemas', 'com.wukong.restaurant.v1beta1.Pizza')
    expect(at(schema, 'description')).toBe('A pizza.')
    expect(at(schema, 'required')).toEqual(['spec'])
    expect(Object.keys(at(schema, 'properties') as JsonObject)).toEqual(['apiVersion', 'kind', 'metadata', 'spec'])
    expect(at(schema, 'properties', 'metadata', 'allOf')).toEqual([
      { $ref: '#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta' },
    ])
    const intOrString = { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] }
    const spec = at(schema, 'properties', 'spec', 'properties')
    expect(at(spec, 'size')).toEqual(intOrString)
    expect(at(spec, 'port')).toEqual(intOrString)
    expect(at(spec, 'notes', 'additionalProperties')).toEqual(intOrString)
    expect(at(spec, 'tags')).toEqual({ type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' })
    expect(at(spec, 'base', 'required')).toEqual(['kind', 'apiVersion'])
    expect(Object.keys(at(spec, 'base', 'properties') as JsonObject)).toEqual(['apiVersion', 'kind', 'metadata'])
  })

  it('refers only to schemas that are there', () => {
    for (const document of [of(pizza), of(namespace)]) {
      const names = Object.keys(at(document, 'components', 'schemas') as JsonObject)
      const text = JSON.stringify(document)
      const refs = [...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(([, name = '']) => name)
      expect(refs.filter((name) => !names.includes(name))).toEqual([])
      expect(document.openapi).toBe('3.0.0')
    }
  })

  it('is the same whatever order the resources come in', () => {
    const topping = { ...pizza, kind: 'Topping', listKind: 'ToppingList', plural: 'toppings' }
    expect(JSON.stringify(openApiV3Document(pizza, [pizza, topping], publishKind))).toBe(
      JSON.stringify(openApiV3Document(pizza, [topping, pizza], publishKind)),
    )
  })

  it('leaves the schema as it is', () => {
    const before = JSON.stringify(pizza)
    of(pizza)
    expect(JSON.stringify(pizza)).toBe(before)
  })
})
