import { once } from 'node:events'
import { type ClientRequest, type IncomingMessage, request } from 'node:http'
import * as net from 'node:net'
import * as tls from 'node:tls'
import { describe, expect } from 'vitest'
import { configMap, core } from '../support/core-objects.js'
import { eventually } from '../support/eventually.js'
import type { Answer } from '../support/http.js'
import { startServer } from '../support/server.js'
import { adminToken, testAlone as base, plainToken } from '../support/server-test.js'

const it = base
  .extend('server', { scope: 'file' }, async ({ tokenFile }, { onCleanup }) => {
    const limits = ['--max-mutating-requests-inflight=1', '--max-watches-per-user=2', '--request-timeout=2s']
    const server = await startServer({ args: [`--token-auth-file=${tokenFile}`, ...limits, '--profiling'] })
    onCleanup(async () => {
      await server.stop()
    })
    return server
  })
  // Held by nobody who may do everything: limits are not for them.
  .extend('path', ({ namespace }) => core.configMaps(namespace))

const plain = { authorization: `Bearer ${plainToken}` }
const body = JSON.stringify(configMap('slow'))

/** Begins a request whose body does not come. */
function begin(url: string): { sent: ClientRequest; answer: Promise<IncomingMessage> } {
  const headers = { ...plain, 'content-type': 'application/json', 'content-length': body.length }
  const sent = request(url, { method: 'POST', headers, agent: false })
  sent.on('error', () => {})
  sent.write(body.slice(0, 10))
  const answer = once(sent, 'response').then(([response]) => response as IncomingMessage)
  answer.catch(() => {})
  return { sent, answer }
}

const isRefused = ({ status }: Answer) => status === 429

describe('requests at once', () => {
  it('A70: are as many as may be; the others are told to come again', async ({ server, api, path }) => {
    const { sent, answer } = begin(`${server.url}${path}`)
    const patch = () => api.patch(`${path}/nope`, {}, plain)
    const refused = await eventually('the place is taken', async () => {
      const found = await patch()
      return isRefused(found) ? found : undefined
    })
    expect(refused.text).toBe('Too many requests, please try again later.\n')
    expect(refused.headers).toMatchObject({ 'content-type': 'text/plain; charset=utf-8', 'retry-after': '1' })
    expect((await api.get(path, plain)).status).toBe(200)
    expect((await api.patch(`${path}/nope`, {}, { authorization: `Bearer ${adminToken}` })).status).toBe(404)
    sent.end(body.slice(10))
    expect((await answer).statusCode).toBe(201)
    expect((await patch()).status).toBe(404)
  })

  it('A70: one that is given up leaves its place', async ({ server, api, path }) => {
    const { sent } = begin(`${server.url}${path}`)
    await eventually('the place is taken', async () => isRefused(await api.patch(`${path}/nope`, {}, plain)))
    sent.destroy()
    await eventually('the place is free', async () => (await api.patch(`${path}/nope`, {}, plain)).status === 404)
  })

  it.for(['url', 'secureUrl'] as const)('%s: a head that comes too slowly is ended', async (which, { server }) => {
    const { port } = new URL(server[which])
    const options = { port: Number(port), host: '127.0.0.1', rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] }
    const socket = which === 'url' ? net.connect(options) : tls.connect(options)
    socket.once(which === 'url' ? 'connect' : 'secureConnect', () =>
      socket.write('GET /version HTTP/1.1\r\nHost: x\r\n'),
    )
    const dripping = setInterval(() => socket.write('X: a\r\n'), 100)
    let text = ''
    socket.setEncoding('utf8').on('data', (part: string) => {
      text += part
    })
    socket.on('error', () => {})
    await once(socket, 'close')
    clearInterval(dripping)
    expect(text).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/)
  })

  it('A71: one that comes too slowly is ended', async ({ server, path }) => {
    const { answer } = begin(`${server.url}${path}`)
    const { statusCode, headers } = await answer
    expect(statusCode).toBe(504)
    expect(headers.connection).toBe('close')
  })
})

describe('watches', () => {
  it('are as many as a user may have', async ({ api, path }) => {
    const watches = [await api.watch(`${path}?watch=1`, plain), await api.watch(`${path}?watch=1`, plain)]
    const refused = await api.get(`${path}?watch=1`, plain)
    expect(refused.json()).toMatchObject({ code: 429, reason: 'TooManyRequests', details: { retryAfterSeconds: 5 } })
    expect(refused.headers['retry-after']).toBe('5')
    const ofAnother = await api.watch(`${path}?watch=1`)
    ofAnother.close()
    watches[0]?.close()
    const next = await eventually('a place is free', () => api.watch(`${path}?watch=1`, plain).catch(() => undefined))
    for (const watch of [...watches, next]) watch.close()
  })
})

describe('/metrics', () => {
  it('D62: counts requests, watches, events and objects under upstream’s names', async ({ api, path }) => {
    await api.get(`${path}/nope`)
    await api.get('/api/v1/made-up-by-a-client')
    const watch = await api.watch(`${path}?watch=1`)
    await api.post(`${path}?dryRun=All`, configMap('dry'))
    await api.post(path, configMap('counted'))
    await watch.next()
    const { text, headers } = await api.get('/metrics')
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8')
    const values = new Map(
      text.split('\n').map((line) => [line.slice(0, line.lastIndexOf(' ')), line.split(' ').at(-1)]),
    )
    const of = 'group="",version="v1",resource="configmaps",subresource=""'
    const labels = (verb: string, scope: string, dry = '') =>
      `verb="${verb}",dry_run="${dry}",${of},scope="${scope}",component="apiserver"`
    const total = (verb: string, scope: string, code: number, dry = '') =>
      Number(values.get(`apiserver_request_total{${labels(verb, scope, dry)},code="${code}"}`))
    expect(total('GET', 'resource', 404)).toBeGreaterThan(0)
    expect(total('POST', 'namespace', 201)).toBeGreaterThan(0)
    expect(total('POST', 'namespace', 201, 'All')).toBe(1)
    expect(total('WATCH', 'namespace', 200)).toBeGreaterThan(0)
    expect(text).not.toContain('made-up')
    const duration = (name: string, more = '') =>
      Number(values.get(`apiserver_request_duration_seconds_${name}{${labels('POST', 'namespace', 'All')}${more}}`))
    expect(duration('bucket', ',le="+Inf"')).toBe(1)
    expect(duration('count')).toBe(1)
    expect(duration('sum')).toBeGreaterThan(0)
    expect(Number(values.get('apiserver_storage_objects{resource="configmaps"}'))).toBeGreaterThan(0)
    expect(values.get('apiserver_current_inflight_requests{request_kind="readOnly"}')).toBe('1')
    expect(values.get(`apiserver_longrunning_requests{verb="WATCH",${of},scope="",component="apiserver"}`)).toBe('1')
    expect(text).toMatch(/^apiserver_watch_events_total\{group="",version="v1",resource="configmaps"\} [1-9]/m)
    expect(text).toMatch(/^process_resident_memory_bytes \d+/m)
    expect(text).toMatch(/^nodejs_version_info\{/m)
    watch.close()
  })

  it('--profiling serves where time goes', async ({ api }) => {
    const { status, text } = await api.get('/debug/pprof/profile?seconds=1')
    expect(status, text).toBe(200)
    expect(JSON.parse(text)).toMatchObject({ nodes: expect.any(Array), samples: expect.any(Array) })
    expect((await api.get('/debug/pprof/profile?seconds=1000')).status).toBe(400)
  })
})
