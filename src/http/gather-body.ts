import type { ClientRequest, IncomingMessage } from 'node:http'

/** The whole body of an answer to `sent`. One of more than `maxBytes` ends the request, which tells of `tooLarge`. */
export function gatherBody(
  sent: ClientRequest,
  answer: IncomingMessage,
  maxBytes: number,
  tooLarge: () => Error,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    answer.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > maxBytes) sent.destroy(tooLarge())
      else chunks.push(chunk)
    })
    answer.on('error', reject)
    answer.on('end', () => resolve(Buffer.concat(chunks)))
  })
}
