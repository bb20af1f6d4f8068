import { connect, type Socket } from 'node:net'
import { expect, it } from 'vitest'
import { httpClient } from '../support/http.js'
import { startServer, type TestServer } from '../support/server.js'
import { plainToken, writeTokens } from '../support/server-test.js'

/** What the connections do, each kind as many times. */
const kinds: Readonly<Record<string, (socket: Socket, head: (line: string) => string) => void>> = {
  'says nothing': () => {},
  'never ends its headers': (socket, head) => drip(socket, head('GET /api HTTP/1.1').slice(0, -2), 'X-More: 1\r\n'),
  'sends its body a byte at a time': (socket, head) => {
    const begin = head('POST /api/v1/namespaces/default/configmaps HTTP/1.1\r\nContent-Length: 3000000')
    drip(socket, begin, '{')
  },
  'reads no answers': (socket, head) => {
    socket.pause()
    socket.write(head('GET /apis HTTP/1.1').repeat(20))
  },
  'watches and reads nothing': (socket, head) => {
    socket.pause()
    socket.write(head('GET /api/v1/configmaps?watch=1 HTTP/1.1'))
  },
  'speaks no HTTP': (socket) => drip(socket, '\u0000'.repeat(1000), 'x'.repeat(1000)),
  'has endless headers': (socket, head) =>
    drip(socket, head('GET /api HTTP/1.1').slice(0, -2), `X: ${'y'.repeat(4000)}\r\n`),
  'asks for what takes long to read': (socket, head) =>
    socket.write(head(`GET /api/v1/pods?labelSelector=${'a,'.repeat(30_000)} HTTP/1.1`)),
}
const each = 50

/** Goes on with `more` as long as the server takes it. */
function drip(socket: Socket, begin: string, more: string): void {
  socket.write(begin)
  const timer = setInterval(() => socket.write(more), 50)
  socket.on('close', () => clearInterval(timer))
}

async function attack(server: TestServer): Promise<() => void> {
  const { port, host } = new URL(server.url)
  const head = (line: string) => `${line}\r\nHost: ${host}\r\nAuthorization: Bearer ${plainToken}\r\n\r\n`
  const sockets = await Promise.all(
    Object.values(kinds).flatMap((act) =>
      Array.from({ length: each }, async () => {
        const socket = connect(Number(port), '127.0.0.1')
        socket.on('error', () => {})
        await new Promise((resolve) => socket.once('connect', resolve))
        act(socket, head)
        return socket
      }),
    ),
  )
  return () => {
    for (const socket of sockets) socket.destroy()
  }
}

async function answerTimes(server: TestServer, count: number): Promise<number[]> {
  const api = httpClient(server.url)
  const times: number[] = []
  for (let i = 0; i < count; i++) {
    const begin = performance.now()
    expect((await api.get('/api/v1/namespaces/default')).status).toBe(200)
    times.push(performance.now() - begin)
  }
  return times.sort((a, b) => a - b)
}

it(`${each * Object.keys(kinds).length} connections that do their worst hold nobody up`, async () => {
  const server = await startServer({ args: [`--token-auth-file=${writeTokens()}`] })
  const quiet = await answerTimes(server, 100)
  const end = await attack(server)
  const busy = await answerTimes(server, 200)
  end()
  const shown = (times: number[]) => `p50 ${times[times.length >> 1]?.toFixed(1)} ms, p99 ${at99(times).toFixed(1)} ms`
  console.info(`alone ${shown(quiet)}; beside them ${shown(busy)}`)
  // Generous: the machine may be busy with other things. Alone it is a few milliseconds either way.
  expect(at99(busy)).toBeLessThan(2_000)
  expect((await server.api.get('/readyz')).status).toBe(200)
  expect(server.stderr()).not.toMatch(/"level":"error"/)
  await server.stop()
})

function at99(times: readonly number[]): number {
  return times[Math.floor(times.length * 0.99)] ?? 0
}
