import { groupAuthenticated, groupMasters, type UserInfo } from '../meta/user.js'
import type { AuthenticationRequest } from './authentication-request.js'

/**
 * Who a request from this machine without credentials is, with `--authn-allow-localhost`: the user of the client
 * certificate in the certificate directory, so that what is written either way belongs to one name.
 */
export const localAdmin: UserInfo = { name: 'admin', groups: [groupMasters, groupAuthenticated] }

const localHost = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/i
/** Headers that only something between client and server sets: the client may be anywhere. */
const forwardingHeader = /^(?:forwarded|via|x-real-ip|x-forwarded-.*)$/

/**
 * Whether the request comes from a program of this machine that shows no credentials. Not from a page in the user's
 * browser, be it by another origin, by a link or form, or by a name that was made to resolve to 127.0.0.1; and not
 * from a tunnel or reverse proxy, which names another host or says for whom it forwards.
 */
export function isLocalAdmin(request: AuthenticationRequest): boolean {
  const { headers, remoteAddress, clientCertificate, secure } = request
  if (clientCertificate || headers.authorization) return false
  if (remoteAddress === undefined || !isLoopback(remoteAddress)) return false
  const host = headers[':authority'] ?? headers.host
  if (typeof host !== 'string' || (headers.host ?? host) !== host || !localHost.test(host)) return false
  const { origin } = headers
  if (origin !== undefined && origin.toLowerCase() !== `${secure ? 'https' : 'http'}://${host.toLowerCase()}`)
    return false
  // Every browser tells it, also where it sends no Origin: links, images, scripts.
  const site = headers['sec-fetch-site']
  if (site !== undefined && site !== 'none' && site !== 'same-origin') return false
  for (const name in headers) if (forwardingHeader.test(name)) return false
  return true
}

/** Whether an IP address, or the name localhost, is this machine's loopback. */
export function isLoopback(address: string): boolean {
  const plain = address.toLowerCase().replace(/^::ffff:(?=\d+\.)/, '')
  return plain === 'localhost' || plain === '::1' || /^127(?:\.\d{1,3}){3}$/.test(plain)
}
