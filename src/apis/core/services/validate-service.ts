import { type FieldError, fieldError } from '../../../meta/field-error.js'
import { parseIpAddress } from '../../../meta/ip-address.js'
import { labelErrors, qualifiedNameErrors, subdomainErrors } from '../../../meta/names.js'
import {
  checkLabels,
  checkOneOf,
  checkPortNumber,
  checkPortNumberOrName,
  each,
  invalidBy,
  repeated,
} from '../../field-checks.js'
import { checkEndpointIp, checkIp } from '../../ip-checks.js'
import { validateServedFamilies } from './ip-families.js'
import { isHeadless, type Service, type ServiceSpec } from './service-spec.js'
import { validateLoadBalancerFields, validateSourceRanges, validateTrafficPolicies } from './validate-traffic.js'

const types = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']
const protocols = ['SCTP', 'TCP', 'UDP']
const familyPolicies = ['PreferDualStack', 'RequireDualStack', 'SingleStack']
const families = ['IPv4', 'IPv6']
/** A day. */
const maxAffinitySeconds = 86400
const topologyHints = 'service.kubernetes.io/topology-aware-hints'
const topologyMode = 'service.kubernetes.io/topology-mode'

/** What is wrong with a service; `old` is the one it takes the place of. */
export function validateService({ metadata, spec }: Service, old: Service | undefined): FieldError[] {
  const wrong = validateAddresses(spec, old?.spec)
  if (wrong.length > 0) return wrong
  return [
    ...validateTopology(metadata.annotations),
    ...validateType(spec),
    ...validatePorts(spec),
    ...checkLabels(spec.selector, 'spec.selector'),
    ...validateAffinity(spec),
    ...each(spec.externalIPs, 'spec.externalIPs', (ip, path) => {
      const wrong = checkIp(ip, path, old?.spec.externalIPs)
      return wrong.length > 0 ? wrong : checkEndpointIp(ip, path)
    }),
    ...checkOneOf(spec.type, types, 'spec.type'),
    ...validatePortNumbers(spec),
    ...validateSourceRanges(spec, metadata.annotations, old),
    ...validateLoadBalancerFields(spec),
    ...validateTrafficPolicies(spec),
  ]
}

function validateTopology(annotations: Readonly<Record<string, string>> = {}): FieldError[] {
  const [hints, mode] = [annotations[topologyHints], annotations[topologyMode]]
  if (hints === undefined || mode === undefined || hints === mode) return []
  const why = `must match annotations[${topologyHints}] when both are specified`
  return [fieldError.invalid(`metadata.annotations[${topologyMode}]`, mode, why)]
}

/** Upstream gives addresses before it looks at anything else, and tells no more where these are wrong. */
export function validateAddresses(spec: ServiceSpec, old: ServiceSpec | undefined): FieldError[] {
  const wrong = validateClusterIps(spec, old?.clusterIPs)
  return wrong.length > 0 ? wrong : validateServedFamilies(spec)
}

