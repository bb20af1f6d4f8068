import { gunzipSync } from 'node:zlib'
import { describe, expect } from 'vitest'
import { ProtobufReader } from '../../src/codec/protobuf/reader.js'
import { anyObject, definitionOf, establish } from '../support/custom-resources.js'
import type { HttpClient } from '../support/http.js'
import { test as it } from '../support/server-test.js'

interface Operation {
  parameters?: { name: string }[]
  requestBody?: { content: Record<string, unknown> }
  'x-kubernetes-group-version-kind'?: { group: string; version: string; kind: string }
  'x-kubernetes-action'?: string
}
interface Document {
  openapi: string
  paths: Record<string, Record<string, Operation> & { parameters?: { name: string }[] }>
  components: { schemas: Record<string, { properties?: Record<string, unknown> }> }
}
interface Schema {
  properties?: Record<string, unknown>
}
interface Index {
  paths: Record<string, { serverRelativeURL: string }>
}

const beta = 'apis/restaurant.wukong.com/v1beta1'
const kind = 'com.wukong.restaurant.v1beta1.Pizza'

describe('OpenAPI v3', () => {
  it('D50: has a document for each version', async ({ api }) => {
    const { paths } = (await api.get('/openapi/v3')).json<Index>()
    expect(Object.keys(paths)).toEqual(expect.arrayContaining(['api/v1', 'apis/restaurant.wukong.com/v1alpha1', beta]))
    for (const [path, { serverRelativeURL }] of Object.entries(paths)) {
      expect(serverRelativeURL).toMatch(new RegExp(`^/openapi/v3/${path.replaceAll('.', '\\.')}\\?hash=.+`))
    }
  })

  it('D50: has one for each group, and for what is beside groups, in order', async ({ api }) => {
    const { paths } = (await api.get('/openapi/v3')).json<Index>()
    const names = Object.keys(paths)
    expect(names).toEqual([...names].sort())
    const described = new Map<string, unknown>()
    const single = ['.well-known/openid-configuration', 'api', 'apis', 'apis/apps', 'openid/v1/jwks', 'version']
    for (const name of single) {
      expect(names).toContain(name)
      const document = (await api.get(paths[name]?.serverRelativeURL ?? '')).json<Document>()
      const [[path, operations] = []] = Object.entries(document.paths)
      expect(path).toBe(`/${name}/`)
      described.set(name, operations?.get)
    }
    expect(described.get('apis/apps')).toMatchObject({ operationId: 'getAppsAPIGroup', tags: ['apps'] })
    expect(described.get('apis')).toMatchObject({ operationId: 'getAPIVersions' })
    const resources = (await api.get('/openapi/v3/apis/apps/v1')).json<Document>()
    expect(resources.paths['/apis/apps/v1/']?.get).toMatchObject({ operationId: 'getAppsV1APIResources' })
    expect(resources.components.schemas).toHaveProperty(['io.k8s.apimachinery.pkg.apis.meta.v1.APIResource'])
  })

  it('D51, D55: describes the kinds of a version', async ({ api }) => {
    const document = (await api.get(`/openapi/v3/${beta}`)).json<Document>()
    expect(document.openapi).toMatch(/^3\.0/)
    expect(Object.keys(document.components.schemas)).toEqual(expect.arrayContaining([kind, `${kind}List`]))
    expect(document.components.schemas[kind]).toMatchObject({
      type: 'object',
      properties: { apiVersion: { type: 'string' }, kind: { type: 'string' }, spec: { type: 'object' } },
      'x-kubernetes-group-version-kind': [{ group: 'restaurant.wukong.com', kind: 'Pizza', version: 'v1beta1' }],
    })
    const referenced = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map((m) => m[1])
    for (const name of referenced) expect(document.components.schemas).toHaveProperty([name ?? ''])
  })

  it('D52, D53: lists what each operation takes', async ({ api }) => {
    const { paths } = (await api.get(`/openapi/v3/${beta}`)).json<Document>()
    const path = paths[`/${beta}/namespaces/{namespace}/pizzas/{name}`]
    const patch = path?.patch
    expect(patch?.['x-kubernetes-group-version-kind']).toEqual({
      group: 'restaurant.wukong.com',
      version: 'v1beta1',
      kind: 'Pizza',
    })
    expect(patch?.['x-kubernetes-action']).toBe('patch')
    const names = patch?.parameters?.map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(['dryRun', 'fieldManager', 'fieldValidation', 'force']))
    const types = Object.keys(patch?.requestBody?.content ?? {})
    expect(types).toEqual(expect.arrayContaining(['application/json-patch+json', 'application/merge-patch+json']))
    expect(types).not.toContain('application/strategic-merge-patch+json')
    const post = paths[`/${beta}/namespaces/{namespace}/pizzas`]?.post
    expect(post?.parameters?.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['dryRun', 'fieldManager', 'fieldValidation']),
    )
  })

  it('D54: is cached by its hash', async ({ api }) => {
    const { serverRelativeURL } = (await api.get('/openapi/v3')).json<Index>().paths[beta] ?? { serverRelativeURL: '' }
    const right = await api.get(serverRelativeURL)
    expect(right.status).toBe(200)
    expect(right.headers['cache-control']).toContain('immutable')
    expect((await api.get(serverRelativeURL, { 'if-none-match': right.headers.etag ?? '' })).status).toBe(304)
    const wrong = await api.get(`/openapi/v3/${beta}?hash=OLD`)
    expect(wrong.status).toBe(301)
    expect(wrong.headers.location).toBe(serverRelativeURL)
    expect((await api.get('/openapi/v3/apis/nosuch.io/v1')).status).toBe(404)
  })
})

