import type { Context } from 'koa'
import type { Answer } from './call.js'
import { compressFrom, gunzip, gzip, takesGzip } from './compress.js'
import { writeParts } from './write-parts.js'

/** Sends an answer, compressed where it is large and the client takes that. */
export function send(context: Context, answer: Answer, warnings: string[] | undefined): Promise<void> | undefined {
  if (warnings) context.res.setHeader('Warning', warnings)
  if (answer.headers) for (const [name, value] of Object.entries(answer.headers)) context.res.setHeader(name, value)
  context.status = answer.code
  context.res.setHeader('Content-Type', answer.type)
  const { body } = answer
  const compress = takesGzip(context.req.headers['accept-encoding'])
  if (typeof body !== 'string' && !Buffer.isBuffer(body)) {
    context.respond = false
    context.res.statusCode = answer.code
    return writeParts(context.res, body, compress)
  }
  if (answer.gzipped) return sendUnpacked(context, Buffer.from(body), compress)
  if (compress && body.length >= compressFrom) return sendCompressed(context, body)
  if (body !== '' || answer.code !== 304) context.body = body
  return undefined
}

async function sendCompressed(context: Context, body: string | Buffer): Promise<void> {
  const compressed = await gzip(Buffer.from(body))
  context.res.setHeader('Content-Encoding', 'gzip')
  context.res.appendHeader('Vary', 'Accept-Encoding')
  context.body = compressed
}

async function sendUnpacked(context: Context, gzipped: Buffer, compress: boolean): Promise<void> {
  context.res.appendHeader('Vary', 'Accept-Encoding')
  if (compress) context.res.setHeader('Content-Encoding', 'gzip')
  context.body = compress ? gzipped : await gunzip(gzipped)
}
