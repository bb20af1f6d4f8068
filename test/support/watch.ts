import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { KubeObject } from '../../src/meta/object.js'

export interface WatchEvent<T = KubeObject> {
  readonly type: string
  readonly object: T
}

/** A watch as a queue of its events. */
export interface WatchStream {
  readonly headers: IncomingHttpHeaders
  /** The next event, in order. @throws when the stream has ended, or none comes within the limit */
  next<T = KubeObject>(): Promise<WatchEvent<T>>
  /** The next `count` events. */
  take<T = KubeObject>(count: number): Promise<WatchEvent<T>[]>
  /** Waits for the server to end the stream; answers with the events not taken yet. @throws when it was cut off */
  ended(): Promise<WatchEvent[]>
  /** Lines as they came, for what a parser would hide. */
  readonly lines: readonly string[]
  close(): void
}

/** How long is waited for what should come, in milliseconds: as `eventually` does. */
const limit = 60_000

export function openWatch(response: IncomingMessage): WatchStream {
  const lines: string[] = []
  let taken = 0
  let over = false
  let partial = ''
  let wake = () => {}
  response.setEncoding('utf8').on('data', (text: string) => {
    const parts = (partial + text).split('\n')
    partial = parts.pop() ?? ''
    lines.push(...parts)
    wake()
  })
  response.on('error', () => {})
  response.on('close', () => {
    over = true
    wake()
  })
  const until = (done: () => boolean, what: string) =>
    new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${what} within ${limit} ms`)), limit)
      wake = () => {
        if (!done() && !over) return
        clearTimeout(timer)
        resolve()
      }
      wake()
    })
  const next = async <T>(): Promise<WatchEvent<T>> => {
    await until(() => lines.length > taken, 'no event')
    const line = lines[taken++]
    if (line === undefined) throw new Error('the watch has ended')
    return JSON.parse(line) as WatchEvent<T>
  }
  return {
    headers: response.headers,
    next,
    take: async <T>(count: number) => {
      const events: WatchEvent<T>[] = []
      while (events.length < count) events.push(await next<T>())
      return events
    },
    ended: async () => {
      await until(() => over, 'the watch did not end')
      if (!response.complete) throw new Error('the watch was cut off')
      return lines.slice(taken).map((line) => JSON.parse(line) as WatchEvent)
    },
    lines,
    close: () => response.destroy(),
  }
}
