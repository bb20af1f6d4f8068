import type { KubeObject } from '../../../meta/object.js'

/** The parts of core/v1 Service that are looked into here; typed decoding has made sure of the types. */
export interface Service extends KubeObject {
  spec: ServiceSpec
  status: { loadBalancer?: { ingress?: readonly Ingress[] } }
}

export interface ServiceSpec {
  type?: string
  ports?: ServicePort[]
  selector?: Readonly<Record<string, string>>
  clusterIP?: string
  clusterIPs?: string[]
  ipFamilies?: string[]
  ipFamilyPolicy?: string
  externalIPs?: readonly string[]
  externalName?: string
  externalTrafficPolicy?: string
  internalTrafficPolicy?: string
  trafficDistribution?: string
  healthCheckNodePort?: number
  loadBalancerIP?: string
  loadBalancerClass?: string
  loadBalancerSourceRanges?: readonly string[]
  allocateLoadBalancerNodePorts?: boolean
  sessionAffinity?: string
  sessionAffinityConfig?: { readonly clientIP?: { readonly timeoutSeconds?: number } }
}

export interface ServicePort {
  name?: string
  port: number
  protocol?: string
  targetPort?: number | string
  nodePort?: number
  appProtocol?: string
}

export interface Ingress {
  ip?: string
  hostname?: string
  ipMode?: string
  ports?: readonly { readonly port: number; readonly protocol: string }[]
}

export function isHeadless({ clusterIPs = [] }: ServiceSpec): boolean {
  return clusterIPs.length === 1 && clusterIPs[0] === 'None'
}

/** Whether it has ports on each node. */
export function needsNodePorts({ type }: ServiceSpec): boolean {
  return type === 'NodePort' || type === 'LoadBalancer'
}

/** Whether it can be reached from outside, so that `externalTrafficPolicy` has a meaning. */
export function isExternallyAccessible(spec: ServiceSpec): boolean {
  return needsNodePorts(spec) || (spec.type === 'ClusterIP' && (spec.externalIPs?.length ?? 0) > 0)
}

/** Whether a port is there for load balancers to ask a node whether it has endpoints. */
export function needsHealthCheck({ type, externalTrafficPolicy }: ServiceSpec): boolean {
  return type === 'LoadBalancer' && externalTrafficPolicy === 'Local'
}
