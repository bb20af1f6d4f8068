import type { IncomingHttpHeaders } from 'node:http'
import { errors } from '../meta/status.js'

/**
 * A path that is passed on must mean the same on the server there: dot segments, which some resolve, would leave what it
 * lies below.
 * @throws StatusError BadRequest
 */
export function checkPassedPath(path: string): void {
  const [plain = ''] = path.split('?', 1)
  if (!plain.startsWith('/') || /\/(?:\.|%2e){1,2}(?:\/|%2f|$)/i.test(plain)) {
    throw errors.badRequest('the path must begin with / and have no segments . and ..')
  }
}

/** Headers of a connection, not of the message it carries (RFC 9110, 7.6.1); `Connection` names further ones. */
const hopByHop = new Set([
  ...['connection', 'keep-alive', 'proxy-connection', 'proxy-authenticate', 'proxy-authorization'],
  ...['te', 'trailer', 'transfer-encoding', 'upgrade', 'http2-settings', 'expect'],
])

export function endToEndHeaders(headers: IncomingHttpHeaders): Record<string, string | string[]> {
  const { connection } = headers
  const named =
    connection === undefined ? undefined : new Set(connection.split(',').map((name) => name.trim().toLowerCase()))
  const passed: Record<string, string | string[]> = {}
  for (const name in headers) {
    const value = headers[name]
    if (value === undefined || name.startsWith(':') || hopByHop.has(name)) continue
    if (!named?.has(name)) passed[name] = value
  }
  return passed
}
