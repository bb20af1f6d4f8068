import type { WatchCache } from '../cache/watch-cache.js'
import { parseJson } from '../codec/json.js'
import { quoteGo } from '../meta/go-quote.js'
import { storeKey } from '../store/keys.js'
import type { Stored } from '../store/store.js'

/** Where a Service's port leads to. */
export interface ServiceAddresses {
  /** @throws Error with upstream's text when it leads nowhere */
  resolve(namespace: string, name: string, port: number): { readonly host: string; readonly port: number }
}

interface ServicePort {
  readonly name?: string
  readonly port: number
}

interface Service {
  readonly spec?: { readonly type?: string; readonly externalName?: string; readonly ports?: readonly ServicePort[] }
}

interface EndpointSlice {
  readonly metadata?: { readonly labels?: Readonly<Record<string, string>> }
  readonly ports?: readonly { readonly name?: string; readonly port?: number }[]
  readonly endpoints?: readonly {
    readonly addresses?: readonly string[]
    readonly conditions?: { readonly ready?: boolean }
  }[]
}

/**
 * Resolves Services without a node: by their EndpointSlices, or by the external name. Virtual addresses lead nowhere
 * here. Of several endpoints each is taken in turn.
 */
export function serviceAddresses(cache: Pick<WatchCache, 'peek' | 'peekAll'>): ServiceAddresses {
  let turn = 0
  const known = new WeakMap<Stored, unknown>()
  /** Requests that are passed on ask for the same few again and again. */
  const decoded = <T>(stored: Stored): T => {
    const object = known.get(stored) ?? parseJson(stored.json)
    known.set(stored, object)
    return object as T
  }
  return {
    resolve(namespace, name, port) {
      const stored = cache.peek(storeKey('', 'services', namespace, name))
      if (!stored) throw new Error(`service ${quoteGo(name)} not found`)
      const { spec = {} } = decoded<Service>(stored)
      if (spec.type === 'ExternalName') return { host: spec.externalName ?? '', port }
      const found = spec.ports?.find((one) => one.port === port)
      if (!found) throw new Error(`no service port ${port} found for service ${quoteGo(name)}`)
      const slices = cache
        .peekAll(storeKey('discovery.k8s.io', 'endpointslices', namespace))
        .map((stored) => decoded<EndpointSlice>(stored))
        .filter(({ metadata }) => metadata?.labels?.['kubernetes.io/service-name'] === name)
      const addresses = slices.flatMap((slice) => addressesOf(slice, found.name ?? ''))
      const next = addresses[turn++ % Math.max(1, addresses.length)]
      if (!next) throw new Error(`no endpoints available for service ${quoteGo(name)}`)
      return next
    },
  }
}

function addressesOf(
  { ports = [], endpoints = [] }: EndpointSlice,
  portName: string,
): { host: string; port: number }[] {
  const port = ports.find(({ name = '' }) => name === portName)?.port
  if (port === undefined) return []
  return endpoints
    .filter(({ conditions }) => conditions?.ready !== false)
    .flatMap(({ addresses = [] }) => addresses.slice(0, 1).map((host) => ({ host, port })))
}
