import { type IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { type Duplex, Writable } from 'node:stream'
import type { WebSocket } from 'ws'
import { errors } from '../meta/status.js'
import type { WatchOutput } from './watch-output.js'

/** A request that asks for another protocol, and what its connection has sent behind it. */
export interface Upgrade {
  readonly socket: Duplex
  readonly head: Buffer
}

const upgrades = new WeakMap<IncomingMessage, Upgrade>()

/** The connection of a request for a WebSocket; undefined for any other. Its response has to be detached from it first. */
export function upgradeOf(request: IncomingMessage): Upgrade | undefined {
  return upgrades.get(request)
}

/** A frame larger than this from a client, who has nothing to say, ends the connection. */
const maxFromWatcher = 4096

/**
 * What a server does about requests to change the protocol. One for a WebSocket is handled like any other, with the same
 * authentication and the same errors, and may become one by `webSocketOutput`; offers of anything else, as some clients
 * make with every request, are passed over: the request goes on as if nothing had been offered.
 */
export function onUpgrade(
  handler: (request: IncomingMessage, response: ServerResponse) => void,
  goOn: (socket: Socket) => void,
): (request: IncomingMessage, socket: Duplex, head: Buffer) => void {
  return (request, duplex, head) => {
    const socket = duplex as Socket
    socket.on('error', () => socket.destroy())
    if (request.headers.upgrade?.toLowerCase() !== 'websocket' || request.method !== 'GET') {
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
    upgrades.set(request, { socket, head })
    handler(request, response)
  }
}

function headWithoutUpgrade({ method, url, httpVersion, rawHeaders }: IncomingMessage): Buffer {
  const lines = [`${method} ${url} HTTP/${httpVersion}`]
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const [name = '', value = ''] = rawHeaders.slice(i, i + 2)
    if (!/^(?:upgrade|connection|http2-settings)$/i.test(name)) lines.push(`${name}: ${value}`)
  }
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
}

/**
 * The messages of a WebSocket, for a request that asked for one; undefined for any other. Events are texts, or binary
 * where they are protobuf (API-SEMANTICS W16). What the client sends is not looked at.
 * @throws StatusError BadRequest when the request is not as RFC 6455 wants it
 */
export async function webSocketOutput(
  request: IncomingMessage,
  response: ServerResponse,
): Promise<WatchOutput | undefined> {
  const socket = await acceptWebSocket(request, response, maxFromWatcher)
  return socket && messages(socket)
}

/**
 * The WebSocket that a request asks for, once it is open; undefined for any other request. A message larger than
 * `maxPayload` bytes ends it.
 * @throws StatusError BadRequest when the request is not as RFC 6455 wants it
 */
export async function acceptWebSocket(
  request: IncomingMessage,
  response: ServerResponse,
  maxPayload: number,
): Promise<WebSocket | undefined> {
  const upgrade = upgrades.get(request)
  if (!upgrade) return undefined
  const { WebSocketServer } = await import('ws')
  const { socket, head } = upgrade
  const server = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload, clientTracking: false })
  return new Promise((resolve, reject) => {
    server.on('wsClientError', (error) => reject(errors.badRequest(error.message)))
    server.handleUpgrade(request, socket, head, (webSocket) => {
      response.detachSocket(socket as Socket)
      // Whoever waits for the end of the answer waits for that of the messages.
      webSocket.on('close', () => response.emit('close'))
      resolve(webSocket)
    })
  })
}

function messages(webSocket: WebSocket): WatchOutput {
  const stream = new Writable({
    decodeStrings: false,
    // The connection outlives the last message: it ends when both sides have said that they close.
    autoDestroy: false,
    write: (frame: string | Buffer, _encoding, done) => webSocket.send(frame, done),
    final(done) {
      webSocket.close()
      done()
    },
    destroy(error, done) {
      webSocket.terminate()
      done(error)
    },
  })
  webSocket.on('close', () => stream.destroy())
  webSocket.on('error', () => stream.destroy())
  let binary = false
  return {
    stream,
    begin: (contentType) => {
      binary = !contentType.startsWith('application/json')
    },
    write: (frame) => void stream.write(binary ? frame : frame.toString()),
  }
}
