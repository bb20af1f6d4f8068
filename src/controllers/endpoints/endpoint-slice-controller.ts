import { jsonEquals } from '../../meta/json-equal.js'
import type { JsonObject, KubeObject } from '../../meta/object.js'
import { create } from '../../registry/create.js'
import { deleteObject } from '../../registry/delete.js'
import type { Resource } from '../../registry/resource.js'
import { update } from '../../registry/update.js'
import { decodeStored } from '../../store/encode.js'
import type { ControllerContext } from '../controller.js'
import { controllerWrite, ignoringNotFound, isNamespaceGone } from '../write.js'
import { type Division, divide, type Endpoint, type Group, type Slice } from './divide-slices.js'
import {
  addressOf,
  familiesOf,
  hasPlace,
  headlessLabel,
  hostnameOf,
  isHeadless,
  isReady,
  lastChange,
  lastChangeAnnotation,
  type Pod,
  podReference,
  portsIn,
  type Service,
  selectsPods,
} from './service-pods.js'
import { type Place, watchServices } from './watch-services.js'

const serviceLabel = 'kubernetes.io/service-name'
const managedBy = 'endpointslice.kubernetes.io/managed-by'
const controller = 'endpointslice-controller.k8s.io'
const reserved = [serviceLabel, managedBy, headlessLabel]

/** Keeps the EndpointSlices of Services that select pods, as kube-controller-manager's controller of that name does. */
export const endpointSliceController = watchServices({
  name: 'endpointslice-controller',
  kept: { group: 'discovery.k8s.io', plural: 'endpointslices' },
  serviceOf: (stored) =>
    stored.json.includes(`"${managedBy}":"${controller}"`)
      ? decodeStored(stored).metadata.labels?.[serviceLabel]
      : undefined,
  look: async (context, service, place) => {
    const resource = context.backend.registry.stored('discovery.k8s.io', 'endpointslices')
    // What a Service that is gone leaves is for the collector of garbage.
    if (resource && service && selectsPods(service)) await keep(context, resource, service, place)
  },
})

async function keep(context: ControllerContext, resource: Resource, service: Service, place: Place): Promise<void> {
  const { backend, caller } = context
  const { namespace, pods } = place
  const existing = slicesOf(context, resource, place)
  const families = familiesOf(service, pods)
  const divisions = families.map((family) => {
    const own = existing.filter(({ addressType }) => addressType === family)
    return divide(own, groupsOf(service, pods, family, nodeZones(context)), family)
  })
  const strange = existing.filter(({ addressType }) => !families.includes(addressType))
  const { make, change, remove }: Division = {
    make: divisions.flatMap((one) => one.make),
    change: divisions.flatMap((one) => one.change),
    remove: [...divisions.flatMap((one) => one.remove), ...strange],
  }
  const metadata = metadataOf(service, lastChange(service, pods))
  for (const content of make) {
    const { apiVersion, kind } = resource
    const generateName = `${service.metadata.name}-`
    const object = { apiVersion, kind, metadata: { ...metadata, generateName }, ...content }
    await create(backend, caller, { resource, namespace }, object, controllerWrite).catch((error: unknown) => {
      if (!isNamespaceGone(error)) throw error
    })
  }
  for (const [slice, { endpoints, ports }] of change) {
    const correct = (current: KubeObject) => corrected(current, { endpoints, ports }, metadata)
    if (corrected(slice, { endpoints, ports }, metadata) === slice) continue
    const target = { resource, namespace, name: slice.metadata.name ?? '', subresource: '' } as const
    await ignoringNotFound(update(backend, caller, target, controllerWrite, correct))
  }
  for (const {
    metadata: { name = '', uid = '' },
  } of remove) {
    const options = { dryRun: false, preconditions: { uid } }
    await ignoringNotFound(deleteObject(backend, caller, { resource, namespace, name }, options))
  }
}

/** Those the controller made for the Service, or for one of its name that is gone. */
function slicesOf({ backend: { cache } }: ControllerContext, resource: Resource, { namespace, name }: Place): Slice[] {
  return cache
    .peekAll(resource.prefix(namespace))
    .filter(({ json }) => json.includes(`"${managedBy}":"${controller}"`))
    .map((stored) => decodeStored(stored) as Slice)
    .filter(({ metadata }) => metadata.labels?.[serviceLabel] === name && metadata.deletionTimestamp === undefined)
}

/** Only a difference that counts is written: the time of the last change is none. */
function corrected(
  slice: KubeObject,
  content: { readonly endpoints: readonly Endpoint[]; readonly ports: readonly JsonObject[] },
  { labels, annotations, ownerReferences }: ReturnType<typeof metadataOf>,
): KubeObject {
  const isRight =
    jsonEquals(slice.endpoints ?? [], content.endpoints) &&
    jsonEquals(slice.metadata.labels ?? {}, labels) &&
    slice.metadata.ownerReferences?.some(({ uid }) => uid === ownerReferences[0]?.uid)
  if (isRight) return slice
  const metadata = {
    ...slice.metadata,
    labels,
    annotations: { ...slice.metadata.annotations, ...annotations },
    ownerReferences,
  }
  return { ...slice, ...content, metadata }
}

function metadataOf(service: Service, time: string) {
  const { name = '', uid = '', labels = {} } = service.metadata
  const own = Object.entries(labels).filter(([key]) => !reserved.includes(key))
  return {
    labels: {
      ...Object.fromEntries(own),
      ...(isHeadless(service) ? { [headlessLabel]: '' } : {}),
      [serviceLabel]: name,
      [managedBy]: controller,
    },
    annotations: { [lastChangeAnnotation]: time },
    ownerReferences: [{ apiVersion: 'v1', kind: 'Service', name, uid, controller: true, blockOwnerDeletion: true }],
  }
}

/** Pods with the same ports. A pod on a node that is not known counts as well: there may be none at all. */
function groupsOf(
  service: Service,
  pods: readonly Pod[],
  family: string,
  zones: (node: string) => string | undefined,
): Group[] {
  const groups = new Map<string, { ports: JsonObject[]; endpoints: Endpoint[] }>()
  for (const pod of pods) {
    const address = hasPlace(pod, true) ? addressOf(pod, family) : undefined
    if (address === undefined) continue
    const ports = portsIn(pod, service)
    const key = JSON.stringify(ports)
    const group = groups.get(key) ?? { ports, endpoints: [] }
    groups.set(key, group)
    group.endpoints.push(endpointOf(pod, service, address, zones))
  }
  return [...groups.values()]
}

function endpointOf(
  pod: Pod,
  service: Service,
  address: string,
  zones: (node: string) => string | undefined,
): Endpoint {
  const serving = isReady(pod)
  const terminating = pod.metadata.deletionTimestamp !== undefined
  const ready = service.spec?.publishNotReadyAddresses === true || (serving && !terminating)
  const [hostname, nodeName] = [hostnameOf(pod, service), pod.spec?.nodeName]
  const zone = nodeName ? zones(nodeName) : undefined
  return {
    addresses: [address],
    conditions: { ready, serving, terminating },
    ...(hostname ? { hostname } : {}),
    targetRef: podReference(pod),
    ...(nodeName ? { nodeName } : {}),
    ...(zone ? { zone } : {}),
  }
}

function nodeZones({ backend: { cache, registry } }: ControllerContext): (node: string) => string | undefined {
  const nodes = registry.stored('', 'nodes')
  return (node) => {
    const stored = nodes && cache.peek(nodes.key('', node))
    return stored && decodeStored(stored).metadata.labels?.['topology.kubernetes.io/zone']
  }
}
