import { once } from 'node:events'
import { Agent, createServer, type IncomingMessage, type RequestListener, request, type Server } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { createProxy } from '../../src/apiexts/proxy.js'
import { eventually } from '../support/eventually.js'
import { freePort } from '../support/free-port.js'
import { httpClient } from '../support/http.js'

const open: Server[] = []
afterEach(() => {
  for (const server of open.splice(0)) {
    server.close()
    server.closeAllConnections()
  }
})

async function listen(handler: RequestListener): Promise<URL> {
  const server = createServer(handler).listen(0, '127.0.0.1')
  open.push(server)
  await once(server, 'listening')
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
}

/** A server that passes everything on to `target`. */
async function proxyTo(target: URL, timeoutMs = 10_000): Promise<URL> {
  const proxy = createProxy(target, timeoutMs)
  return listen((incoming, response) => void proxy(incoming, response, incoming.url ?? ''))
}

async function textOf(message: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of message.setEncoding('utf8')) text += chunk
  return text
}

/** Answers with what it was asked. */
const mirror: RequestListener = (incoming, response) => {
  void textOf(incoming).then((body) => {
    response.writeHead(201, {
      'content-type': 'application/json',
      'x-own': 'yes',
      'keep-alive': 'timeout=99',
      'set-cookie': ['a=1', 'b=2'],
    })
    response.end(JSON.stringify({ method: incoming.method, url: incoming.url, headers: incoming.headers, body }))
  })
}

interface Mirrored {
  method: string
  url: string
  headers: Record<string, string>
  body: string
}

