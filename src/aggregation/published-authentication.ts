import { setTimeout as pause } from 'node:timers/promises'
import type { FrontProxyOptions } from '../auth/front-proxy.js'
import { parseJson } from '../codec/json.js'
import { quoteGo } from '../meta/go-quote.js'
import type { Log } from '../meta/log.js'
import type { Client } from '../reconcile/client.js'

/** Whom the server in front believes, and what it says in which headers; certificates are PEM, '' for none. */
export interface PublishedAuthentication {
  readonly clientCa: string
  readonly frontProxyCa: string
  readonly frontProxy: FrontProxyOptions
}

const name = 'extension-apiserver-authentication'
const path = '/api/v1/namespaces/kube-system/configmaps'
const fieldSelector = `metadata.name=${name}`

/** How long is waited after a failure, in milliseconds: longer each time. */
const [firstRetry, slowestRetry] = [250, 30_000]

interface ConfigMap {
  readonly data?: Readonly<Record<string, string>>
}

interface ConfigMapList {
  readonly metadata: { readonly resourceVersion: string }
  readonly items: readonly ConfigMap[]
}

interface WatchEvent {
  readonly type: string
  readonly object: ConfigMap
}

/**
 * Follows the ConfigMap that a kube-apiserver publishes for servers behind it (API-SEMANTICS A05) until `signal`: `use` is
 * called with what it says now, and again when it says something else.
 */
export async function followAuthentication(
  client: Client,
  use: (published: PublishedAuthentication) => Promise<void>,
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  let retry = firstRetry
  while (!signal.aborted) {
    try {
      const { items, metadata } = await client.request<ConfigMapList>('GET', path, { query: { fieldSelector }, signal })
      for (const { data = {} } of items) await use(publishedIn(data))
      retry = firstRetry
      const query = { watch: true, fieldSelector, resourceVersion: metadata.resourceVersion }
      for await (const line of client.lines(path, { query, signal })) {
        const { type, object } = parseJson(line) as WatchEvent
        if (type === 'ERROR') break
        if (type !== 'DELETED' && type !== 'BOOKMARK') await use(publishedIn(object.data ?? {}))
      }
    } catch (error) {
      if (signal.aborted) return
      log.warn(`configmap ${quoteGo(`kube-system/${name}`)} can't be read`, { reason: (error as Error).message })
    }
    await pause(retry, undefined, { signal }).catch(() => {})
    retry = Math.min(retry * 2, slowestRetry)
  }
}

function publishedIn(data: Readonly<Record<string, string>>): PublishedAuthentication {
  const list = (key: string): string[] => {
    const value: unknown = JSON.parse(data[`requestheader-${key}`] || '[]')
    return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
  }
  return {
    clientCa: data['client-ca-file'] ?? '',
    frontProxyCa: data['requestheader-client-ca-file'] ?? '',
    frontProxy: {
      allowedNames: list('allowed-names'),
      usernameHeaders: list('username-headers'),
      uidHeaders: list('uid-headers'),
      groupHeaders: list('group-headers'),
      extraHeaderPrefixes: list('extra-headers-prefix'),
    },
  }
}
