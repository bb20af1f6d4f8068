import { once } from 'node:events'
import { connect, constants } from 'node:http2'
import * as tls from 'node:tls'
import { describe, expect } from 'vitest'
import { adminToken, testAlone as test } from '../support/server-test.js'

const headers = { ':path': '/api/v1/namespaces', authorization: `Bearer ${adminToken}` }
const frame = (type: number, flags: number, stream: number, payload: Buffer) => {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head.writeUInt8(type, 3)
  head.writeUInt8(flags, 4)
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}
const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
const settings = frame(4, 0, 0, Buffer.alloc(0))

/** Frames on a connection of their own, until the server has had enough of them or they have all been sent. */
async function flood(url: string, frames: Buffer, times: number): Promise<void> {
  const { port } = new URL(url)
  const options = { port: Number(port), host: '127.0.0.1', rejectUnauthorized: false, ALPNProtocols: ['h2'] }
  const socket = tls.connect(options)
  socket.on('error', () => {})
  await once(socket, 'secureConnect')
  // What comes back is never read: answers to it may not pile up.
  socket.write(Buffer.concat([preface, settings]))
  const many = Buffer.concat(Array.from({ length: 100 }, () => frames))
  for (let sent = 0; sent < times && !socket.destroyed; sent += 100) socket.write(many)
  await new Promise((resolve) => setImmediate(resolve))
  socket.destroy()
}

describe('HTTP/2: floods', () => {
  const kinds: Record<string, Buffer> = {
    settings: settings,
    pings: frame(6, 0, 0, Buffer.alloc(8)),
    'empty data of no stream': frame(0, 0, 1, Buffer.alloc(0)),
    priorities: frame(2, 0, 3, Buffer.alloc(5)),
    'window updates': frame(8, 0, 0, Buffer.from([0, 0, 0, 1])),
    'continuations of nothing': frame(9, 0, 1, Buffer.alloc(16)),
    'frames of an unknown type': frame(200, 0, 0, Buffer.alloc(100)),
    'a frame larger than may be': frame(0, 0, 1, Buffer.alloc(70_000)),
  }

  test.for(Object.entries(kinds))('%s', async ([, frames], { server, api }) => {
    await flood(server.secureUrl, frames, 2_000)
    expect((await api.get('/readyz')).text).toBe('ok')
  })

  test('requests that are taken back at once', async ({ server, api }) => {
    const session = connect(server.secureUrl, { rejectUnauthorized: false })
    session.on('error', () => {})
    for (let i = 0; i < 2_000 && !session.destroyed; i++) {
      const stream = session.request(headers)
      stream.on('error', () => {})
      stream.close(constants.NGHTTP2_CANCEL)
    }
    expect((await api.get('/readyz')).text).toBe('ok')
    session.destroy()
  })

  test('headers that are too large end the request, not the server', async ({ server, api }) => {
    const session = connect(server.secureUrl, { rejectUnauthorized: false, maxSendHeaderBlockLength: 2 ** 20 })
    session.on('error', () => {})
    const stream = session.request({ ...headers, x: 'a'.repeat(200_000) })
    const ended = new Promise((resolve) => stream.on('close', resolve))
    let status: unknown
    stream.on('response', (answer) => {
      status = answer[':status']
    })
    stream.on('error', () => {})
    stream.resume()
    await ended
    expect([undefined, 431]).toContain(status)
    session.destroy()
    expect((await api.get('/readyz')).text).toBe('ok')
  })
})
