import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http'
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

export function endToEndHeaders(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  const named = new Set((headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase()))
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !name.startsWith(':') && !hopByHop.has(name) && !named.has(name)),
  )
}
