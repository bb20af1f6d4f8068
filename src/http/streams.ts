import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { Log } from '../meta/log.js'
import type { StreamedAnswer } from '../registry/streamed-answer.js'

/** Answers of API groups' own code that are sent as they come. */
export class Streams {
  private readonly open = new Set<AbortController>()

  constructor(private readonly log: Log) {}

  /** Aborts when the caller has gone, when the answer is out, or when the server shuts down. */
  signalOf(response: ServerResponse): AbortSignal {
    const controller = new AbortController()
    this.open.add(controller)
    response.once('close', () => {
      this.open.delete(controller)
      controller.abort()
    })
    return controller.signal
  }

  /** Sends the head at once and goes on by itself. One that fails is cut off: a whole answer would be a lie. */
  begin(response: ServerResponse, { contentType, stream }: StreamedAnswer, signal: AbortSignal): void {
    response.writeHead(200, { 'Content-Type': contentType })
    response.flushHeaders()
    this.send(response, stream, signal).catch((error: unknown) => {
      response.destroy()
      this.failed(error)
    })
  }

  /** Code of an API group ended with an error when nobody could be told any more. */
  failed(error: unknown): void {
    this.log.error('a stream of an API group failed', { error: String(error) })
  }

  endAll(): void {
    for (const controller of this.open) controller.abort()
  }

  private async send(response: ServerResponse, stream: StreamedAnswer['stream'], signal: AbortSignal): Promise<void> {
    const parts = stream[Symbol.asyncIterator]()
    const gone = new Promise<undefined>((resolve) => signal.addEventListener('abort', () => resolve(undefined)))
    try {
      while (!signal.aborted) {
        const next = await Promise.race([parts.next(), gone])
        if (!next || next.done) break
        if (!response.write(next.value)) await Promise.race([once(response, 'drain'), gone])
      }
      response.end()
    } finally {
      // One that waits for something hears of it later, and of nobody who listens.
      void Promise.resolve(parts.return?.()).catch(() => {})
    }
  }
}
