import { type IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'

/** A request that asks for another protocol, and what its connection has sent behind it. */
export interface Upgrade {
  /** As the request calls it: `websocket`, `SPDY/3.1`, … */
  readonly protocol: string
  readonly socket: Duplex
  readonly head: Buffer
}

const upgrades = new WeakMap<IncomingMessage, Upgrade>()

/**
 * The connection of a request for another protocol; undefined for any other. Its response has to be detached from it before
 * that protocol is spoken.
 */
export function upgradeOf(request: IncomingMessage): Upgrade | undefined {
  return upgrades.get(request)
}

/**
 * What a server does about requests to change the protocol. One is handled like any other, with the same authentication and
 * the same errors, and whoever answers it may take its connection (`upgradeOf`). Passed over, so that the request goes on
 * as if nothing had been offered: HTTP/2 in the clear, which some clients offer with every request, and whatever is
 * offered with a body.
 */
export function onUpgrade(
  handler: (request: IncomingMessage, response: ServerResponse) => void,
  goOn: (socket: Socket) => void,
): (request: IncomingMessage, socket: Duplex, head: Buffer) => void {
  return (request, duplex, head) => {
    const socket = duplex as Socket
    socket.on('error', () => socket.destroy())
    const { upgrade: protocol = '' } = request.headers
    if (protocol.toLowerCase() === 'h2c' || hasBody(request)) {
      socket.unshift(Buffer.concat([headWithoutUpgrade(request), head]))
      return goOn(socket)
    }
    const response = new ServerResponse(request)
    response.shouldKeepAlive = false
    response.assignSocket(socket)
    response.on('finish', () => {
      response.detachSocket(socket)
      socket.end()
    })
    upgrades.set(request, { protocol, socket, head })
    handler(request, response)
  }
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

function headWithoutUpgrade({ method, url, httpVersion, rawHeaders }: IncomingMessage): Buffer {
  const lines = [`${method} ${url} HTTP/${httpVersion}`]
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const [name = '', value = ''] = rawHeaders.slice(i, i + 2)
    if (!/^(?:upgrade|connection|http2-settings)$/i.test(name)) lines.push(`${name}: ${value}`)
  }
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
}
