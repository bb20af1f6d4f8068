import type { ServerResponse } from 'node:http'

/** What is handed to the socket at once. */
const chunkSize = 256 * 1024

/**
 * Sends many small buffers as one body. They are gathered in one chunk of memory that is used again once the client has
 * taken it, so that a large list costs neither its size in memory nor a write for each of its items.
 */
export async function writeParts(response: ServerResponse, parts: readonly Buffer[]): Promise<void> {
  let length = 0
  for (const part of parts) length += part.length
  response.setHeader('Content-Length', length)
  if (length <= chunkSize) {
    response.end(Buffer.concat(parts, length))
    return
  }
  const chunk = Buffer.allocUnsafeSlow(chunkSize)
  let filled = 0
  for (const part of parts) {
    let rest: Uint8Array = part
    while (filled + rest.length > chunkSize) {
      const fits = chunkSize - filled
      chunk.set(rest.subarray(0, fits), filled)
      if (!(await written(response, chunk))) return
      filled = 0
      rest = rest.subarray(fits)
    }
    // The commas between items: setting one byte costs far less than copying a buffer of one byte.
    if (rest.length === 1) chunk[filled] = rest[0] as number
    else chunk.set(rest, filled)
    filled += rest.length
  }
  response.end(Buffer.from(chunk.subarray(0, filled)))
}

/** Resolves when the chunk may be used again; with false when the client is gone. */
function written(response: ServerResponse, chunk: Buffer): Promise<boolean> {
  return new Promise((resolve) => {
    const closed = () => resolve(false)
    response.once('close', closed)
    response.write(chunk, (error) => {
      response.off('close', closed)
      resolve(!error && !response.destroyed)
    })
  })
}
