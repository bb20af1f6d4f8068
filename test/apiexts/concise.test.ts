import { describe, expect } from 'vitest'
import { httpClient } from '../support/http.js'
import { startServer } from '../support/server.js'
import { adminToken, test as it, plainToken, writeTokens } from '../support/server-test.js'

interface Concise {
  name: string
  namespace?: string
  labels?: Record<string, string>
  version: string
  toppings?: { name: string; quantity: number }[]
  status?: { cost?: number }
  [field: string]: unknown
}

const r = '/wukong/r'

describe('/wukong/r', () => {
  it('creates, shows, changes and deletes in concise form; the API serves the same object', async ({
    api,
    namespace,
  }) => {
    const place = `${r}/pizzas/${namespace}`
    const body = { name: 'bianca', labels: { on: 'lunch' }, toppings: [{ name: 'fontina' }] }
    const created = await api.post(place, body)
    expect(created.status).toBe(201)
    expect(created.headers.location).toBe(`${place}/bianca`)
    expect(created.headers.etag).toBe(`"${created.json<Concise>().version}"`)
    expect(created.json()).toEqual({
      ...body,
      namespace,
      toppings: [{ name: 'fontina', quantity: 1 }],
      created: expect.any(String),
      version: expect.any(String),
    })
    const whole = await api.get(`/apis/restaurant.wukong.com/v1beta1/namespaces/${namespace}/pizzas/bianca`)
    expect(whole.json()).toMatchObject({
      kind: 'Pizza',
      metadata: { labels: { on: 'lunch' } },
      spec: { toppings: [{}] },
    })
    const changed = await api.patch(`${place}/bianca`, { labels: { on: null, hot: 'yes' } })
    expect(changed.json<Concise>().labels).toEqual({ hot: 'yes' })
    expect((await api.get(`${r}/pz.v1alpha1.restaurant.wukong.com/${namespace}/bianca`)).json()).toMatchObject({
      toppings: ['fontina'],
    })
    expect((await api.patch(`${place}/bianca/status`, { cost: 7 })).json()).toMatchObject({ status: { cost: 7 } })
    expect((await api.get(`${place}/bianca/status`)).json()).toEqual({ cost: 7 })
    expect((await api.delete(`${place}/bianca`)).status).toBe(204)
    expect((await api.get(`${place}/bianca`)).status).toBe(404)
  })

  it('keeps fields apart that are called like those of concise form', async ({ api, namespace }) => {
    const map = { name: 'settings', data: { name: 'a', __proto__x: 'b' }, immutable: true }
    expect((await api.post(`${r}/configmaps/${namespace}`, map)).json()).toMatchObject(map)
    const account = { name: 'robot', automountServiceAccountToken: false }
    expect((await api.post(`${r}/sa/${namespace}`, account)).json()).toMatchObject(account)
    const body = '{"name":"odd","__proto__":{"a":"b"},"data":{"__proto__":"c"}}'
    const odd = await api.post(`${r}/cm/${namespace}`, body, { 'content-type': 'application/json' })
    expect(odd.status).toBe(201)
    expect(odd.text).toContain('"__proto__":"c"')
    expect(odd.headers.warning).toContain('unknown field')
  })

  it('honours If-Match and If-None-Match', async ({ api, namespace }) => {
    const place = `${r}/configmaps/${namespace}`
    const { etag = '' } = (await api.post(place, { name: 'a', data: { n: '1' } })).headers
    const path = `${place}/a`
    expect((await api.get(path, { 'if-none-match': etag })).status).toBe(304)
    const second = await api.patch(path, { data: { n: '2' } }, { 'if-match': etag })
    expect(second.status).toBe(200)
    const stale = await api.patch(path, { data: { n: '3' } }, { 'if-match': etag })
    expect(stale.status).toBe(412)
    expect(stale.headers['content-type']).toBe('application/problem+json')
    expect((await api.delete(path, undefined, { 'if-match': etag })).status).toBe(412)
    expect((await api.get(path)).json<Concise>().data).toEqual({ n: '2' })
    const newest = second.headers.etag as string
    expect((await api.delete(path, undefined, { 'if-match': `${etag}, ${newest}` })).status).toBe(204)
    for (const header of ['*', newest]) {
      expect((await api.delete(path, undefined, { 'if-match': header })).status).toBe(404)
    }
  })

  it('changes side by side without a version', async ({ api, namespace }) => {
    const place = `${r}/configmaps/${namespace}`
    await api.post(place, { name: 'busy' })
    const keys = Array.from({ length: 20 }, (_, i) => `k${i}`)
    const answers = await Promise.all(keys.map((key) => api.patch(`${place}/busy`, { data: { [key]: 'v' } })))
    expect(answers.map(({ status }) => status)).toEqual(keys.map(() => 200))
    expect(Object.keys((await api.get(`${place}/busy`)).json<{ data: object }>().data).sort()).toEqual([...keys].sort())
  })

  it('answers bad requests with problem documents', async ({ api, namespace }) => {
    const pizzas = `${r}/pizzas/${namespace}`
    const cases: [method: string, path: string, body: unknown, status: number, says: string][] = [
      ['GET', `${r}/nothing`, undefined, 404, 'could not find'],
      ['GET', `${r}/pizzas.v9.restaurant.wukong.com`, undefined, 404, 'could not find'],
      ['GET', `${pizzas}/no`, undefined, 404, 'pizzas.restaurant.wukong.com \\"no\\" not found'],
      ['GET', `${pizzas}/a/status/more`, undefined, 404, 'could not find'],
      ['GET', `${r}/configmaps/${namespace}/a/status`, undefined, 404, 'not found'],
      ['GET', `${pizzas}?where==1`, undefined, 400, 'where'],
      ['GET', `${pizzas}?where=${'a,'.repeat(40)}`, undefined, 400, 'at most 32'],
      ['GET', `${pizzas}?page=0`, undefined, 400, 'page'],
      ['GET', `${pizzas}?size=1001`, undefined, 400, '1 to 1000'],
      ['POST', pizzas, [], 400, 'must be a JSON object'],
      ['POST', pizzas, '{', 400, 'json parse error'],
      ['POST', `${r}/pizzas`, { name: 'a' }, 400, 'namespace'],
      ['POST', pizzas, { name: 'UPPER' }, 422, '"field":"metadata.name"'],
      ['POST', pizzas, { name: 'a', toppings: [{ name: 'x', quantity: 101 }] }, 422, 'spec.toppings[0].quantity'],
      ['POST', pizzas, { name: 'a', namespace: 'other' }, 400, 'namespace of the provided object'],
      ['POST', `${r}/pizzas/absent`, { name: 'a' }, 404, 'namespaces \\"absent\\" not found'],
      ['PUT', `${pizzas}/a`, { name: 'a' }, 405, 'does not allow'],
      ['POST', `${pizzas}/a`, { name: 'a' }, 405, 'does not allow'],
      ['DELETE', pizzas, undefined, 405, 'does not allow'],
      ['DELETE', `${pizzas}/a/status`, undefined, 405, 'does not allow'],
      ['PATCH', `${pizzas}/no`, { labels: {} }, 404, 'not found'],
    ]
    for (const [method, path, body, status, says] of cases) {
      const answer = await api.request(method, path, body, { 'content-type': 'application/json' })
      const what = `${method} ${path}: ${answer.text}`
      expect(answer.status, what).toBe(status)
      expect(answer.headers['content-type'], what).toBe('application/problem+json')
      expect(answer.json(), what).toMatchObject({ status, title: expect.any(String) })
      expect(answer.text, what).toContain(says)
    }
  })

  it('is authorised as the request that it equals', async () => {
    const strict = await startServer({ args: ['--authorization-mode=RBAC', `--token-auth-file=${writeTokens()}`] })
    const plain = httpClient(strict.url, { headers: { authorization: `Bearer ${plainToken}` } })
    const admin = httpClient(strict.url, { headers: { authorization: `Bearer ${adminToken}` } })
    const cases: [method: string, path: string, verb: string][] = [
      ['GET', '/default', 'list'],
      ['GET', '/default?watch', 'watch'],
      ['GET', '/default/a', 'get'],
      ['POST', '/default', 'create'],
      ['PATCH', '/default/a', 'patch'],
      ['DELETE', '/default/a', 'delete'],
    ]
    for (const [method, path, verb] of cases) {
      const answer = await plain.request(method, `${r}/pizzas${path}`, undefined)
      expect(answer.status, path).toBe(403)
      expect(answer.json<{ detail: string }>().detail).toContain(
        `User "plain" cannot ${verb} resource "pizzas" in API group "restaurant.wukong.com" in the namespace "default"`,
      )
    }
    expect((await plain.patch(`${r}/pizzas/default/a/status`, {})).text).toContain('pizzas/status')
    expect((await admin.get(`${r}/pizzas/default`)).status).toBe(200)
    expect((await plain.get(`${r}/pizzas/default`, { authorization: 'Bearer wrong' })).status).toBe(401)
    await strict.stop()
  })
})

