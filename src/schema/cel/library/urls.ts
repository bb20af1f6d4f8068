import { quoteGo } from '../../../meta/go-quote.js'
import { isUri } from '../../format-uri.js'
import { ArrayList, TableMap } from '../collections.js'
import { global, method, type Overload } from '../overload.js'
import { fixed, traversal } from '../price.js'
import { fail, type MapValue, OpaqueValue } from '../value.js'

/** A URL in its parts, as Go's net/url takes it apart. */
class UrlValue extends OpaqueValue {
  readonly type = 'kubernetes.URL'
  readonly scheme: string
  /** Without the user, with the port. */
  readonly host: string
  readonly path: string
  readonly query: string

  constructor(private readonly text: string) {
    super()
    const [, scheme, rest = ''] = /^(?:([a-zA-Z][-a-zA-Z0-9+.]*):)?(.*)$/s.exec(text.replace(/#.*$/s, '')) ?? []
    this.scheme = (scheme ?? '').toLowerCase()
    const mark = rest.indexOf('?')
    this.query = mark < 0 ? '' : rest.slice(mark + 1)
    const hierarchy = mark < 0 ? rest : rest.slice(0, mark)
    const authority = /^\/\/([^/]*)/.exec(hierarchy)
    this.host = decode(authority?.[1]?.replace(/^.*@/s, '') ?? '')
    const path = authority ? hierarchy.slice(authority[0].length) : hierarchy
    this.path = this.scheme !== '' && !path.startsWith('/') ? '' : path
  }

  equals(other: OpaqueValue): boolean {
    return other instanceof UrlValue && this.text === other.text
  }

  override toString(): string {
    return this.text
  }
}

function decode(text: string): string {
  return text.replace(/(?:%[\da-fA-F]{2})+/g, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString())
}

function hexByte(byte: number): string {
  return byte.toString(16).padStart(2, '0')
}

function parse(text: string): UrlValue {
  return isUri(text) ? new UrlValue(text) : fail(`URL parse error during conversion from string: ${uriProblem(text)}`)
}

/** What Go's parser says of a text that is no URL. */
export function uriProblem(text: string): string {
  const parsing = `parse ${quoteGo(text)}: `
  if (text === '') return `${parsing}empty url`
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is not allowed
  if (/[\0-\x1f\x7f]/.test(text)) return `${parsing}net/url: invalid control character in URL`
  if (text.startsWith(':')) return `${parsing}missing protocol scheme`
  const scheme = /^[a-zA-Z][-a-zA-Z0-9+.]*:/.exec(text)?.[0]
  if (scheme === undefined && !text.startsWith('/')) return `${parsing}invalid URI for request`
  const badEscape = /%(?![0-9a-fA-F]{2}).{0,2}/s.exec(text)?.[0]
  if (badEscape !== undefined) return `${parsing}invalid URL escape ${quoteGo(badEscape)}`
  const host = /^[^:]*:\/\/([^/?]*)/.exec(text)?.[1] ?? ''
  if (host.startsWith('[') && !host.includes(']')) return `${parsing}missing ']' in host`
  const port = /:([^:\]]*)$/.exec(host)?.[0]
  if (port !== undefined && !/^:\d*$/.test(port)) return `${parsing}invalid port ${quoteGo(port)} after host`
  const bad = /[^-a-zA-Z0-9._~!$&'()*+,;=[\]<>"%:@]/.exec(host)?.[0]
  return `${parsing}${bad === undefined ? 'invalid URI for request' : `invalid character ${quoteGo(bad)} in host name`}`
}

function hostname({ host }: UrlValue): string {
  const bracketed = /^\[(.*)\](?::\d*)?$/s.exec(host)?.[1]
  return bracketed ?? host.replace(/:\d*$/, '')
}

function port({ host }: UrlValue): string {
  return /(?:^[^:]*|\]):(\d*)$/.exec(host)?.[1] ?? ''
}

/** As it is where it is escaped well; else what a path may not have is escaped. */
function escapedPath({ path }: UrlValue): string {
  return path.replace(/[^-A-Za-z0-9._~!$&'()*+,;=:@/%[\]]/gu, (character) =>
    [...Buffer.from(character)].map((byte) => `%${hexByte(byte).toUpperCase()}`).join(''),
  )
}

/** Each key with its values, in order; what has a semicolon or a broken escape is left out. */
function query({ query: text }: UrlValue): MapValue {
  const values = new Map<string, string[]>()
  for (const part of text.split('&')) {
    if (part === '' || part.includes(';') || /%(?![0-9a-fA-F]{2})/.test(part)) continue
    const [key = '', ...rest] = part.split('=')
    const name = decode(key.replaceAll('+', ' '))
    const list = values.get(name) ?? []
    list.push(decode(rest.join('=').replaceAll('+', ' ')))
    values.set(name, list)
  }
  const map = new TableMap()
  for (const [name, list] of values) map.set(name, new ArrayList(list))
  return map
}

const one = fixed(1)

export const urls: readonly Overload[] = [
  global('url(string) kubernetes.URL', parse, traversal(1, true)),
  global('isURL(string) bool', isUri),
  method('getScheme(kubernetes.URL) string', ({ scheme }: UrlValue) => scheme, one),
  method('getHost(kubernetes.URL) string', ({ host }: UrlValue) => host, one),
  method('getHostname(kubernetes.URL) string', hostname, one),
  method('getPort(kubernetes.URL) string', port, one),
  method('getEscapedPath(kubernetes.URL) string', escapedPath, one),
  method('getQuery(kubernetes.URL) map(string, list(string))', query, one),
]
