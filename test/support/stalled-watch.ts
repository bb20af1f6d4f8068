import { once } from 'node:events'
import * as net from 'node:net'

export interface StalledWatch {
  /** Reads what there is until the end: how much that was, and whether the stream stopped in the middle. */
  readToEnd(): Promise<{ bytes: number; cut: boolean }>
}

/** A watch that reads the head of its answer, and nothing more until it is told to. */
export async function stalledWatch(base: string, path: string): Promise<StalledWatch> {
  const url = new URL(base)
  const socket = net.connect(Number(url.port), url.hostname)
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${url.host}\r\n\r\n`)
  const [head] = (await once(socket, 'data')) as [Buffer]
  socket.pause()
  if (!head.toString().startsWith('HTTP/1.1 200')) throw new Error(head.toString())
  let bytes = head.length
  let last = head
  socket.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    last = chunk
  })
  socket.on('error', () => {})
  return {
    readToEnd: () =>
      new Promise((resolve) => {
        // A stream that ends as it should ends with an empty chunk.
        socket.once('close', () => resolve({ bytes, cut: !last.toString('latin1').endsWith('0\r\n\r\n') }))
        socket.resume()
      }),
  }
}
