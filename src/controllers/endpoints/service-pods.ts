import { createHash } from 'node:crypto'
import type { JsonObject, KubeObject } from '../../meta/object.js'

export interface Service extends KubeObject {
  readonly spec?: {
    readonly type?: string
    readonly selector?: Readonly<Record<string, string>>
    readonly clusterIP?: string
    readonly ipFamilies?: readonly string[]
    readonly ports?: readonly ServicePort[]
    readonly publishNotReadyAddresses?: boolean
  }
}

interface ServicePort {
  readonly name?: string
  readonly protocol?: string
  readonly port: number
  readonly targetPort?: number | string
  readonly appProtocol?: string
}

interface Container {
  readonly restartPolicy?: string
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number; readonly protocol?: string }[]
}

export interface Pod extends KubeObject {
  readonly spec?: {
    readonly nodeName?: string
    readonly hostname?: string
    readonly subdomain?: string
    readonly containers?: readonly Container[]
    readonly initContainers?: readonly Container[]
  }
  readonly status?: {
    readonly phase?: string
    readonly podIP?: string
    readonly podIPs?: readonly { readonly ip: string }[]
    readonly conditions?: readonly {
      readonly type: string
      readonly status: string
      readonly lastTransitionTime?: string
    }[]
  }
}

/** Where a port of a Service leads to in a pod. */
export interface Port extends JsonObject {
  readonly name: string
  readonly port: number
  readonly protocol: string
}

export const headlessLabel = 'service.kubernetes.io/headless'
export const lastChangeAnnotation = 'endpoints.kubernetes.io/last-change-trigger-time'

/** Whether these controllers keep a Service's endpoints: others' are for who makes them. */
export function selectsPods({ spec = {} }: Service): boolean {
  return spec.selector !== undefined && spec.type !== 'ExternalName'
}

/** As a label selector of `key=value` pairs; an empty one selects all. */
export function isSelected(selector: Readonly<Record<string, string>>, { metadata: { labels = {} } }: KubeObject) {
  return Object.entries(selector).every(([key, value]) => labels[key] === value)
}

export const isHeadless = ({ spec = {} }: Service) => spec.clusterIP === 'None' || !spec.clusterIP

export function isReady({ status = {} }: Pod): boolean {
  return status.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false
}

/** Neither a pod that has ended, nor one without an address; one that is on its way out only where it is asked for. */
export function hasPlace({ metadata, status = {} }: Pod, withTerminating: boolean): boolean {
  if (status.phase === 'Succeeded' || status.phase === 'Failed') return false
  if (!status.podIP && !status.podIPs?.length) return false
  return withTerminating || metadata.deletionTimestamp === undefined
}

const familyOf = (ip: string) => (ip.includes(':') ? 'IPv6' : 'IPv4')

/** The families of addresses a Service is for, its first one first. */
export function familiesOf({ spec = {} }: Service, pods: readonly Pod[]): readonly string[] {
  if (spec.ipFamilies?.length) return spec.ipFamilies
  const known = spec.clusterIP && spec.clusterIP !== 'None' ? spec.clusterIP : pods[0]?.status?.podIP
  return [familyOf(known ?? '')]
}

/** A pod's address in a family; undefined: it has none. */
export function addressOf({ status = {} }: Pod, family: string): string | undefined {
  const all = status.podIPs?.map(({ ip }) => ip) ?? (status.podIP ? [status.podIP] : [])
  return all.find((ip) => familyOf(ip) === family)
}

/** Where each port of the Service leads to in the pod; those whose name no container has are left out. */
export function portsIn(pod: Pod, { spec = {} }: Service): (Port & { readonly appProtocol?: string })[] {
  return (spec.ports ?? []).flatMap(({ name = '', protocol = 'TCP', port, targetPort = port, appProtocol }) => {
    const found = typeof targetPort === 'number' ? targetPort : namedPort(pod, targetPort, protocol)
    if (found === undefined) return []
    return [{ name, port: found, protocol, ...(appProtocol === undefined ? {} : { appProtocol }) }]
  })
}

function namedPort({ spec = {} }: Pod, name: string, protocol: string): number | undefined {
  const sidecars = spec.initContainers?.filter(({ restartPolicy }) => restartPolicy === 'Always') ?? []
  const ports = [...(spec.containers ?? []), ...sidecars].flatMap((container) => container.ports ?? [])
  return ports.find((port) => port.name === name && (port.protocol ?? 'TCP') === protocol)?.containerPort
}

/** Which pod it is, as an endpoint names it. */
export function podReference({ metadata: { namespace = '', name = '', uid = '' } }: Pod): JsonObject {
  return { kind: 'Pod', namespace, name, uid }
}

/** A pod's own name in a Service that pods are found through one by one. */
export function hostnameOf({ spec = {} }: Pod, { metadata }: Service): string | undefined {
  return spec.hostname && spec.subdomain === metadata.name ? spec.hostname : undefined
}

/** When the newest of what endpoints come of was as it is: the Service, and whether its pods are ready. RFC 3339. */
export function lastChange({ metadata }: Service, pods: readonly Pod[]): string {
  const times = pods.flatMap(({ status }) =>
    (status?.conditions ?? []).flatMap(({ type, lastTransitionTime }) =>
      type === 'Ready' && lastTransitionTime ? [lastTransitionTime] : [],
    ),
  )
  return [metadata.creationTimestamp ?? '', ...times].sort().at(-1) ?? ''
}

/** A name for any value: equal ones have equal names. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex')
}