describe('OpenAPI of built-in kinds', () => {
  const schemas = async (api: HttpClient) =>
    (await api.get('/openapi/v3/apis/apps/v1')).json<Document>().components.schemas as Record<string, Schema>

  it('D51: shares types by reference, with what is required and what it is without', async ({ api }) => {
    const found = await schemas(api)
    const spec = found['io.k8s.api.core.v1.PodSpec']
    expect(spec).toMatchObject({
      description: expect.stringContaining('PodSpec'),
      required: ['containers'],
      properties: {
        containers: {
          description: expect.stringContaining('List of containers'),
          type: 'array',
          items: { default: {}, allOf: [{ $ref: '#/components/schemas/io.k8s.api.core.v1.Container' }] },
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['name'],
          'x-kubernetes-patch-merge-key': 'name',
          'x-kubernetes-patch-strategy': 'merge',
        },
      },
    })
    expect(found['io.k8s.api.core.v1.Container']?.properties?.name).toMatchObject({ type: 'string', default: '' })
    expect(found['io.k8s.apimachinery.pkg.api.resource.Quantity']).toEqual({
      oneOf: [{ type: 'string' }, { type: 'number' }],
    })
    const kinds = [{ group: 'apps', kind: 'Deployment', version: 'v1' }]
    expect(found['io.k8s.api.apps.v1.Deployment']).toMatchObject({ 'x-kubernetes-group-version-kind': kinds })
    expect(found).toHaveProperty(['io.k8s.api.autoscaling.v1.Scale'])
  })

  it('D51: is protobuf for who asks, and nothing else', async ({ api }) => {
    const media = 'application/com.github.proto-openapi.spec.v3.v1.0+protobuf'
    const answer = await api.get('/openapi/v3/apis/apps/v1', { accept: media.replace('v3.v1', 'v3@v1') })
    expect(answer.headers['content-type']).toBe(media)
    const [version] = fieldsOf(answer.bytes).get(1) ?? []
    expect(version?.toString()).toBe('3.0.0')
    const [components = Buffer.alloc(0)] = fieldsOf(answer.bytes).get(5) ?? []
    expect(namesIn(fieldsOf(components).get(1)?.[0], 1)).toEqual(Object.keys(await schemas(api)))
    expect((await api.get('/openapi/v3/apis/apps/v1', { accept: 'text/html' })).status).toBe(406)
  })
})

