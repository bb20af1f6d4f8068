import { quoteGo } from '../../../meta/go-quote.js'
import { errors } from '../../../meta/status.js'

/** What a connection is asked for with, read from the query as upstream reads PodExecOptions and the like. */
export type ReadOptions = (query: URLSearchParams, subpath: string) => object

export const attachOptions: ReadOptions = (query) => ({
  ...Object.fromEntries(
    ['stdin', 'stdout', 'stderr', 'tty'].filter((name) => isTrue(query.get(name))).map((name) => [name, true]),
  ),
  ...textOf(query, 'container'),
})

export const execOptions: ReadOptions = (query, subpath) => {
  const command = query.getAll('command')
  return { ...attachOptions(query, subpath), command: command.length > 0 ? command : null }
}

/** @throws StatusError BadRequest */
export const portForwardOptions: ReadOptions = (query) => {
  const ports = query.getAll('ports').flatMap((text) => text.split(',').map(readPort))
  return ports.length > 0 ? { ports } : {}
}

/** The path is what follows the proxy's own in the request; `path` of the query is not asked. */
export const proxyOptions: ReadOptions = (_, subpath) => (subpath === '' ? {} : { path: subpath })

function isTrue(text: string | null): boolean {
  return text !== null && text !== '0' && text.toLowerCase() !== 'false'
}

function textOf(query: URLSearchParams, name: string): object {
  const text = query.get(name)
  return text ? { [name]: text } : {}
}

function readPort(text: string): number {
  const why = /^\d+$/.test(text) ? (Number(text) > 65535 ? 'value out of range' : undefined) : 'invalid syntax'
  if (why === undefined) return Number(text)
  throw errors.badRequest(`cannot convert to []int32: strconv.ParseUint: parsing ${quoteGo(text)}: ${why}`)
}
