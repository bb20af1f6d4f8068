import { isIP } from 'node:net'
import { InvalidArgumentError } from 'commander'
import { parseGoDuration } from '../meta/go-duration.js'
import { type NumberRange, parseIpRange, parsePortRange } from '../meta/number-range.js'

const goBooleans: ReadonlyMap<string, boolean> = new Map([
  ...['1', 't', 'T', 'true', 'True', 'TRUE'].map((text) => [text, true] as const),
  ...['0', 'f', 'F', 'false', 'False', 'FALSE'].map((text) => [text, false] as const),
])

/** As Go's strconv.ParseBool. */
export function parseBoolean(text: string): boolean {
  const value = goBooleans.get(text)
  if (value === undefined) throw new InvalidArgumentError('It is true or false.')
  return value
}

/** Milliseconds, above 0. */
export function parseDuration(text: string): number {
  const value = milliseconds(text)
  if (value <= 0) throw new InvalidArgumentError('It is above 0.')
  return value
}

/** Milliseconds; 0 where the flag says what that means. */
export function parseDurationFromZero(text: string): number {
  const value = milliseconds(text)
  if (value < 0) throw new InvalidArgumentError('It is 0 or above.')
  return value
}

function milliseconds(text: string): number {
  const value = parseGoDuration(text)
  if (value === undefined) throw new InvalidArgumentError('It is a duration such as 30s, 60m or 1h30m.')
  return value
}

export function parsePort(text: string): number {
  const port = wholeNumber(text)
  if (port === undefined || port > 65_535) throw new InvalidArgumentError('It is a number from 0 to 65535.')
  return port
}

/** How many of something; none at all would be no use. */
export function parseCount(text: string): number {
  const count = wholeNumber(text)
  if (!count) throw new InvalidArgumentError('It is a number from 1 on.')
  return count
}

/** A level, or how many of something at most. */
export function parseFromZero(text: string): number {
  const level = wholeNumber(text)
  if (level === undefined) throw new InvalidArgumentError('It is a number from 0 on.')
  return level
}

function wholeNumber(text: string): number | undefined {
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined
}

export function parseAddress(text: string): string {
  if (isIP(text) === 0 && text !== 'localhost') throw new InvalidArgumentError('It is an IP address, or localhost.')
  return text
}

export function parseServiceIps(text: string): NumberRange {
  const range = parseIpRange(text)
  if (!range) throw new InvalidArgumentError('It is one IPv4 network such as 10.0.0.0/16.')
  return range
}

export function parseNodePorts(text: string): NumberRange {
  const range = parsePortRange(text)
  if (!range) throw new InvalidArgumentError('It is a range of ports such as 30000-32767.')
  return range
}

/** `127.0.0.1:8080`, `[::1]:8080`, or `:8080` for every address; empty or `0`: undefined, nowhere. */
export function parseListenAddress(text: string): { address: string; port: number } | undefined {
  if (text === '' || text === '0') return undefined
  const match = /^(?:\[([^\]]+)\]|([^:]*)):(\d+)$/.exec(text)
  if (!match) throw new InvalidArgumentError('It is an address and a port, such as 127.0.0.1:8080.')
  const address = match[1] ?? match[2] ?? ''
  return { address: address === '' ? '::' : parseAddress(address), port: parsePort(match[3] ?? '') }
}

/** Where another server is found: scheme, host, port and perhaps a path. */
export function parseServerUrl(text: string): URL {
  const problem = new InvalidArgumentError('It is a URL such as http://127.0.0.1:8000.')
  if (!URL.canParse(text)) throw problem
  const url = new URL(text)
  if (!/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash) throw problem
  return url
}

/** `http://host:2379,…`, all of one scheme; the flag given again adds to them. */
export function parseEtcdServers(text: string, previous: readonly string[] | undefined): string[] {
  const servers = parseList(text, previous)
  for (const server of servers) {
    const url = URL.canParse(server) ? new URL(server) : undefined
    const plain = url && /^https?:$/.test(url.protocol) && url.host !== '' && url.pathname === '/'
    if (!plain || url.username || url.search || url.hash)
      throw new InvalidArgumentError('It is URLs such as http://127.0.0.1:2379, separated by commas.')
    if (url.protocol !== new URL(servers[0] ?? '').protocol)
      throw new InvalidArgumentError('Either all of them are https, or none is.')
  }
  return servers
}

/** As kube-apiserver takes it: with a slash before it, and none behind it. */
export function parseKeyPrefix(text: string): string {
  const parts = parseFilled(text)
    .split('/')
    .filter((part) => part !== '')
  if (parts.some((part) => part === '.' || part === '..'))
    throw new InvalidArgumentError('It is a path such as /registry.')
  return `/${parts.join('/')}`
}

/** For what must not be taken as not given: an empty path would be the current folder. */
export function parseFilled(text: string): string {
  if (text === '') throw new InvalidArgumentError('It must not be empty.')
  return text
}

/** `a,b` and the flag given again add up. */
export function parseList(text: string, previous: readonly string[] | undefined): string[] {
  const items = text.split(',').map((item) => item.trim())
  return [...(previous ?? []), ...items.filter((item) => item !== '')]
}

/** A list, each of `allowed`. */
export function parseEach(allowed: readonly string[]) {
  return (text: string, previous: readonly string[] | undefined): string[] => {
    const items = parseList(text, previous)
    const wrong = items.find((item) => !allowed.includes(item))
    if (wrong === undefined) return items
    throw new InvalidArgumentError(`It is a list of ${allowed.join(', ')}; ${JSON.stringify(wrong)} is none of them.`)
  }
}

/** One of `allowed`. */
export function parseChoice<T extends string>(allowed: readonly T[]) {
  return (text: string): T => {
    const found = allowed.find((choice) => choice === text)
    if (found !== undefined) return found
    const others = allowed.slice(0, -1).join(', ')
    throw new InvalidArgumentError(`It is ${others} or ${allowed.at(-1)}.`)
  }
}

/** `a,b`: some of `allowed`, each once, at least one. */
export function parseChoices<T extends string>(allowed: readonly T[]) {
  const one = parseChoice(allowed)
  return (text: string): T[] => {
    const choices = text.split(',').map((word) => one(word.trim()))
    if (new Set(choices).size < choices.length) throw new InvalidArgumentError('One of them is there twice.')
    return choices
  }
}

/** `namespace/name`. */
export function parseServiceAccount(text: string): { namespace: string; name: string } {
  const [namespace, name, ...more] = text.split('/')
  if (!namespace || !name || more.length > 0) throw new InvalidArgumentError('It is <namespace>/<name>.')
  return { namespace, name }
}
