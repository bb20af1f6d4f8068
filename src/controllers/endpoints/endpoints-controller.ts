import { jsonEquals } from '../../meta/json-equal.js'
import type { JsonObject, KubeObject } from '../../meta/object.js'
import { deleteObject } from '../../registry/delete.js'
import { decodeStored } from '../../store/encode.js'
import type { ControllerContext } from '../controller.js'
import { ensure } from '../ensure.js'
import { controllerWrite, ignoringNotFound } from '../write.js'
import {
  addressOf,
  familiesOf,
  hashOf,
  hasPlace,
  headlessLabel,
  hostnameOf,
  isHeadless,
  isReady,
  lastChange,
  lastChangeAnnotation,
  type Pod,
  type Port,
  podReference,
  portsIn,
  type Service,
  selectsPods,
} from './service-pods.js'
import { type Place, watchServices } from './watch-services.js'

const managedBy = 'endpoints.kubernetes.io/managed-by'
const overCapacity = 'endpoints.kubernetes.io/over-capacity'
const controller = 'endpoint-controller'
/** More addresses are for EndpointSlices. */
const capacity = 1000

interface Subset extends JsonObject {
  readonly addresses?: readonly JsonObject[]
  readonly notReadyAddresses?: readonly JsonObject[]
  readonly ports?: readonly Port[]
}

/** Keeps the Endpoints of Services that select pods, as kube-controller-manager's controller of that name does. */
export const endpointsController = watchServices({
  name: 'endpoints-controller',
  kept: { group: '', plural: 'endpoints' },
  serviceOf: (stored) =>
    stored.json.includes(`"${managedBy}":"${controller}"`) ? decodeStored(stored).metadata.name : undefined,
  look: async (context, service, place) => {
    if (!service) return remove(context, place)
    if (selectsPods(service)) await keep(context, service, place)
  },
})

async function remove({ backend, caller }: ControllerContext, { namespace, name }: Place): Promise<void> {
  const resource = backend.registry.stored('', 'endpoints')
  const stored = resource && backend.cache.peek(resource.key(namespace, name))
  if (!resource || !stored) return
  await ignoringNotFound(deleteObject(backend, caller, { resource, namespace, name }, { dryRun: false }))
}

async function keep(context: ControllerContext, service: Service, { namespace, name, pods }: Place): Promise<void> {
  const resource = context.backend.registry.stored('', 'endpoints')
  if (!resource) return
  const all = subsetsOf(service, pods)
  const count = (subsets: readonly Subset[]) =>
    subsets.reduce((sum, one) => sum + (one.addresses?.length ?? 0) + (one.notReadyAddresses?.length ?? 0), 0)
  const isOver = count(all) > capacity
  const subsets = isOver ? firstOf(all, capacity) : all
  const labels = {
    ...service.metadata.labels,
    ...(isHeadless(service) ? { [headlessLabel]: '' } : {}),
    [managedBy]: controller,
  }
  const time = lastChange(service, pods)
  const annotations = (current: KubeObject['metadata']) => {
    const { [lastChangeAnnotation]: _t, [overCapacity]: _o, ...others } = current.annotations ?? {}
    return { ...others, [lastChangeAnnotation]: time, ...(isOver ? { [overCapacity]: 'truncated' } : {}) }
  }
  const { apiVersion, kind } = resource
  const object = { apiVersion, kind, metadata: { name, labels, annotations: annotations({}) }, subsets }
  const correct = (current: KubeObject) => {
    const isRight =
      jsonEquals(current.subsets ?? [], subsets) &&
      jsonEquals(current.metadata.labels ?? {}, labels) &&
      (current.metadata.annotations?.[overCapacity] !== undefined) === isOver
    if (isRight) return current
    const metadata = { ...current.metadata, labels, annotations: annotations(current.metadata) }
    return { ...current, metadata, subsets }
  }
  await ensure(context, { resource, namespace, object, write: controllerWrite, correct })
}

/** Addresses with the same ports stand together, and each once; in the order of ports and addresses. */
function subsetsOf(service: Service, pods: readonly Pod[]): Subset[] {
  const [family = 'IPv4'] = familiesOf(service, pods)
  const evenUnready = service.spec?.publishNotReadyAddresses === true
  const byPorts = new Map<string, { ports: Port[]; ready: JsonObject[]; notReady: JsonObject[] }>()
  for (const pod of pods) {
    const ip = hasPlace(pod, evenUnready) ? addressOf(pod, family) : undefined
    const ports = [...portsIn(pod, service)].sort((a, b) => a.port - b.port || (a.name < b.name ? -1 : 1))
    const hasNone = ports.length === 0
    if (ip === undefined || (hasNone && ((service.spec?.ports?.length ?? 0) > 0 || !isHeadless(service)))) continue
    const key = hashOf(ports)
    const subset = byPorts.get(key) ?? { ports: ports.map(withoutEmptyName), ready: [], notReady: [] }
    byPorts.set(key, subset)
    const [hostname, nodeName] = [hostnameOf(pod, service), pod.spec?.nodeName]
    const address = {
      ip,
      ...(hostname ? { hostname } : {}),
      ...(nodeName ? { nodeName } : {}),
      targetRef: podReference(pod),
    }
    ;(evenUnready || isReady(pod) ? subset.ready : subset.notReady).push(address)
  }
  return [...byPorts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { ports, ready, notReady }]) => ({
      ...(ready.length > 0 ? { addresses: inOrder(ready) } : {}),
      ...(notReady.length > 0 ? { notReadyAddresses: inOrder(notReady) } : {}),
      ...(ports.length > 0 ? { ports } : {}),
    }))
}

function withoutEmptyName({ name, ...port }: Port): Port {
  return (name === '' ? port : { name, ...port }) as Port
}

function inOrder(addresses: readonly JsonObject[]): JsonObject[] {
  return [...addresses].sort((a, b) => (String(a.ip) < String(b.ip) ? -1 : 1))
}

/** Those that are ready come first. */
function firstOf(subsets: readonly Subset[], room: number): Subset[] {
  let left = room
  const take = (addresses: readonly JsonObject[] = []) => {
    const taken = addresses.slice(0, left)
    left -= taken.length
    return taken
  }
  const ready = subsets.map(({ addresses }) => take(addresses))
  return subsets.flatMap(({ notReadyAddresses, ports }, i) => {
    const [addresses, others] = [ready[i] ?? [], take(notReadyAddresses)]
    if (addresses.length + others.length === 0) return []
    return [
      {
        ...(addresses.length > 0 ? { addresses } : {}),
        ...(others.length > 0 ? { notReadyAddresses: others } : {}),
        ...(ports ? { ports } : {}),
      },
    ]
  })
}
