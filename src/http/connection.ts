import type { IncomingMessage, ServerResponse } from 'node:http'
import type { WebSocket } from 'ws'
import type { SubresourceConnection } from '../registry/definition.js'
import { acceptWebSocket } from './web-socket.js'

/** A message larger than this ends the connection (of the size of a body). */
const maxMessage = 3 * 1024 * 1024
/** Messages that nobody has read yet; a sender who is that far ahead waits. */
const maxUnread = 64

/**
 * A WebSocket as an API group's own code talks over it; undefined for a request that asks for none.
 * @throws StatusError BadRequest when the request is not as RFC 6455 wants it
 */
export async function connectionOf(
  request: IncomingMessage,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<SubresourceConnection | undefined> {
  const socket = await acceptWebSocket(request, response, maxMessage)
  if (!socket) return undefined
  signal.addEventListener('abort', () => socket.close(1001))
  return {
    messages: messagesOf(socket),
    send: (message) => sent(socket, message),
    close: () => socket.close(1000),
  }
}

/** Resolves when the message has been handed on: who waits for it is as fast as the client. */
function sent(socket: WebSocket, message: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.send(message, (error) => (error ? reject(error) : resolve()))
  })
}

async function* messagesOf(socket: WebSocket): AsyncGenerator<string | Uint8Array> {
  const unread: (string | Uint8Array)[] = []
  let open = true
  let wake = () => {}
  socket.on('message', (data, isBinary) => {
    const bytes = data as Buffer
    unread.push(isBinary ? bytes : bytes.toString())
    if (unread.length >= maxUnread) socket.pause()
    wake()
  })
  socket.on('error', () => socket.terminate())
  socket.on('close', () => {
    open = false
    wake()
  })
  while (open || unread.length > 0) {
    const next = unread.shift()
    if (next === undefined) {
      await new Promise<void>((resolve) => {
        wake = resolve
      })
      continue
    }
    if (socket.isPaused) socket.resume()
    yield next
  }
}