describe('the document and the page', () => {
  it('tell of every resource', async ({ api }) => {
    interface Document {
      openapi: string
      paths: Record<string, object>
      components: { schemas: Record<string, { properties: Record<string, unknown> }> }
    }
    const document = (await api.get('/wukong/openapi.json')).json<Document>()
    expect(document.openapi).toBe('3.1.0')
    const { resources } = (await api.get(`${r}/`)).json<{ resources: { path: string; namespaced: boolean }[] }>()
    expect(resources.length).toBeGreaterThan(5)
    for (const { path, namespaced } of resources) {
      expect(document.paths).toHaveProperty([namespaced ? `${path}/{namespace}` : path])
    }
    const { properties } = document.components.schemas['Pizza.restaurant.wukong.com'] ?? {}
    expect(properties?.toppings).toMatchObject({ type: 'array', items: { required: ['name'] } })
    const references = JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)
    for (const [, name = ''] of references) expect(document.components.schemas).toHaveProperty([name])
    const page = await api.get('/wukong/docs')
    expect(page.headers['content-type']).toContain('text/html')
    expect(page.text).toContain('/wukong/r/pizzas.restaurant.wukong.com/&lt;namespace&gt;/&lt;name&gt;')
  })

  it('version', async ({ api }) => {
    expect((await api.get('/wukong/version')).json()).toMatchObject({ name: 'wukong-apiserver' })
  })
})
