import { type ApiService, availableCondition } from '../apis/apiregistration/api-service.js'
import type { WatchCache } from '../cache/watch-cache.js'
import { formatApiVersion } from '../meta/gvk.js'
import type { Priority } from '../registry/priorities.js'
import { decodeStored } from '../store/encode.js'
import type { Stored } from '../store/store.js'
import { ownGroup } from './own-group.js'

/** Set by who made an APIService for what is served here: `onstart` for good, `true` while a definition is there. */
export const automanagedLabel = 'kube-aggregator.kubernetes.io/automanaged'

/** Where another server is, and why it is to be believed. */
export interface RemoteTarget {
  readonly namespace: string
  readonly name: string
  readonly port: number
  /** PEM in base64; empty: whom this machine trusts. */
  readonly caBundle: string
  readonly insecure: boolean
}

/** What is kept of an APIService. */
export interface ApiServiceEntry {
  readonly name: string
  readonly group: string
  readonly version: string
  readonly priority: Priority
  /** Made by a server for what it serves itself. */
  readonly automanaged: boolean
  /** Undefined: it is served here. */
  readonly remote: RemoteTarget | undefined
  readonly available: boolean
  /** Why it is available or not, as the condition says. */
  readonly reason: string | undefined
}

export type RemoteEntry = ApiServiceEntry & { readonly remote: RemoteTarget }

/** The APIServices there are, by the group version they are for. */
export class ApiServiceIndex {
  readonly #entries = new Map<string, ApiServiceEntry>()
  readonly #listeners = new Set<(name: string) => void>()
  #remotes = 0

  /** Reads those in `cache` and follows them; `stop` ends that. */
  static async open(cache: WatchCache, prefix: string): Promise<{ index: ApiServiceIndex; stop: () => void }> {
    const index = new ApiServiceIndex()
    const { items, revision } = await cache.list({ prefix, limit: 0 })
    for (const stored of items) index.#set(stored)
    const stop = cache.watch(prefix, revision, ({ type, stored }) => {
      const name = type === 'delete' ? index.#delete(stored) : index.#set(stored)
      for (const listener of index.#listeners) listener(name)
    })
    return { index, stop }
  }

  /** Who serves the group version, when it is another server. */
  remote(group: string, version: string): RemoteEntry | undefined {
    if (this.#remotes === 0) return undefined
    const entry = this.get(group, version)
    return entry && isRemote(entry) ? entry : undefined
  }

  get(group: string, version: string): ApiServiceEntry | undefined {
    return this.#entries.get(formatApiVersion({ group, version }))
  }

  /** Named as the APIService is. */
  named(name: string): ApiServiceEntry | undefined {
    const dot = name.indexOf('.')
    return this.get(name.slice(dot + 1), name.slice(0, dot))
  }

  all(): IterableIterator<ApiServiceEntry> {
    return this.#entries.values()
  }

  /** Calls `listener` with the name of each that changes or goes; answers with what ends that. */
  onChange(listener: (name: string) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #set(stored: Stored): string {
    const entry = entryOf(decodeStored(stored) as ApiService)
    const key = formatApiVersion(entry)
    const known = this.#entries.get(key)
    this.#remotes += Number(entry.remote !== undefined) - Number(known?.remote !== undefined)
    this.#entries.set(key, entry)
    return entry.name
  }

  #delete(stored: Stored): string {
    const entry = entryOf(decodeStored(stored) as ApiService)
    const key = formatApiVersion(entry)
    if (this.#entries.get(key)?.remote) this.#remotes--
    this.#entries.delete(key)
    return entry.name
  }
}

export function isRemote(entry: ApiServiceEntry): entry is RemoteEntry {
  return entry.remote !== undefined
}

function entryOf(object: ApiService): ApiServiceEntry {
  const { metadata, spec } = object
  const { group = '', version = '', service, groupPriorityMinimum = 0, versionPriority = 0 } = spec
  const condition = availableCondition(object)
  // The core group and that of APIServices are never another server's: nobody could put it right again.
  const mayBeRemote = service !== undefined && group !== '' && group !== ownGroup
  const { namespace = '', name = '', port = 443 } = service ?? {}
  const { caBundle = '', insecureSkipTLSVerify: insecure = false } = spec
  return {
    name: metadata.name ?? '',
    group,
    version,
    priority: { group: groupPriorityMinimum, version: versionPriority },
    automanaged: metadata.labels?.[automanagedLabel] !== undefined,
    remote: mayBeRemote ? { namespace, name, port, caBundle, insecure } : undefined,
    available: condition?.status === 'True',
    reason: condition?.reason,
  }
}
