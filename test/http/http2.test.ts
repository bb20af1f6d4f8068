import { once } from 'node:events'
import * as http2 from 'node:http2'
import { describe, expect } from 'vitest'
import { configMap, core, lease } from '../support/core-objects.js'
import { created } from '../support/expect-answer.js'
import { testAlone as base } from '../support/server-test.js'

/** One connection for all requests of a test. */
const it = base.extend('session', async ({ server }, { onCleanup }) => {
  const session = http2.connect(server.secureUrl, { rejectUnauthorized: false })
  onCleanup(() => session.close())
  await once(session, 'connect')
  return session
})

const json = { 'content-type': 'application/json' }

function send(session: http2.ClientHttp2Session, method: string, path: string, body?: string, headers = {}) {
  const stream = session.request({ ':method': method, ':path': path, ...headers }, { endStream: body === undefined })
  if (body !== undefined) stream.end(body)
  return stream
}

async function answerTo(stream: http2.ClientHttp2Stream) {
  const [headers] = (await once(stream, 'response')) as [http2.IncomingHttpHeaders & { ':status'?: number }]
  let text = ''
  for await (const part of stream.setEncoding('utf8')) text += part
  return { status: headers[':status'], headers, text }
}

/** A chunk may end in the middle of it. */
async function firstLine(stream: http2.ClientHttp2Stream): Promise<string> {
  let text = ''
  for await (const part of stream.setEncoding('utf8')) {
    text += part
    if (text.includes('\n')) break
  }
  return text
}

describe('HTTP/2 on the secure port', () => {
  it('answers as HTTP/1.1 does, without headers of connections', async ({ session, namespace }) => {
    const path = core.configMaps(namespace)
    const made = await answerTo(send(session, 'POST', path, JSON.stringify(configMap('x')), json))
    expect(made.status, made.text).toBe(201)
    for (const name of ['connection', 'transfer-encoding', 'keep-alive']) expect(made.headers[name]).toBeUndefined()
    const list = await answerTo(send(session, 'GET', path))
    expect(JSON.parse(list.text)).toMatchObject({ items: [{ metadata: { name: 'x' } }] })
    expect(list.headers['content-length']).toBe(String(Buffer.byteLength(list.text)))
    const api = JSON.parse((await answerTo(send(session, 'GET', '/api'))).text)
    expect(api.serverAddressByClientCIDRs[0].serverAddress).toMatch(/^127\.0\.0\.1:\d+$/)
  })

  it('refuses too large a body, and goes on', async ({ session, namespace }) => {
    const body = JSON.stringify(configMap('big', { a: 'x'.repeat(3 * 1024 * 1024) }))
    for (const length of [{ 'content-length': body.length }, {}]) {
      const stream = send(session, 'POST', core.configMaps(namespace), body, { ...json, ...length })
      stream.on('error', () => {})
      const [headers] = await once(stream, 'response')
      expect(headers[':status']).toBe(413)
      stream.close()
    }
    expect((await answerTo(send(session, 'GET', '/version'))).status).toBe(200)
  })

  it('carries 500 watches on one connection, and more are told to wait', async ({ session, api, namespace }) => {
    const path = core.leases(namespace)
    const watches = Array.from({ length: 500 }, () => send(session, 'GET', `${path}?watch=1`))
    for (const [headers] of await Promise.all(watches.map((watch) => once(watch, 'response')))) {
      expect(headers[':status']).toBe(200)
    }
    const events = watches.map(firstLine)
    created(await api.post(path, lease('x')))
    for (const event of await Promise.all(events)) expect(event).toMatch(/^\{"type":"ADDED"/)
    for (const watch of watches) watch.close()
    expect((await answerTo(send(session, 'GET', `${path}/x`))).status).toBe(200)
    expect(session.remoteSettings.maxConcurrentStreams).toBe(1_000)
  })
})
