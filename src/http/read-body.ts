import type { IncomingMessage } from 'node:http'
import { errors } from '../meta/status.js'
import type { Call } from './call.js'

/** Bytes of a body at most (API-SEMANTICS V11). */
const bodyLimit = 3 * 1024 * 1024

/**
 * The whole body; refused before it is read when its length is announced, else as soon as it is too long.
 * @throws StatusError RequestEntityTooLarge, BadRequest when the client goes away
 */
export async function readBody(call: Pick<Call, 'request' | 'audit'>): Promise<Buffer> {
  const bytes = await readBytes(call.request)
  call.audit?.requestBody(bytes, call.request.headers['content-type'])
  return bytes
}

function readBytes(request: IncomingMessage): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > bodyLimit) return Promise.reject(tooLarge())
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    request.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length > bodyLimit) {
        request.pause()
        reject(tooLarge())
      } else chunks.push(chunk)
    })
    request.on('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)))
    const cutOff = () => {
      if (!request.complete) reject(errors.badRequest('the request body was cut off'))
    }
    request.on('error', cutOff)
    request.on('close', cutOff)
  })
}

const tooLarge = () => errors.tooLarge(`Request entity too large: limit is ${bodyLimit}`)