describe('OpenAPI v2', () => {
  it('D40, D42: is one document of all that is served', async ({ api }) => {
    const answer = await api.get('/openapi/v2')
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json',
      'cache-control': 'no-cache, private',
      'last-modified': expect.any(String),
    })
    const document = answer.json<{ swagger: string; paths: Document['paths']; definitions: Record<string, Schema> }>()
    expect(document.swagger).toBe('2.0')
    const names = [kind, 'io.k8s.api.apps.v1.Deployment', 'io.k8s.api.core.v1.PodSpec']
    for (const name of names) expect(document.definitions).toHaveProperty([name])
    const refs = [...answer.text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref = '']) => ref)
    const known = new Set(Object.keys(document.definitions).map((name) => `#/definitions/${name}`))
    expect(refs.filter((ref) => !known.has(ref))).toEqual([])
    const patch = document.paths[`/${beta}/namespaces/{namespace}/pizzas/{name}`]?.patch
    expect(patch).toMatchObject({
      consumes: expect.arrayContaining(['application/merge-patch+json']),
      parameters: expect.arrayContaining([expect.objectContaining({ in: 'body', name: 'body', required: true })]),
    })
    const { etag = '' } = answer.headers
    expect((await api.get('/openapi/v2', { 'if-none-match': etag })).status).toBe(304)
    expect((await api.get('/openapi/v2', { accept: 'text/html' })).status).toBe(406)
    const gzip = await api.get('/openapi/v2', { 'accept-encoding': 'gzip' })
    expect(gunzipSync(gzip.bytes).toString()).toBe(answer.text)
  })

  it('D42: says nothing of a kind that takes any fields', async ({ api }) => {
    const openAPIV3Schema = { ...anyObject, properties: { spec: { type: 'object' } } }
    await establish(
      api,
      definitionOf('Open', 'open.example.com', anyObject, { version: { schema: { openAPIV3Schema } } }),
    )
    const { definitions } = (await api.get('/openapi/v2')).json<{ definitions: Record<string, Schema> }>()
    const names = [{ group: 'open.example.com', kind: 'Open', version: 'v1' }]
    expect(definitions['com.example.open.v1.Open']).toEqual({
      type: 'object',
      'x-kubernetes-group-version-kind': names,
    })
  })

  it('D40, D41: is the same as protobuf, which older kubectl asks for', async ({ api }) => {
    const json = (await api.get('/openapi/v2')).json<{ paths: object; definitions: object }>()
    const media = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf'
    for (const accept of [media, media.replace('v2.v1', 'v2@v1')]) {
      const { bytes, headers } = await api.get('/openapi/v2', { accept })
      expect(headers['content-type']).toBe(media)
      const fields = fieldsOf(bytes)
      expect(fields.get(1)?.[0]?.toString()).toBe('2.0')
      expect(namesIn(fields.get(8)?.[0], 2)).toEqual(Object.keys(json.paths))
      expect(namesIn(fields.get(9)?.[0], 1)).toEqual(Object.keys(json.definitions))
    }
  })
})

/** The fields of a message that are texts or messages, by number. */
function fieldsOf(bytes: Buffer): Map<number, Buffer[]> {
  const fields = new Map<number, Buffer[]>()
  for (const reader = new ProtobufReader(bytes); !reader.done; ) {
    const { number, wire } = reader.tag()
    if (wire === 2) fields.set(number, [...(fields.get(number) ?? []), reader.slice()])
    else reader.skip(wire)
  }
  return fields
}

/** The names of a map's entries, in field `number`. */
function namesIn(bytes: Buffer | undefined, number: number): string[] {
  return (fieldsOf(bytes ?? Buffer.alloc(0)).get(number) ?? []).map((entry) => String(fieldsOf(entry).get(1)?.[0]))
}
