import { describe, expect } from 'vitest'
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
