import { networkInterfaces } from 'node:os'
import { ipNumber } from '../meta/number-range.js'
import { isJsonObject, type JsonObject, type KubeObject } from '../meta/object.js'
import { plainWrite } from '../registry/options.js'
import type { Resource } from '../registry/resource.js'
import type { Controller, ControllerContext } from './controller.js'
import { ensure } from './ensure.js'
import { WorkerPool } from './worker-pool.js'

export interface KubernetesServiceOptions {
  /** What clients in the cluster would ask for: the first address of the services' range. */
  readonly clusterIp: string
  /** Where the server listens. */
  readonly address: string
  readonly port: number
}

const namespace = 'default'
const name = 'kubernetes'
/** Upstream's server makes these itself, whatever controllers run. */
const write = { ...plainWrite, fieldManager: 'kube-apiserver' }

/** Keeps the Service `kubernetes` and its EndpointSlice and Endpoints, as upstream's server does (API-SEMANTICS B04). */
export function kubernetesService(options: KubernetesServiceOptions): Controller {
  return {
    async start(context) {
      const { cache } = context.backend
      const objects = objectsOf(context, options)
      const queue = new WorkerPool(
        { name: 'kubernetes-service', log: context.log, workers: 1, rests: context.hasUnreadFiles },
        async (key) => {
          const wanted = objects.get(key)
          if (wanted) await ensure(context, { ...wanted, namespace, write })
          return undefined
        },
      )
      const stops = [...objects.keys()].map((key) => {
        queue.add(key)
        return cache.watch(key, cache.revision, () => queue.add(key))
      })
      return async () => {
        for (const stop of stops) stop()
        await queue.stop()
      }
    },
  }
}

interface Kept {
  readonly resource: Resource
  readonly object: KubeObject
  correct?(current: KubeObject): KubeObject
}

/** By key. */
function objectsOf({ backend }: ControllerContext, options: KubernetesServiceOptions): Map<string, Kept> {
  const { clusterIp, port } = options
  const { registry } = backend
  const kept = new Map<string, Kept>()
  const keep = (resource: Resource | undefined, content: JsonObject, correct?: Kept['correct']) => {
    if (!resource) return
    const { metadata, ...rest } = content
    const { apiVersion, kind } = resource
    const object = { apiVersion, kind, metadata: { ...(isJsonObject(metadata) ? metadata : {}), name }, ...rest }
    kept.set(resource.key(namespace, name), { resource, object, ...(correct ? { correct } : {}) })
  }
  const ports = [{ name: 'https', protocol: 'TCP', port: 443, targetPort: port }]
  const labels = { provider: 'kubernetes', component: 'apiserver' }
  const spec = {
    type: 'ClusterIP',
    clusterIP: clusterIp,
    ipFamilyPolicy: 'SingleStack',
    sessionAffinity: 'None',
    ports,
  }
  keep(registry.stored('', 'services'), { metadata: { labels }, spec }, (current) => ({
    ...current,
    spec: { ...(isJsonObject(current.spec) ? current.spec : {}), ports },
  }))
  const ip = publicAddress(options.address)
  if (ip === undefined) return kept
  const endpointPorts = [{ name: 'https', port, protocol: 'TCP' }]
  keep(registry.stored('', 'endpoints'), {
    metadata: { labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } },
    subsets: [{ addresses: [{ ip }], ports: endpointPorts }],
  })
  keep(registry.stored('discovery.k8s.io', 'endpointslices'), {
    metadata: { labels: { 'kubernetes.io/service-name': name } },
    addressType: 'IPv4',
    endpoints: [{ addresses: [ip], conditions: { ready: true } }],
    ports: endpointPorts,
  })
  return kept
}

/** Endpoints can't be loopback addresses: then, as upstream, the machine's first other IPv4 address stands for it. */
function publicAddress(address: string): string | undefined {
  const isUsable = ipNumber(address) !== undefined && !address.startsWith('127.') && address !== '0.0.0.0'
  if (isUsable) return address
  return Object.values(networkInterfaces())
    .flatMap((addresses = []) => addresses)
    .find(({ family, internal }) => family === 'IPv4' && !internal)?.address
}
