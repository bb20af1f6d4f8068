import { type FieldError, fieldError } from '../../../meta/field-error.js'
import { parseIpAddress } from '../../../meta/ip-address.js'
import { qualifiedNameErrors, subdomainErrors } from '../../../meta/names.js'
import { checkOneOf, checkPortNumber, each, invalidBy } from '../../field-checks.js'
import { checkCidr, checkIp } from '../../ip-checks.js'
import { isExternallyAccessible, needsHealthCheck, type Service, type ServiceSpec } from './service-spec.js'

const distributions = ['PreferClose', 'PreferSameZone', 'PreferSameNode']
const onlyLoadBalancers = "may only be used when `type` is 'LoadBalancer'"
const sourceRanges = 'service.beta.kubernetes.io/load-balancer-source-ranges'

/** Who a load balancer lets in. */
export function validateSourceRanges(
  { type, loadBalancerSourceRanges = [] }: ServiceSpec,
  annotations: Readonly<Record<string, string>> = {},
  old: Service | undefined,
): FieldError[] {
  const refused = (path: string) => (type === 'LoadBalancer' ? [] : [fieldError.forbidden(path, onlyLoadBalancers)])
  if (loadBalancerSourceRanges.length > 0) {
    const path = 'spec.LoadBalancerSourceRanges'
    const before = old?.spec.loadBalancerSourceRanges?.map((range) => range.trim())
    return [...refused(path), ...each(loadBalancerSourceRanges, path, (cidr, at) => checkCidr(cidr.trim(), at, before))]
  }
  const text = annotations[sourceRanges]
  if (text === undefined) return []
  const path = `metadata.annotations[${sourceRanges}]`
  const changed = text !== old?.metadata.annotations?.[sourceRanges] && text.trim() !== ''
  const cidrs = changed ? text.trim().split(',') : []
  return [...refused(path), ...cidrs.flatMap((cidr) => checkCidr(cidr.trim(), path))]
}

/** What only a load balancer has. */
export function validateLoadBalancerFields({
  type,
  allocateLoadBalancerNodePorts,
  loadBalancerClass,
}: ServiceSpec): FieldError[] {
  const found: FieldError[] = []
  const isLoadBalancer = type === 'LoadBalancer'
  if (allocateLoadBalancerNodePorts !== undefined && !isLoadBalancer) {
    found.push(fieldError.forbidden('spec.allocateLoadBalancerNodePorts', onlyLoadBalancers))
  }
  if (loadBalancerClass === undefined) return found
  const path = 'spec.loadBalancerClass'
  if (!isLoadBalancer) return [...found, fieldError.forbidden(path, onlyLoadBalancers)]
  return [...found, ...invalidBy(path, loadBalancerClass, qualifiedNameErrors(loadBalancerClass))]
}

/** Which endpoints traffic goes to. */
export function validateTrafficPolicies(spec: ServiceSpec): FieldError[] {
  const { externalTrafficPolicy, internalTrafficPolicy, trafficDistribution, healthCheckNodePort } = spec
  const choices = ['Cluster', 'Local']
  const found: FieldError[] = []
  const path = 'spec.externalTrafficPolicy'
  if (isExternallyAccessible(spec)) found.push(...checkOneOf(externalTrafficPolicy, choices, path))
  else if (externalTrafficPolicy) {
    const why = 'may only be set for externally-accessible services'
    found.push(fieldError.invalid(path, externalTrafficPolicy, why))
  }
  if (healthCheckNodePort && needsHealthCheck(spec)) {
    found.push(...checkPortNumber(healthCheckNodePort, 'spec.healthCheckNodePort'))
  } else if (healthCheckNodePort) {
    const why = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"
    found.push(fieldError.invalid('spec.healthCheckNodePort', healthCheckNodePort, why))
  }
  if (internalTrafficPolicy !== undefined && !choices.includes(internalTrafficPolicy)) {
    found.push(fieldError.notSupported('spec.internalTrafficPolicy', internalTrafficPolicy, choices))
  }
  if (trafficDistribution !== undefined && !distributions.includes(trafficDistribution)) {
    found.push(fieldError.notSupported('spec.trafficDistribution', trafficDistribution, distributions))
  }
  return found
}

/** What is wrong with where a load balancer says it listens. */
export function validateLoadBalancer({ spec, status }: Service, old: Service): FieldError[] {
  const { ingress = [] } = status.loadBalancer ?? {}
  const path = 'status.loadBalancer.ingress'
  if (spec.type !== 'LoadBalancer' && ingress.length > 0) {
    return [fieldError.forbidden(path, "may only be used when `spec.type` is 'LoadBalancer'")]
  }
  const before = (old.status.loadBalancer?.ingress ?? []).flatMap(({ ip }) => ip ?? [])
  return each(ingress, path, ({ ip, ipMode, hostname }, at) => {
    const found = ip ? checkIp(ip, `${at}.ip`, before) : []
    const modes = ['Proxy', 'VIP']
    if (ipMode !== undefined && !ip) {
      found.push(fieldError.forbidden(`${at}.ipMode`, 'may not be specified when `ip` is not set'))
    } else if (ipMode !== undefined && !modes.includes(ipMode)) {
      found.push(fieldError.notSupported(`${at}.ipMode`, ipMode, modes))
    }
    if (!hostname) return found
    found.push(...invalidBy(`${at}.hostname`, hostname, subdomainErrors(hostname)))
    if (!parseIpAddress(hostname)) return found
    return [...found, fieldError.invalid(`${at}.hostname`, hostname, 'must be a DNS name, not an IP address')]
  })
}
