import { promisify } from 'node:util'
import { constants, createGzip, gunzip as gunzipCallback, gzip as gzipCallback } from 'node:zlib'

/** Answers from this size on are worth compressing (API-SEMANTICS C20). */
export const compressFrom = 128 * 1024

/** The fastest level, as upstream: the network is seldom what is slow. */
const options = { level: constants.Z_BEST_SPEED }

export const gzip = (body: Buffer): Promise<Buffer> => promisify(gzipCallback)(body, options)

export const gunzip: (body: Buffer) => Promise<Buffer> = promisify(gunzipCallback)

export const gzipStream = () => createGzip(options)

export function takesGzip(acceptEncoding: string | string[] | undefined): boolean {
  return /(?:^|[\s,])gzip(?:$|[\s,;])(?!\s*q=0(?:\.0*)?(?:$|,))/.test(String(acceptEncoding ?? ''))
}
