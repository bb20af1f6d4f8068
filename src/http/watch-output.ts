import type { ServerResponse } from 'node:http'
import type { ServerHttp2Stream } from 'node:http2'
import type { Writable } from 'node:stream'

/** Where the frames of a watch go: the body of an answer, or the messages of a WebSocket. */
export interface WatchOutput {
  /** Says how far behind the client is, and when it goes. */
  readonly stream: Writable
  /** Sends the headers at once: clients wait for them, however long the first event takes (API-SEMANTICS W01). */
  begin(contentType: string): void
  write(frame: Buffer): void
}

/** The body of the answer itself. With HTTP/2 it is the stream beneath that knows whether the client keeps up. */
export function bodyOutput(response: ServerResponse): WatchOutput {
  const { stream = response } = response as { stream?: ServerHttp2Stream }
  return {
    stream,
    begin(contentType) {
      response.writeHead(200, { 'Content-Type': contentType })
      response.flushHeaders()
    },
    write: (frame) => void stream.write(frame),
  }
}
