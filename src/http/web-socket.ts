import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { Writable } from 'node:stream'
import type { WebSocket } from 'ws'
import { errors } from '../meta/status.js'
import { upgradeOf } from './upgrade.js'
import type { WatchOutput } from './watch-output.js'

/** A frame larger than this from a client, who has nothing to say, ends the connection. */
const maxFromWatcher = 4096

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
  const upgrade = upgradeOf(request)
  if (upgrade?.protocol.toLowerCase() !== 'websocket') return undefined
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
    pipe: stream,
    begin: (contentType) => {
      binary = !contentType.startsWith('application/json')
    },
    write: (frame) => void stream.write(binary ? frame : frame.toString()),
  }
}
