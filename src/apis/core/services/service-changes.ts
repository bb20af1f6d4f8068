import { type FieldError, fieldError } from '../../../meta/field-error.js'
import { jsonEquals } from '../../../meta/json-equal.js'
import {
  isExternallyAccessible,
  isHeadless,
  needsHealthCheck,
  needsNodePorts,
  type Service,
  type ServicePort,
  type ServiceSpec,
} from './service-spec.js'

/**
 * `clusterIP` and the first of `clusterIPs` are one thing: who writes only one of them means both, and who takes away
 * the one they know takes away both.
 */
export function syncClusterIps(spec: ServiceSpec, old: ServiceSpec | undefined): void {
  const { clusterIP = '', clusterIPs = [] } = spec
  if (!old) {
    if (clusterIP !== '' && clusterIPs.length === 0) spec.clusterIPs = [clusterIP]
    return
  }
  const [was, wereAll] = [old.clusterIP ?? '', old.clusterIPs ?? []]
  const sameAll = jsonEquals(clusterIPs, wereAll)
  if (clusterIP !== was) {
    if (was !== '' && clusterIP === '' && sameAll) delete spec.clusterIPs
    else if (clusterIPs.length === 0 || sameAll) {
      if (clusterIP !== '' || was === '') spec.clusterIPs = clusterIP === '' ? clusterIPs : [clusterIP]
      if (was !== '' && clusterIP !== '' && wereAll.length > 1 && sameAll)
        spec.clusterIPs = [clusterIP, ...wereAll.slice(1)]
    }
  } else if (!sameAll && wereAll.length > 0 && clusterIPs.length === 0) delete spec.clusterIP
  if (spec.clusterIP === undefined || spec.clusterIP === '') delete spec.clusterIP
}

/** What was given to a service stays when a change says nothing of it: who replaces one need not know its addresses. */
export function keepAllocated(spec: ServiceSpec, old: ServiceSpec): void {
  if (spec.type !== 'ExternalName' && old.type !== 'ExternalName') {
    if (!spec.clusterIP && old.clusterIP) spec.clusterIP = old.clusterIP
    if (!spec.clusterIPs?.length && spec.clusterIP === old.clusterIP && old.clusterIPs) spec.clusterIPs = old.clusterIPs
    if (!spec.ipFamilies?.length && spec.clusterIP === old.clusterIP && old.ipFamilies) spec.ipFamilies = old.ipFamilies
  }
  if (needsNodePorts(spec) && needsNodePorts(old)) {
    const key = ({ protocol, port }: ServicePort) => `${protocol}/${port}`
    const given = new Map((old.ports ?? []).map((port) => [key(port), port.nodePort]))
    const taken = new Set((spec.ports ?? []).map(({ nodePort }) => nodePort))
    for (const port of spec.ports ?? []) {
      const nodePort = given.get(key(port))
      if (!port.nodePort && nodePort && !taken.has(nodePort)) port.nodePort = nodePort
    }
  }
  if (needsHealthCheck(spec) && needsHealthCheck(old) && !spec.healthCheckNodePort && old.healthCheckNodePort) {
    spec.healthCheckNodePort = old.healthCheckNodePort
  }
}

/** What another type of service has no use for goes, unless the same change says something of it. */
export function dropForType(service: Service, before: Service): void {
  const [spec, old] = [service.spec, before.spec]
  const unchanged = (field: keyof ServiceSpec) => jsonEquals(spec[field] ?? null, old[field] ?? null)
  const drop = (...fields: (keyof ServiceSpec)[]) => {
    for (const field of fields) if (unchanged(field)) delete spec[field]
  }
  if (old.type !== 'ExternalName' && spec.type === 'ExternalName') {
    if (unchanged('clusterIP') && unchanged('clusterIPs')) drop('clusterIP', 'clusterIPs')
    drop('ipFamilies', 'ipFamilyPolicy')
  }
  if (needsNodePorts(old) && !needsNodePorts(spec)) {
    const known = new Set((old.ports ?? []).map(({ nodePort }) => nodePort))
    const ports = spec.ports ?? []
    if (ports.every(({ nodePort }) => !nodePort || known.has(nodePort))) for (const port of ports) delete port.nodePort
  }
  if (needsHealthCheck(old) && !needsHealthCheck(spec)) drop('healthCheckNodePort')
  if (old.type === 'LoadBalancer' && spec.type !== 'LoadBalancer') {
    drop('allocateLoadBalancerNodePorts', 'loadBalancerClass')
  }
  if (isExternallyAccessible(old) && !isExternallyAccessible(spec)) drop('externalTrafficPolicy')
  if (spec.type !== 'LoadBalancer') service.status = { ...service.status, loadBalancer: {} }
}