function validateType(spec: ServiceSpec): FieldError[] {
  const { type, ports = [], clusterIPs = [], ipFamilies = [], ipFamilyPolicy, externalName = '' } = spec
  const found: FieldError[] = []
  if (ports.length === 0 && !isHeadless(spec) && type !== 'ExternalName') found.push(fieldError.required('spec.ports'))
  if ((type === 'LoadBalancer' || type === 'NodePort') && isHeadless(spec)) {
    found.push(fieldError.invalid('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${type} services`))
  }
  if (type !== 'ExternalName') return found
  const why = 'may not be set for ExternalName services'
  if (clusterIPs.length > 0) found.push(fieldError.forbidden('spec.clusterIPs', why))
  if (ipFamilies.length > 0) found.push(fieldError.forbidden('spec.ipFamilies', why))
  if (ipFamilyPolicy !== undefined) found.push(fieldError.forbidden('spec.ipFamilyPolicy', why))
  const name = externalName.replace(/\.$/, '')
  if (name === '') return [...found, fieldError.required('spec.externalName')]
  return [...found, ...invalidBy('spec.externalName', name, subdomainErrors(name))]
}

function validatePorts({ ports = [] }: ServiceSpec): FieldError[] {
  const names = new Set<string>()
  return each(ports, 'spec.ports', ({ name, port, protocol, targetPort, appProtocol }, path) => {
    const found: FieldError[] = []
    if (!name && ports.length > 1) found.push(fieldError.required(`${path}.name`))
    if (name) {
      found.push(...invalidBy(`${path}.name`, name, labelErrors(name)))
      if (names.has(name)) found.push(fieldError.duplicate(`${path}.name`, name))
      names.add(name)
    }
    return [
      ...found,
      ...checkPortNumber(port, `${path}.port`),
      ...checkOneOf(protocol, protocols, `${path}.protocol`),
      ...checkPortNumberOrName(targetPort ?? 0, `${path}.targetPort`),
      ...(appProtocol === undefined
        ? []
        : invalidBy(`${path}.appProtocol`, appProtocol, qualifiedNameErrors(appProtocol))),
    ]
  })
}

function validateAffinity({ sessionAffinity, sessionAffinityConfig: config }: ServiceSpec): FieldError[] {
  const found = checkOneOf(sessionAffinity, ['ClientIP', 'None'], 'spec.sessionAffinity')
  if (sessionAffinity !== 'ClientIP') return found
  const timeout = config?.clientIP?.timeoutSeconds
  if (timeout === undefined || (timeout > 0 && timeout <= maxAffinitySeconds)) return found
  const path = 'spec.sessionAffinityConfig.clientIP.timeoutSeconds'
  return [...found, fieldError.invalid(path, timeout, `must be greater than 0 and less than ${maxAffinitySeconds}`)]
}

function validateClusterIps(spec: ServiceSpec, before: readonly string[] | undefined): FieldError[] {
  const { type, clusterIP = '', clusterIPs = [], ipFamilies = [], ipFamilyPolicy } = spec
  if (type === 'ExternalName') return []
  const path = 'spec.clusterIPs'
  const found: FieldError[] = []
  if (clusterIP === '' && clusterIPs.length > 0) {
    found.push(fieldError.invalid(path, clusterIPs, 'must be empty when `clusterIP` is not specified'))
  }
  if (clusterIP !== '' && clusterIPs.length === 0) found.push(fieldError.required(path))
  else if (clusterIP !== '' && clusterIPs[0] !== clusterIP) {
    found.push(fieldError.invalid(path, clusterIPs, 'first value must match `clusterIP`'))
  }
  const again = repeated(ipFamilies, (family) => family)
  for (const [i, family] of ipFamilies.entries()) {
    const at = `spec.ipFamilies[${i}]`
    if (!families.includes(family)) found.push(fieldError.notSupported(at, family, families))
    if (again[i]) found.push(fieldError.duplicate(at, family))
  }
  if (ipFamilyPolicy !== undefined && !familyPolicies.includes(ipFamilyPolicy)) {
    found.push(fieldError.notSupported('spec.ipFamilyPolicy', ipFamilyPolicy, familyPolicies))
  }
  const wrong = clusterIPs.flatMap((ip, i) => {
    if (i > 0 || ip !== 'None') return checkIp(ip, `${path}[${i}]`, before)
    return clusterIPs.length > 1
      ? [fieldError.invalid(path, clusterIPs, "'None' must be the first and only value")]
      : []
  })
  found.push(...wrong)
  if (clusterIPs.length > 2) found.push(fieldError.invalid(path, clusterIPs, 'may only hold up to 2 values'))
  return wrong.length > 0 ? found : [...found, ...validateFamilies(spec)]
}

function validateFamilies(spec: ServiceSpec): FieldError[] {
  const { clusterIPs = [], ipFamilies = [] } = spec
  const isV6 = (ip: string) => parseIpAddress(ip)?.bytes.length === 16
  const found: FieldError[] = []
  if (clusterIPs.length > 1 && new Set(clusterIPs.map(isV6)).size !== clusterIPs.length) {
    found.push(fieldError.invalid('spec.clusterIPs', clusterIPs, 'may specify no more than one IP for each IP family'))
  }
  if (isHeadless(spec)) return found
  return [
    ...found,
    ...clusterIPs.flatMap((ip, i) => {
      const family = ipFamilies[i]
      const fits = family === undefined || !families.includes(family) || (family === 'IPv6') === isV6(ip)
      const why = `expected an ${family} value as indicated by \`ipFamilies[${i}]\``
      return fits ? [] : [fieldError.invalid(`spec.clusterIPs[${i}]`, ip, why)]
    }),
  ]
}

/** Two ports must differ in number or protocol, on the service and on nodes. */
function validatePortNumbers({ type, ports = [] }: ServiceSpec): FieldError[] {
  const path = 'spec.ports'
  const numberAgain = repeated(ports, ({ protocol, port }) => `${protocol} ${port}`)
  const nodePortAgain = repeated(ports, ({ protocol, nodePort }) => `${protocol} ${nodePort}`)
  return [
    ...each(ports, path, ({ nodePort }, at) =>
      type === 'ClusterIP' && nodePort
        ? [fieldError.forbidden(`${at}.nodePort`, "may not be used when `type` is 'ClusterIP'")]
        : [],
    ),
    ...each(ports, path, ({ nodePort }, at, i) =>
      nodePort && nodePortAgain[i] ? [fieldError.duplicate(`${at}.nodePort`, nodePort)] : [],
    ),
    ...each(ports, path, ({ port, protocol }, at, i) => {
      if (!numberAgain[i]) return []
      // Upstream shows a whole port of its own, as Go names its fields.
      const shown = { Name: '', Protocol: protocol, AppProtocol: null, Port: port, TargetPort: 0, NodePort: 0 }
      return [fieldError.duplicate(at, shown)]
    }),
  ]
}
