import { type FieldError, fieldError } from '../../meta/field-error.js'
import { parseIpAddress } from '../../meta/ip-address.js'
import { labelErrors, subdomainErrors, wildcardErrors } from '../../meta/names.js'
import { checkPathSegment, checkPortNumber, checkSubdomain, each, invalidBy, portNameErrors } from '../field-checks.js'
import { checkIp } from '../ip-checks.js'
import type { Ingress, IngressBackend, IngressPath, IngressRule, IngressSpec } from './ingress-spec.js'

const classAnnotation = 'kubernetes.io/ingress.class'
const pathTypes = ['Exact', 'ImplementationSpecific', 'Prefix']
const notInPaths = ['//', '/./', '/../', '%2f', '%2F']
const notAtEnds = ['/..', '/.']
const noAddress = 'must be a DNS name, not an IP address'

/** What is wrong with an ingress; what older rules let in stays. */
export function validateIngress({ metadata, spec }: Ingress, old: Ingress | undefined): FieldError[] {
  const found = validateSpec(spec, old?.spec)
  const named = metadata.annotations?.[classAnnotation]
  const { ingressClassName } = spec
  if (old || named === undefined || ingressClassName === undefined || named === ingressClassName) return found
  const why = 'must match `ingressClassName` when both are specified'
  return [...found, fieldError.invalid(`annotations.${classAnnotation}`, named, why)]
}

export function validateIngressStatus({ status }: Ingress, old: Ingress): FieldError[] {
  const before = (old.status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => ip ?? [])
  return each(status?.loadBalancer?.ingress, 'status.loadBalancer.ingress', ({ ip, hostname }, path) => [
    ...(ip ? checkIp(ip, `${path}.ip`, before) : []),
    ...(hostname ? invalidBy(`${path}.hostname`, hostname, subdomainErrors(hostname)) : []),
    ...(hostname && parseIpAddress(hostname) ? [fieldError.invalid(`${path}.hostname`, hostname, noAddress)] : []),
  ])
}

function validateSpec(spec: IngressSpec, old: IngressSpec | undefined): FieldError[] {
  const { rules = [], tls, defaultBackend, ingressClassName } = spec
  const found: FieldError[] = []
  if (rules.length === 0 && !defaultBackend) {
    found.push(fieldError.invalid('spec', spec.rules, 'either `defaultBackend` or `rules` must be specified'))
  }
  if (defaultBackend) found.push(...validateBackend(defaultBackend, 'spec.defaultBackend'))
  const lenient = old?.rules?.some((rule) => rule.host?.includes('*') && validateRuleValue(rule, '').length > 0)
  found.push(...each(rules, 'spec.rules', (rule, path) => validateRule(rule, path, lenient ?? false)))
  const freeSecrets = old?.tls?.some(({ secretName }) => checkSubdomain(secretName, '').length > 0)
  found.push(
    ...each(tls, 'spec.tls', ({ hosts, secretName }, path) => [
      ...each(hosts, `${path}.hosts`, checkHost),
      ...(freeSecrets ? [] : checkSubdomain(secretName, `${path}.secretName`)),
    ]),
  )
  if (ingressClassName === undefined) return found
  return [...found, ...invalidBy('spec.ingressClassName', ingressClassName, subdomainErrors(ingressClassName))]
}

function checkHost(host: string, path: string): FieldError[] {
  return invalidBy(path, host, host.includes('*') ? wildcardErrors(host) : subdomainErrors(host))
}

function validateRule(rule: IngressRule, path: string, lenient: boolean): FieldError[] {
  const { host = '' } = rule
  const found: FieldError[] = []
  if (host !== '' && parseIpAddress(host)) found.push(fieldError.invalid(`${path}.host`, host, noAddress))
  if (host !== '') found.push(...checkHost(host, `${path}.host`))
  return host.includes('*') && lenient ? found : [...found, ...validateRuleValue(rule, path)]
}

function validateRuleValue({ http }: IngressRule, path: string): FieldError[] {
  if (!http) return []
  if (!http.paths?.length) return [fieldError.required(`${path}.http.paths`)]
  return each(http.paths, `${path}.http.paths`, validatePath)
}

function validatePath({ path: urlPath = '', pathType, backend }: IngressPath, path: string): FieldError[] {
  if (pathType === undefined) return [fieldError.required(`${path}.pathType`, 'pathType must be specified')]
  const found: FieldError[] = []
  const wrong = (why: string) => found.push(fieldError.invalid(`${path}.path`, urlPath, why))
  if (!pathTypes.includes(pathType)) found.push(fieldError.notSupported(`${path}.pathType`, pathType, pathTypes))
  else if (pathType === 'ImplementationSpecific') {
    if (urlPath !== '' && !urlPath.startsWith('/')) wrong('must be an absolute path')
  } else {
    if (!urlPath.startsWith('/')) wrong('must be an absolute path')
    for (const part of notInPaths) if (urlPath.includes(part)) wrong(`must not contain '${part}'`)
    for (const end of notAtEnds) if (urlPath.endsWith(end)) wrong(`cannot end with '${end}'`)
  }
  return [...found, ...validateBackend(backend, `${path}.backend`)]
}

function validateBackend({ service, resource }: IngressBackend, path: string): FieldError[] {
  if (service && resource) return [fieldError.invalid(path, '', 'cannot set both resource and service backends')]
  if (resource) {
    return [
      ...(resource.apiGroup === undefined
        ? []
        : invalidBy(`${path}.resource.apiGroup`, resource.apiGroup, subdomainErrors(resource.apiGroup))),
      ...checkPathSegment(resource.kind, `${path}.resource.kind`),
      ...checkPathSegment(resource.name, `${path}.resource.name`),
    ]
  }
  if (!service) return [fieldError.invalid(path, '', 'resource or service backend is required')]
  const at = `${path}.service`
  const { name, port: { name: portName = '', number = 0 } = {} } = service
  const found = name === '' ? [fieldError.required(`${at}.name`)] : invalidBy(`${at}.name`, name, labelErrors(name))
  if (portName !== '' && number !== 0) {
    return [...found, fieldError.invalid(path, '', 'cannot set both port name & port number')]
  }
  if (portName !== '') return [...found, ...invalidBy(`${at}.port.name`, portName, portNameErrors(portName))]
  if (number !== 0) return [...found, ...checkPortNumber(number, `${at}.port.number`)]
  return [...found, fieldError.required(path, 'port name or number is required')]
}
