import type { KubeObject } from '../../../meta/object.js'
import { formatLabels } from '../../../meta/selector-object.js'
import type { BuiltinKind } from '../../builtin-kind.js'
import { age } from '../../cells.js'
import { cidrWarnings, ipWarnings } from '../../ip-checks.js'
import { serviceProxy } from '../pods/connect.js'
import { setIpFamilies } from './ip-families.js'
import { dropForType, keepAllocated, syncClusterIps, validateServiceChange } from './service-changes.js'
import { isExternallyAccessible, isHeadless, type Service, type ServiceSpec } from './service-spec.js'
import { validateAddresses, validateService } from './validate-service.js'
import { validateLoadBalancer } from './validate-traffic.js'

const asService = (object: KubeObject) => object as Service
const none = '<none>'
/** Three hours. */
const defaultAffinitySeconds = 10800
const topologyHints = 'service.kubernetes.io/topology-aware-hints'

/** core/v1 Service. Addresses and node ports are given by who owns their ranges. */
export const services: BuiltinKind = {
  defaults: {
    'core.v1.Service': { set: (service) => setServiceDefaults(service as unknown as Service) },
  },
  strategy: {
    prepareForCreate: (service) => {
      syncClusterIps(asService(service).spec, undefined)
      setIpFamilies(asService(service).spec)
    },
    prepareForUpdate: (service, old, subresource) => {
      if (subresource === 'status') return
      keepAllocated(asService(service).spec, asService(old).spec)
      syncClusterIps(asService(service).spec, asService(old).spec)
      dropForType(asService(service), asService(old))
      setIpFamilies(asService(service).spec)
    },
    validate: (service, update) =>
      update?.subresource === 'status'
        ? validateLoadBalancer(asService(service), asService(update.old))
        : validateService(asService(service), update && asService(update.old)),
    validateUpdate: (service, old, subresource) =>
      subresource === 'status' || validateAddresses(asService(service).spec, asService(old).spec).length > 0
        ? []
        : validateServiceChange(asService(service).spec, asService(old).spec),
    warnings: (service) => serviceWarnings(asService(service)),
  },
  subresources: { custom: { proxy: serviceProxy } },
  cells: {
    Type: (service) => asService(service).spec.type ?? '',
    'Cluster-IP': (service) => asService(service).spec.clusterIP || none,
    'External-IP': (service) => externalIps(asService(service)),
    'Port(s)': (service) => formatPorts(asService(service).spec),
    Age: age,
    Selector: (service) => formatLabels(asService(service).spec.selector),
  },
}

function setServiceDefaults({ spec, status }: Service): void {
  spec.sessionAffinity ||= 'None'
  if (spec.sessionAffinity === 'None') delete spec.sessionAffinityConfig
  if (spec.sessionAffinity === 'ClientIP' && spec.sessionAffinityConfig?.clientIP?.timeoutSeconds === undefined) {
    spec.sessionAffinityConfig = { clientIP: { timeoutSeconds: defaultAffinitySeconds } }
  }
  spec.type ||= 'ClusterIP'
  for (const port of spec.ports ?? []) {
    port.protocol ||= 'TCP'
    port.targetPort ||= port.port
  }
  if (isExternallyAccessible(spec)) spec.externalTrafficPolicy ||= 'Cluster'
  if (['ClusterIP', 'NodePort', 'LoadBalancer'].includes(spec.type)) spec.internalTrafficPolicy ??= 'Cluster'
  if (spec.type !== 'LoadBalancer') return
  spec.allocateLoadBalancerNodePorts ??= true
  for (const ingress of status?.loadBalancer?.ingress ?? []) if (ingress.ip) ingress.ipMode ??= 'VIP'
}

function serviceWarnings({ metadata, spec, status }: Service): string[] {
  const { externalIPs = [], clusterIPs = [], loadBalancerIP, loadBalancerSourceRanges = [], type } = spec
  const found: string[] = []
  if (Object.hasOwn(metadata.annotations ?? {}, topologyHints)) {
    found.push(`annotation ${topologyHints} is deprecated, please use service.kubernetes.io/topology-mode instead`)
  }
  const headless = type === 'ClusterIP' && isHeadless(spec)
  if (!headless) found.push(...clusterIPs.flatMap((ip, i) => ipWarnings(ip, `spec.clusterIPs[${i}]`)))
  if (headless && loadBalancerIP) found.push('spec.loadBalancerIP is ignored for headless services')
  if (headless && externalIPs.length > 0) found.push('spec.externalIPs is ignored for headless services')
  if (headless && spec.sessionAffinity !== 'None') found.push('spec.SessionAffinity is ignored for headless services')
  found.push(...externalIPs.flatMap((ip, i) => ipWarnings(ip, `spec.externalIPs[${i}]`)))
  if (externalIPs.length > 0 && !headless && type !== 'ExternalName') {
    found.push('spec.externalIPs is deprecated and may no longer be implemented in some clusters')
  }
  if (loadBalancerIP) found.push(...ipWarnings(loadBalancerIP, 'spec.loadBalancerIP'))
  found.push(
    ...loadBalancerSourceRanges.flatMap((cidr, i) => cidrWarnings(cidr, `spec.loadBalancerSourceRanges[${i}]`)),
  )
  if (type === 'ExternalName' && externalIPs.length > 0) {
    found.push('spec.externalIPs is ignored when spec.type is "ExternalName"')
  }
  if (type !== 'ExternalName' && spec.externalName) {
    found.push('spec.externalName is ignored when spec.type is not "ExternalName"')
  }
  if (spec.trafficDistribution === 'PreferClose') {
    found.push('spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"')
  }
  const { ingress = [] } = status?.loadBalancer ?? {}
  return [...found, ...ingress.flatMap(({ ip }, i) => (ip ? ipWarnings(ip, `status.loadBalancer.ingress[${i}]`) : []))]
}

function externalIps({ spec, status }: Service): string {
  const { externalIPs = [] } = spec
  const join = (ips: readonly string[]) => ips.join(',') || none
  switch (spec.type) {
    case 'LoadBalancer': {
      const given = (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || hostname || '')
      const all = [...new Set(given.filter((name) => name !== ''))].sort()
      if (externalIPs.length > 0) return [...all, ...externalIPs].join(',')
      return all.join(',') || '<pending>'
    }
    case 'ExternalName':
      return spec.externalName ?? ''
    default:
      return join(externalIPs)
  }
}

function formatPorts({ ports = [] }: ServiceSpec): string {
  if (ports.length === 0) return none
  return ports.map(({ port, nodePort, protocol }) => `${port}${nodePort ? `:${nodePort}` : ''}/${protocol}`).join(',')
}