/** What of a service may not be changed while it keeps its type. */
export function validateServiceChange(spec: ServiceSpec, old: ServiceSpec): FieldError[] {
  const found: FieldError[] = []
  if (spec.type !== 'ExternalName' && old.type !== 'ExternalName') {
    if (!(isHeadless(old) && isHeadless(spec))) found.push(...validateClusterIpChange(spec, old))
    if (!isHeadless(old) && !isHeadless(spec)) found.push(...validateFamilyChange(spec, old))
  }
  if (old.type === 'LoadBalancer' && spec.type === 'LoadBalancer' && spec.loadBalancerClass !== old.loadBalancerClass) {
    found.push(fieldError.invalid('spec.loadBalancerClass', spec.loadBalancerClass, 'may not change once set'))
  }
  if (needsHealthCheck(old) && needsHealthCheck(spec) && spec.healthCheckNodePort !== old.healthCheckNodePort) {
    found.push(fieldError.forbidden('spec.healthCheckNodePort', 'field is immutable'))
  }
  return found
}

const fixed = 'may not change once set'

function validateClusterIpChange(spec: ServiceSpec, old: ServiceSpec): FieldError[] {
  const { clusterIPs = [], ipFamilyPolicy } = spec
  const before = old.clusterIPs ?? []
  const found: FieldError[] = []
  if (before.length === clusterIPs.length) {
    return before.flatMap((ip, i) =>
      ip === clusterIPs[i] ? [] : [fieldError.invalid(`spec.clusterIPs[${i}]`, clusterIPs, fixed)],
    )
  }
  if (before.length > clusterIPs.length && clusterIPs.length === 0) {
    found.push(fieldError.invalid('spec.clusterIPs[0]', spec.clusterIPs, 'primary clusterIP can not be unset'))
  }
  if (before.length > 0 && clusterIPs.length > 0 && before[0] !== clusterIPs[0]) {
    found.push(fieldError.invalid('spec.clusterIPs[0]', clusterIPs, fixed))
  }
  if (before.length > clusterIPs.length && clusterIPs.length === 1 && ipFamilyPolicy !== 'SingleStack') {
    const why = "must be set to 'SingleStack' when releasing the secondary clusterIP"
    found.push(fieldError.invalid('spec.ipFamilyPolicy', ipFamilyPolicy, why))
  }
  return found
}

function validateFamilyChange(spec: ServiceSpec, old: ServiceSpec): FieldError[] {
  const { ipFamilies = [], clusterIPs = [], ipFamilyPolicy } = spec
  const before = old.ipFamilies ?? []
  const path = 'spec.ipFamilies[0]'
  if (before.length === ipFamilies.length) {
    return before.flatMap((family, i) =>
      family === ipFamilies[i] ? [] : [fieldError.invalid(path, ipFamilies, fixed)],
    )
  }
  const found: FieldError[] = []
  if (before.length > ipFamilies.length && clusterIPs.length === 0) {
    found.push(fieldError.invalid(path, spec.ipFamilies, 'primary ipFamily can not be unset'))
  }
  if (before.length > 0 && ipFamilies.length > 0 && before[0] !== ipFamilies[0]) {
    found.push(fieldError.invalid(path, clusterIPs, fixed))
  }
  if (before.length > ipFamilies.length && ipFamilies.length === 1 && ipFamilyPolicy !== 'SingleStack') {
    const why = "must be set to 'SingleStack' when releasing the secondary ipFamily"
    found.push(fieldError.invalid('spec.ipFamilyPolicy', ipFamilyPolicy, why))
  }
  return found
}
