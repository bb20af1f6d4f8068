import { describe, expect } from 'vitest'
import { httpClient } from '../support/http.js'
import { adminToken, test as it, plainToken } from '../support/server-test.js'

describe('health', () => {
  it.for(['/healthz', '/livez', '/readyz'])('D60: %s', async (path, { api }) => {
    const { status, headers, text } = await api.get(path)
    expect([status, text]).toEqual([200, 'ok'])
    expect(headers['content-type']).toMatch(/^text\/plain/)
    const verbose = (await api.get(`${path}?verbose`)).text
    expect(verbose).toMatch(/^(\[\+\][\w./-]+ ok\n)+/)
    expect(verbose.trimEnd().endsWith(`${path.slice(1)} check passed`)).toBe(true)
    const check = /^\[\+\]([\w./-]+) ok/.exec(verbose)?.[1]
    expect((await api.get(`${path}?verbose&exclude=${check}`)).text).toContain(`[+]${check} excluded: ok\n`)
    expect((await api.get(`${path}/${check}`)).status).toBe(200)
    expect((await api.get(`${path}/nothing`)).status).toBe(404)
  })

  it('D30: tells a version that clients can parse', async ({ api }) => {
    const version = (await api.get('/version')).json<Record<string, unknown>>()
    expect(version.gitVersion).toMatch(/^v1\.\d+\.\d+/)
    const names = ['major', 'minor', 'gitVersion', 'gitCommit', 'gitTreeState', 'buildDate', 'goVersion', 'compiler']
    for (const name of [...names, 'platform']) expect(version[name], name).toBeTypeOf('string')
    expect(version.major).toBe('1')
    expect(String(version.minor)).toMatch(/^\d+\+?$/)
  })

  it('D63: lists its paths at the root', async ({ api }) => {
    const { paths } = (await api.get('/')).json<{ paths: string[] }>()
    expect(paths).toEqual([...paths].sort())
    expect(paths).toEqual(expect.arrayContaining(['/api', '/api/v1', '/apis', '/healthz', '/version']))
  })
})

describe('who may call', () => {
  const forbidden = (path: string) => ({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: `forbidden: User "system:anonymous" cannot get path "${path}"`,
    reason: 'Forbidden',
    details: {},
    code: 403,
  })

  it.for(['/healthz', '/livez', '/readyz', '/version'])('%s is open to everybody', async (path, { server }) => {
    const answer = await httpClient(server.secureUrl).get(path, { host: 'example.com' })
    expect(answer.status).toBe(200)
  })

  it('E07: a wrong token is unauthorized', async ({ server, api }) => {
    for (const client of [api, httpClient(server.secureUrl)]) {
      const answer = await client.get('/apis', { authorization: 'Bearer wrong' })
      expect(answer.status).toBe(401)
      expect(answer.headers['www-authenticate']).toBeUndefined()
      expect(answer.json()).toEqual({
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Failure',
        message: 'Unauthorized',
        reason: 'Unauthorized',
        code: 401,
      })
    }
  })

  it('tokens are taken on both ports, in any case of the scheme', async ({ server, api }) => {
    for (const client of [api, httpClient(server.secureUrl)]) {
      for (const scheme of ['Bearer', 'bearer']) {
        expect((await client.get('/apis', { authorization: `${scheme} ${adminToken}` })).status).toBe(200)
      }
      expect((await client.get('/apis', { authorization: `Bearer ${plainToken}` })).status).toBe(200)
    }
  })

  const foreign: [string, Record<string, string>][] = [
    ['a foreign Host', { host: 'example.com' }],
    ['a foreign Host with a port', { host: 'rebound.example.com:6080' }],
    ['a foreign Origin', { origin: 'https://example.com' }],
    ['an opaque Origin', { origin: 'null' }],
    ['Forwarded', { forwarded: 'for=192.0.2.1' }],
    ['X-Forwarded-For', { 'x-forwarded-for': '192.0.2.1' }],
    ['X-Forwarded-Proto', { 'x-forwarded-proto': 'https' }],
    ['X-Forwarded-Host', { 'x-forwarded-host': 'example.com' }],
  ]
  it.for(foreign)('the local admin is not who sends %s', async ([, headers], { api }) => {
    const answer = await api.get('/apis', headers)
    expect(answer.status).toBe(403)
    expect(answer.json()).toEqual(forbidden('/apis'))
    expect(answer.headers['x-content-type-options']).toBe('nosniff')
  })

  it('E06: anonymous callers read nothing', async ({ api }) => {
    const answer = await api.get('/apis/restaurant.wukong.com/v1beta1/namespaces/default/pizzas/a', {
      host: 'example.com',
    })
    expect(answer.status).toBe(403)
    expect(answer.json()).toMatchObject({
      message:
        'pizzas.restaurant.wukong.com "a" is forbidden: User "system:anonymous" cannot get resource "pizzas" in API group "restaurant.wukong.com" in the namespace "default"',
      details: { name: 'a', group: 'restaurant.wukong.com', kind: 'pizzas' },
    })
  })

  it.for(['localhost', '127.0.0.1', '[::1]'])('the local admin may call us %s', async (name, { server, api }) => {
    const { port } = new URL(server.url)
    expect((await api.get('/apis', { host: `${name}:${port}` })).status).toBe(200)
    expect((await api.get('/apis', { host: `${name}:${port}`, origin: `http://${name}:${port}` })).status).toBe(200)
  })
})