describe('what is passed on', () => {
  test('method, path, query, body, credentials; and the answer', async () => {
    const target = await listen(mirror)
    const client = httpClient((await proxyTo(new URL('/base/', target))).origin)
    const answer = await client.request('POST', '/wukong/x/a%20b?c=d%26', '{"é":1}', { authorization: 'Bearer t' })
    expect(answer.status).toBe(201)
    expect(answer.headers).toMatchObject({ 'x-own': 'yes', 'set-cookie': ['a=1', 'b=2'] })
    const seen = answer.json<Mirrored>()
    expect(seen).toMatchObject({ method: 'POST', url: '/base/wukong/x/a%20b?c=d%26', body: '{"é":1}' })
    expect(seen.headers).toMatchObject({ authorization: 'Bearer t', host: target.host, 'x-forwarded-for': '127.0.0.1' })
  })

  test('not what belongs to one connection, nor who a front proxy would say it is', async () => {
    const client = httpClient((await proxyTo(await listen(mirror))).origin)
    const hop = { connection: 'x-secret', 'x-secret': '1', te: 'trailers', 'proxy-authorization': 'p', upgrade: 'h2c' }
    const answer = await client.get('/wukong/x', { ...hop, 'x-remote-user': 'root', 'x-forwarded-for': '192.0.2.1' })
    const { headers } = answer.json<Mirrored>()
    for (const name of ['x-secret', 'te', 'proxy-authorization', 'upgrade', 'x-remote-user']) {
      expect(headers, name).not.toHaveProperty(name)
    }
    expect(headers['x-forwarded-for']).toBe('192.0.2.1, 127.0.0.1')
    expect(answer.headers['keep-alive']).not.toBe('timeout=99')
  })

  test.each(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('%s', async (method) => {
    const client = httpClient((await proxyTo(await listen(mirror))).origin)
    const answer = await client.request(method, '/wukong/x')
    expect(answer.status).toBe(201)
    if (method === 'HEAD') expect(answer.text).toBe('')
    else expect(answer.json<Mirrored>().method).toBe(method)
  })

  test('the body of a DELETE without a length', async () => {
    const headers = { 'transfer-encoding': 'chunked' }
    const { port } = await proxyTo(await listen(mirror))
    const sent = request({ port, method: 'DELETE', path: '/wukong/x', headers, agent: false })
    sent.end('body')
    const [answer] = (await once(sent, 'response')) as [IncomingMessage]
    expect((JSON.parse(await textOf(answer)) as Mirrored).body).toBe('body')
  })

  test.each([
    '/wukong/x/../../secret',
    '/wukong/%2e%2E/secret',
    '/wukong/x/..',
    '/wukong/..%2fsecret',
    'http://elsewhere/wukong/x',
  ])('not %s, which would leave the prefix', async (path) => {
    const { port } = await proxyTo(await listen(mirror))
    const sent = request({ port, path, agent: false }).end()
    const [answer] = (await once(sent, 'response')) as [IncomingMessage]
    expect(answer.statusCode).toBe(400)
    expect(JSON.parse(await textOf(answer))).toMatchObject({ kind: 'Status', reason: 'BadRequest', code: 400 })
  })
})

describe('streams', () => {
  test('the answer, event by event', async () => {
    let say: (text: string) => void = () => {}
    const target = await listen((_incoming, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
      say = (text) => (text === 'end' ? response.end() : response.write(text))
    })
    // Longer than the time limit, which is only for the beginning.
    const sent = request(await proxyTo(target, 300), { agent: false }).end()
    const [answer] = (await once(sent, 'response')) as [IncomingMessage]
    answer.setEncoding('utf8')
    for (const text of ['one', 'two']) {
      const next = once(answer, 'data')
      say(text)
      expect(await next).toEqual([text])
    }
    await pause(400)
    say('end')
    await once(answer, 'end')
  })

  test('the body, before it is whole', async () => {
    let seen = ''
    const target = await listen((incoming, response) => {
      incoming.setEncoding('utf8').on('data', (text: string) => {
        seen += text
      })
      incoming.on('end', () => response.end(seen))
    })
    const sent = request(await proxyTo(target), { method: 'POST', agent: false })
    sent.write('first')
    await eventually('the first part', () => seen === 'first')
    sent.end(' second')
    const [answer] = (await once(sent, 'response')) as [IncomingMessage]
    expect(await textOf(answer)).toBe('first second')
  })

  test('one that goes on sending after an answer does not spoil its connection', async () => {
    const target = await listen((_incoming, response) => {
      response.writeHead(413).end('too large')
    })
    const { port } = await proxyTo(target)
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    for (let i = 0; i < 3; i++) {
      const sent = request({ port, method: 'POST', path: '/wukong/x', agent }).end('x'.repeat(5_000_000))
      const [answer] = (await once(sent, 'response')) as [IncomingMessage]
      expect([answer.statusCode, await textOf(answer)]).toEqual([413, 'too large'])
    }
    agent.destroy()
  })
})

describe('what goes wrong', () => {
  const statusOf = async (url: URL) => {
    const answer = await httpClient(url.origin).get('/wukong/x')
    return { code: answer.status, ...answer.json<{ kind: string; message: string }>() }
  }

  test('nobody listens: 502', async () => {
    const url = await proxyTo(new URL(`http://127.0.0.1:${await freePort()}`))
    expect(await statusOf(url)).toMatchObject({
      ...{ kind: 'Status', code: 502 },
      message: "the server behind this path can't be reached: ECONNREFUSED",
    })
  })

  test('the connection is closed without an answer: 502', async () => {
    const target = await listen((incoming) => incoming.socket.destroy())
    expect(await statusOf(await proxyTo(target))).toMatchObject({ kind: 'Status', code: 502 })
  })

  test('what answers is not HTTP: 502', async () => {
    const tcp = createTcpServer((socket) => socket.end('hello\r\n')).listen(0, '127.0.0.1')
    await once(tcp, 'listening')
    const target = new URL(`http://127.0.0.1:${(tcp.address() as AddressInfo).port}`)
    expect(await statusOf(await proxyTo(target))).toMatchObject({ kind: 'Status', code: 502 })
    tcp.close()
  })

  test('nothing is said for too long: 504', async () => {
    const target = await listen(() => {})
    expect(await statusOf(await proxyTo(target, 100))).toMatchObject({
      ...{ kind: 'Status', code: 504, reason: 'Timeout' },
      message: 'Timeout: the server behind this path did not begin to answer within 0.1s',
    })
  })

  test('the connection breaks in the middle: the caller sees that the answer is not whole', async () => {
    const target = await listen((_incoming, response) => {
      response.writeHead(200, { 'content-length': '10' })
      response.write('half', () => response.socket?.destroy())
    })
    const sent = request(await proxyTo(target), { agent: false }).end()
    const [answer] = (await once(sent, 'response')) as [IncomingMessage]
    await expect(textOf(answer)).rejects.toThrow('aborted')
  })

  test.each(['before', 'during'])('the caller goes away %s the answer: the request there ends', async (when) => {
    let there: Socket | undefined
    const target = await listen((incoming, response) => {
      there = incoming.socket
      if (when === 'during') response.write('begun')
    })
    const sent = request(await proxyTo(target), { agent: false }).end()
    const response = when === 'during' ? once(sent, 'response') : once(sent, 'error')
    await eventually('the request', () => there !== undefined)
    if (when === 'during') await response
    sent.destroy()
    await eventually('its end', () => there?.destroyed)
  })
})
