import { InvalidArgumentError } from 'commander'
import { parseEtcdServers, parseKeyPrefix } from './flag-values.js'

/** Where objects are: below a folder, or below a prefix in etcd. */
export type Place =
  | { readonly kind: 'file'; readonly root: string }
  | { readonly kind: 'etcd'; readonly servers: readonly string[]; readonly prefix: string }

/** `file:<folder>`, or `etcd:<url>[,<url>…][/<prefix>]`; the prefix is /registry unless it is given. */
export function parsePlace(text: string): Place {
  const [, kind, rest = ''] = /^(file|etcd):(.+)$/s.exec(text) ?? []
  if (kind === 'file') return { kind, root: rest }
  const problem = new InvalidArgumentError('It is file:<folder> or etcd:<url>[/<prefix>].')
  if (kind !== 'etcd') throw problem
  const [, urls = '', prefix] = /^(.*?:\/\/[^/]*)(\/.*)?$/.exec(rest.replace(/^.*,/, '')) ?? []
  const others = rest.includes(',') ? rest.slice(0, rest.lastIndexOf(',') + 1) : ''
  const servers = parseEtcdServers(`${others}${urls}`, undefined)
  if (servers.length === 0) throw problem
  return { kind, servers, prefix: prefix && prefix !== '/' ? parseKeyPrefix(prefix) : '/registry' }
}

export function formatPlace(place: Place): string {
  return place.kind === 'file' ? `file:${place.root}` : `etcd:${place.servers.join()}${place.prefix}`
}
