import { createServer, type IncomingMessage, type RequestListener, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect } from 'vitest'
import { freePort } from '../support/free-port.js'
import { httpClient } from '../support/http.js'
import { startServer, type TestServer } from '../support/server.js'
import { test as base, plainToken, writeTokens } from '../support/server-test.js'

interface Seen {
  method: string | undefined
  url: string | undefined
  headers: IncomingMessage['headers']
  body: string
}

const listen = (handler: RequestListener) =>
  new Promise<{ url: string; server: Server }>((resolve) => {
    const server = createServer(handler)
    server.listen(0, '127.0.0.1', () =>
      resolve({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server }),
    )
  })

/** Answers with what it was asked; `/wukong/stream/…` in two pieces; `/wukong/silent` not at all. */
const echo: RequestListener = (asked, response) => {
  if (asked.url?.startsWith('/wukong/silent')) return
  if (asked.url?.startsWith('/wukong/stream')) {
    response.write('first\n')
    asked.once('data', () => response.end('second\n'))
    return
  }
  let body = ''
  asked.setEncoding('utf8').on('data', (text: string) => {
    body += text
  })
  asked.on('end', () => {
    const { method, url, headers } = asked
    response.writeHead(418, { 'content-type': 'application/json', 'x-from': 'there' })
    response.end(JSON.stringify({ method, url, headers, body } satisfies Seen))
  })
}

const it = base.extend('proxied', { scope: 'file' }, async ({ server: _ }, { onCleanup }): Promise<TestServer> => {
  const { url, server } = await listen(echo)
  const flags = [`--apiext-url=${url}`, `--token-auth-file=${writeTokens()}`, '--request-timeout=1s']
  const proxied = await startServer({ args: flags })
  onCleanup(async () => {
    await proxied.stop()
    server.closeAllConnections()
    server.close()
  })
  return proxied
})

describe('/wukong', () => {
  it('lists what is mounted', async ({ api }) => {
    for (const path of ['/wukong/', '/wukong']) {
      const answer = await api.get(path)
      expect(answer.status).toBe(200)
      expect(answer.text).toContain('/wukong/files')
    }
  })

  it('serves files, empty when all is right', async ({ api }) => {
    for (const path of ['/wukong/files', '/wukong/files/']) {
      expect((await api.get(path)).json<{ files: unknown[] }>().files).toEqual([])
    }
  })

  it('is behind the same authentication and authorisation as the API', async ({ api, server }) => {
    expect((await api.get('/wukong/files', { authorization: 'Bearer wrong' })).status).toBe(401)
    expect((await api.get('/wukong/files', { host: 'example.com' })).status).toBe(403)
    expect((await httpClient(server.secureUrl).get('/wukong/', { host: 'example.com' })).status).toBe(403)
    const strict = await startServer({ args: ['--authorization-mode=RBAC', `--token-auth-file=${writeTokens()}`] })
    const plain = { authorization: `Bearer ${plainToken}` }
    for (const path of ['/wukong/files', '/wukong/']) {
      const answer = await strict.api.get(path, plain)
      expect(answer.status).toBe(403)
      expect(answer.text).toContain(`User \\"plain\\" cannot get path \\"${path}\\"`)
      expect((await strict.api.get(path)).status).toBe(200)
    }
    await strict.stop()
  })

  it('answers 404 to an extension that is not there', async ({ api }) => {
    expect((await api.get('/wukong/nothing/')).status).toBe(404)
  })
})

describe('--apiext-url', () => {
  it('passes on method, path, query, headers, body and token, and the answer', async ({ proxied }) => {
    const headers = { authorization: `Bearer ${plainToken}`, 'x-mine': 'yes' }
    const answer = await proxied.api.request('PUT', '/wukong/other/a%2Fb?c=d', { e: 'f' }, headers)
    expect(answer.status).toBe(418)
    expect(answer.headers['x-from']).toBe('there')
    const seen = answer.json<Seen>()
    expect(seen).toMatchObject({ method: 'PUT', url: '/wukong/other/a%2Fb?c=d', body: '{"e":"f"}' })
    expect(seen.headers).toMatchObject(headers)
  })

  it('streams both ways: the answer may begin before the body ends', async ({ proxied }) => {
    const asking = request(`${proxied.url}/wukong/stream`, { method: 'POST', agent: false })
    asking.flushHeaders()
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      asking.once('response', resolve)
      asking.once('error', reject)
    })
    const pieces: string[] = []
    for await (const piece of answer.setEncoding('utf8')) {
      pieces.push(piece as string)
      if (pieces.length === 1) asking.end('go')
    }
    expect(pieces.join('')).toBe('first\nsecond\n')
  })

  it('does not pass on to extensions of its own', async ({ proxied }) => {
    expect((await proxied.api.get('/wukong/files')).status).toBe(200)
  })

  it('asks who the caller is first', async ({ proxied }) => {
    expect((await proxied.api.get('/wukong/other', { authorization: 'Bearer wrong' })).status).toBe(401)
  })

  it('answers 504 for a server that says nothing', async ({ proxied }) => {
    const answer = await proxied.api.get('/wukong/silent')
    expect(answer.status).toBe(504)
    expect(answer.json()).toMatchObject({ kind: 'Status', code: 504 })
  })

  it('answers 502 for a server that is not there', async () => {
    const lonely = await startServer({ args: [`--apiext-url=http://127.0.0.1:${await freePort()}`] })
    const answer = await lonely.api.get('/wukong/other')
    expect(answer.status).toBe(502)
    expect(answer.json()).toMatchObject({ kind: 'Status', code: 502 })
    await lonely.stop()
  })
})
