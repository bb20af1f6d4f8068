import { isIpv6 } from './format-address.js'

/**
 * Whether a text is a URI or an absolute path, as Go's url.ParseRequestURI takes it: a scheme with anything behind it,
 * or a path that begins with a slash; an authority, where there is one, must be well formed.
 */
export function isUri(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is not allowed
  if (text === '' || /[\0-\x1f\x7f]/.test(text)) return false
  if (text === '*') return true
  if (text.startsWith(':')) return false
  const scheme = /^[a-zA-Z][-a-zA-Z0-9+.]*:/.exec(text)?.[0] ?? ''
  const rest = text.slice(scheme.length).replace(/\?.*$/s, '')
  if (!rest.startsWith('/')) return scheme !== ''
  if (scheme === '' || !rest.startsWith('//')) return hasGoodEscapes(rest)
  const [, authority = '', path = ''] = /^\/\/([^/]*)(.*)$/s.exec(rest) ?? []
  // Databases have lists of hosts with ports there.
  const colons = !/^https?:$/i.test(scheme)
  return isAuthority(authority, colons) && hasGoodEscapes(path)
}

function isAuthority(authority: string, colons: boolean): boolean {
  const at = authority.lastIndexOf('@')
  const user = at < 0 ? '' : authority.slice(0, at)
  if (!/^[-a-zA-Z0-9._:~!$&'()*+,;=%@]*$/.test(user) || !hasGoodEscapes(user)) return false
  return isHostAndPort(authority.slice(at + 1), colons)
}

function isHostAndPort(text: string, colons: boolean): boolean {
  if (text.startsWith('[')) {
    const end = text.lastIndexOf(']')
    if (end < 0 || !/^(?::\d*)?$/.test(text.slice(end + 1))) return false
    const [host = '', ...zone] = text.slice(1, end).split('%25')
    return isIpv6(host) && hasGoodEscapes(zone.join('%25'))
  }
  const colon = text.lastIndexOf(':')
  const host = colon < 0 ? text : text.slice(0, colon)
  return /^\d*$/.test(colon < 0 ? '' : text.slice(colon + 1)) && isHost(host, colons)
}

/** Escapes in a host may only stand for what is not ASCII. */
function isHost(host: string, colons: boolean): boolean {
  if (!/^(?:[-a-zA-Z0-9._~!$&'()*+,;=[\]<>"%]|[^\0-\x7f])*$/.test(colons ? host.replaceAll(':', '') : host))
    return false
  return hasGoodEscapes(host) && !/%(?:[0-7][0-9a-fA-F])/.test(host)
}

function hasGoodEscapes(text: string): boolean {
  return !/%(?![0-9a-fA-F]{2})/.test(text)
}
