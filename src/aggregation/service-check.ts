import { type ApiService, type ApiServiceCondition, availableCondition } from '../apis/apiregistration/api-service.js'
import type { WatchCache } from '../cache/watch-cache.js'
import { parseJson } from '../codec/json.js'
import { storeKey } from '../store/keys.js'
import type { RemoteEntry } from './api-service-index.js'

/** What a condition is to say. */
export type Verdict = Pick<ApiServiceCondition, 'status'> & { readonly reason: string; readonly message: string }

/** Nothing is wrong. */
export const allChecksPassed: Verdict = { status: 'True', reason: 'Passed', message: 'all checks passed' }

interface Service {
  readonly spec?: {
    readonly type?: string
    readonly ports?: readonly { readonly name?: string; readonly port: number }[]
  }
}

interface EndpointSlice {
  readonly metadata?: { readonly labels?: Readonly<Record<string, string>> }
  readonly ports?: readonly { readonly name?: string; readonly port?: number }[]
  readonly endpoints?: readonly { readonly addresses?: readonly string[]; readonly conditions?: { ready?: boolean } }[]
}

const unavailable = (reason: string, message: string): Verdict => ({ status: 'False', reason, message })

/** What is wrong with the way to another server, before it is asked; upstream's reasons and texts (API-SEMANTICS A81). */
export function serviceProblem(cache: Pick<WatchCache, 'peek' | 'peekAll'>, { remote }: RemoteEntry) {
  const { namespace, name, port } = remote
  const place = `service/${name} in "${namespace}"`
  const stored = cache.peek(storeKey('', 'services', namespace, name))
  if (!stored) return unavailable('ServiceNotFound', `${place} is not present`)
  const { spec = {} } = parseJson(stored.json) as Service
  if ((spec.type ?? 'ClusterIP') !== 'ClusterIP') return undefined
  const found = spec.ports?.find((one) => one.port === port)
  if (!found) return unavailable('ServicePortError', `${place} is not listening on port ${port}`)
  const slices = endpointSlicesOf(cache, namespace, name)
  if (slices.length === 0) return unavailable('EndpointsNotFound', `cannot find endpointslices for ${place}`)
  if (slices.some((slice) => hasAddress(slice, found.name ?? ''))) return undefined
  const why = `endpointslices for ${place} have no addresses with port name "${found.name ?? ''}"`
  return unavailable('MissingEndpoints', why)
}

function endpointSlicesOf(cache: Pick<WatchCache, 'peekAll'>, namespace: string, service: string): EndpointSlice[] {
  return cache
    .peekAll(storeKey('discovery.k8s.io', 'endpointslices', namespace))
    .map(({ json }) => parseJson(json) as EndpointSlice)
    .filter(({ metadata }) => metadata?.labels?.['kubernetes.io/service-name'] === service)
}

function hasAddress({ ports = [], endpoints = [] }: EndpointSlice, portName: string): boolean {
  const reachable = endpoints.some(
    ({ addresses = [], conditions }) => addresses.length > 0 && conditions?.ready !== false,
  )
  return reachable && ports.some(({ name = '' }) => name === portName)
}

/** The object with the condition set; the same object where it says so already. `now` is RFC 3339. */
export function withAvailable(object: ApiService, { status, reason, message }: Verdict, now: string): ApiService {
  const known = availableCondition(object)
  if (known?.status === status && known.reason === reason && known.message === message) return object
  const lastTransitionTime = known?.status === status ? (known.lastTransitionTime ?? now) : now
  const condition = { type: 'Available', status, lastTransitionTime, reason, message }
  const all = object.status?.conditions ?? []
  const conditions = known ? all.map((one) => (one === known ? condition : one)) : [...all, condition]
  return { ...object, status: { ...object.status, conditions } }
}
