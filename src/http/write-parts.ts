import type { ServerResponse } from 'node:http'
import type { Writable } from 'node:stream'
import { compressFrom, gzipStream } from './compress.js'

/** What is handed to the socket at once. */
const chunkSize = 256 * 1024

/**
 * Sends many small buffers as one body. They are gathered in one chunk of memory that is used again once the client has
 * taken it, so that a large list costs neither its size in memory nor a write for each of its items. Large ones are
 * compressed on the way for a client that takes gzip.
 */
export async function writeParts(response: ServerResponse, parts: readonly Buffer[], gzip: boolean): Promise<void> {
  let length = 0
  for (const part of parts) length += part.length
  if (gzip && length >= compressFrom) {
    response.setHeader('Content-Encoding', 'gzip')
    response.appendHeader('Vary', 'Accept-Encoding')
    const compressing = gzipStream()
    compressing.pipe(response)
    return writeChunks(compressing, response, parts)
  }
  response.setHeader('Content-Length', length)
  if (length <= chunkSize) response.end(Buffer.concat(parts, length))
  else await writeChunks(response, response, parts)
}

async function writeChunks(to: Writable, response: ServerResponse, parts: readonly Buffer[]): Promise<void> {
  const chunk = Buffer.allocUnsafeSlow(chunkSize)
  let filled = 0
  for (const part of parts) {
    let rest: Uint8Array = part
    while (filled + rest.length > chunkSize) {
      const fits = chunkSize - filled
      chunk.set(rest.subarray(0, fits), filled)
      if (!(await written(to, response, chunk))) return
      filled = 0
      rest = rest.subarray(fits)
    }
    // The commas between items: setting one byte costs far less than copying a buffer of one byte.
    if (rest.length === 1) chunk[filled] = rest[0] as number
    else chunk.set(rest, filled)
    filled += rest.length
  }
  to.end(Buffer.from(chunk.subarray(0, filled)))
}

/** Resolves when the chunk may be used again; with false when the client is gone. */
function written(to: Writable, response: ServerResponse, chunk: Buffer): Promise<boolean> {
  return new Promise((resolve) => {
    const closed = () => resolve(false)
    if (isGone(response)) return closed()
    response.once('close', closed)
    to.write(chunk, (error) => {
      response.off('close', closed)
      resolve(!error && !isGone(response))
    })
  })
}

/** With HTTP/2 the stream beneath knows. */
function isGone(response: ServerResponse): boolean {
  return response.destroyed || (response as { stream?: Writable }).stream?.destroyed === true
}
