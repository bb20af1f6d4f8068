import type { ServerResponse } from 'node:http'
import type { ServerHttp2Stream } from 'node:http2'
import type { Socket } from 'node:net'
import type { Writable } from 'node:stream'

/** Where the frames of a watch go: the body of an answer, or the messages of a WebSocket. */
export interface WatchOutput {
  /** Ends when the watch does; says when the client goes. */
  readonly stream: Writable
  /** Says how far behind the client is. */
  readonly pipe: Writable
  /** Sends the headers at once: clients wait for them, however long the first event takes (API-SEMANTICS W01). */
  begin(contentType: string): void
  write(frame: Buffer): void
}

/** The body of the answer itself. With HTTP/2 it is the stream beneath that knows whether the client keeps up. */
export function bodyOutput(response: ServerResponse): WatchOutput {
  const { stream } = response as { stream?: ServerHttp2Stream }
  const begin = (contentType: string) => {
    response.writeHead(200, { 'Content-Type': contentType })
    response.flushHeaders()
  }
  if (stream) return { stream, pipe: stream, begin, write: (frame) => void stream.write(frame) }
  // A request sent ahead of the answer before it has no socket yet; HTTP/1.0 knows no chunks.
  if (!response.socket || response.req.httpVersionMinor === 0) {
    return { stream: response, pipe: response, begin, write: (frame) => void response.write(frame) }
  }
  const { socket } = response
  // A chunk of no bytes would be the end.
  const write = (frame: Buffer) => {
    if (frame.length > 0) writeChunk(socket, chunkOf(frame))
  }
  return { stream: response, pipe: socket, begin, write }
}

/** Frames as chunks of HTTP/1.1 (RFC 9112, 7.1), made once for all who watch. */
const chunks = new WeakMap<Buffer, Buffer>()
const lineEnd = Buffer.from('\r\n')

function chunkOf(frame: Buffer): Buffer {
  const known = chunks.get(frame)
  if (known) return known
  const chunk = Buffer.concat([Buffer.from(`${frame.length.toString(16)}\r\n`), frame, lineEnd])
  chunks.set(frame, chunk)
  return chunk
}

/** Who was written to in this turn of the event loop, and whose further chunks are held back until its end. */
const written = new Set<Socket>()
const corked: Socket[] = []

/**
 * Past the response, which would make four writes of a chunk; its headers are sent, and its end comes behind. The first
 * chunk of a turn goes at once, all others of that turn together.
 */
function writeChunk(socket: Socket, chunk: Buffer): void {
  if (written.size === 0) process.nextTick(endTurn)
  if (!written.has(socket)) written.add(socket)
  else if (socket.writableCorked === 0) {
    socket.cork()
    corked.push(socket)
  }
  socket.write(chunk)
}

function endTurn(): void {
  written.clear()
  for (const socket of corked.splice(0)) socket.uncork()
}
