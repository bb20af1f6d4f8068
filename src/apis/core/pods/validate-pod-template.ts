import { type FieldError, fieldError } from '../../../meta/field-error.js'
import { labelErrors, labelValueErrors, qualifiedNameErrors, subdomainErrors } from '../../../meta/names.js'
import { checkLabels, checkOneOf, checkSubdomain, each, invalidBy } from '../../field-checks.js'
import { checkIp } from '../../ip-checks.js'
import type { PodSpec, PodTemplate, Toleration } from './pod-spec.js'
import { validateContainers, validateInitContainers } from './validate-container.js'
import { validateResources } from './validate-resources.js'
import { validateScheduling } from './validate-scheduling.js'
import { validateSecurity } from './validate-security.js'
import { validateVolumes } from './validate-volumes.js'

const restartPolicies = ['Always', 'OnFailure', 'Never']
const dnsPolicies = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None']
const taintEffects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute']
const maxInt32 = 2 ** 31 - 1

/** A pod template in any kind; what users run into, not all that upstream checks. */
export function validatePodTemplate(template: PodTemplate, path: string): FieldError[] {
  const { metadata = {}, spec = {} } = template
  return [
    ...checkLabels(metadata.labels, `${path}.labels`),
    ...Object.keys(metadata.annotations ?? {}).flatMap((key) =>
      invalidBy(`${path}.annotations`, key, qualifiedNameErrors(key.toLowerCase())),
    ),
    ...validatePodSpec(spec, `${path}.spec`),
    ...(spec.ephemeralContainers?.length
      ? [fieldError.forbidden(`${path}.spec.ephemeralContainers`, 'ephemeral containers not allowed in pod template')]
      : []),
  ]
}

/** `spec.template.spec` of any kind, or the spec of a pod. */
export function validatePodSpec(spec: PodSpec, path: string): FieldError[] {
  const { containers = [], initContainers = [], volumes = [] } = spec
  const volumeNames = new Set<string>()
  return [
    ...validateVolumes(volumes, `${path}.volumes`, volumeNames),
    ...validateContainers(containers, volumeNames, `${path}.containers`),
    ...validateInitContainers(initContainers, containers, volumeNames, `${path}.initContainers`),
    ...validateHostNetwork(spec, path),
    ...checkOneOf(spec.restartPolicy, restartPolicies, `${path}.restartPolicy`),
    ...checkOneOf(spec.dnsPolicy, dnsPolicies, `${path}.dnsPolicy`),
    ...checkLabels(spec.nodeSelector, `${path}.nodeSelector`),
    ...checkSubdomain(spec.serviceAccountName, `${path}.serviceAccountName`),
    ...checkSubdomain(spec.nodeName, `${path}.nodeName`),
    ...checkSubdomain(spec.priorityClassName, `${path}.priorityClassName`),
    ...validateDeadline(spec.activeDeadlineSeconds, `${path}.activeDeadlineSeconds`),
    ...(spec.hostname ? invalidBy(`${path}.hostname`, spec.hostname, labelErrors(spec.hostname)) : []),
    ...(spec.subdomain ? invalidBy(`${path}.subdomain`, spec.subdomain, labelErrors(spec.subdomain)) : []),
    ...(spec.tolerations ?? []).flatMap((toleration, i) => validateToleration(toleration, `${path}.tolerations[${i}]`)),
    ...validateScheduling(spec, path),
    ...validateSecurity(spec, path),
    ...validateNetworking(spec, path),
    ...(spec.os ? checkOneOf(spec.os.name, ['linux', 'windows'], `${path}.os.name`) : []),
    ...(spec.overhead ? validateResources({ limits: spec.overhead }, `${path}.overhead`) : []),
  ]
}

function validateNetworking({ hostAliases, dnsConfig = {}, dnsPolicy }: PodSpec, path: string): FieldError[] {
  const at = `${path}.dnsConfig`
  const found: FieldError[] = []
  const { nameservers = [], searches = [], options } = dnsConfig
  if (dnsPolicy === 'None' && nameservers.length === 0) {
    const why = `must provide at least one DNS nameserver when \`dnsPolicy\` is None`
    found.push(fieldError.required(`${at}.nameservers`, why))
  }
  if (nameservers.length > 3) {
    found.push(fieldError.invalid(`${at}.nameservers`, nameservers, 'must not have more than 3 nameservers'))
  }
  if (searches.length > 32) {
    found.push(fieldError.invalid(`${at}.searches`, searches, 'must not have more than 32 search paths'))
  }
  return [
    ...found,
    ...each(nameservers, `${at}.nameservers`, (ip, p) => checkIp(ip, p)),
    ...each(options, `${at}.options`, ({ name }, p) => (name ? [] : [fieldError.required(p, 'must not be empty')])),
    ...each(hostAliases, `${path}.hostAliases`, ({ ip, hostnames }, p) => [
      ...checkIp(ip, `${p}.ip`),
      ...each(hostnames, `${p}.hostnames`, (name, h) => invalidBy(h, name, subdomainErrors(name))),
    ]),
  ]
}

/** On the host's network a container's ports are the host's. */
function validateHostNetwork({ hostNetwork, containers = [] }: PodSpec, path: string): FieldError[] {
  if (!hostNetwork) return []
  return containers.flatMap(({ ports = [] }, c) =>
    ports.flatMap(({ hostPort, containerPort }, p) =>
      hostPort && hostPort !== containerPort
        ? [
            fieldError.invalid(
              `${path}.containers[${c}].ports[${p}].hostPort`,
              hostPort,
              'must match `containerPort` when `hostNetwork` is true',
            ),
          ]
        : [],
    ),
  )
}

function validateDeadline(seconds: number | undefined, path: string): FieldError[] {
  return seconds === undefined || (seconds >= 1 && seconds <= maxInt32)
    ? []
    : [fieldError.invalid(path, seconds, `must be between 1 and ${maxInt32}, inclusive`)]
}

export function validateToleration(toleration: Toleration, path: string): FieldError[] {
  const { key = '', operator = '', value = '', effect = '', tolerationSeconds } = toleration
  const found = key === '' ? [] : invalidBy(`${path}.key`, key, qualifiedNameErrors(key))
  if (key === '' && operator !== 'Exists') {
    const why = 'operator must be Exists when `key` is empty, which means "match all values and all keys"'
    found.push(fieldError.invalid(`${path}.operator`, operator, why))
  }
  if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
    found.push(
      fieldError.invalid(`${path}.effect`, effect, "effect must be 'NoExecute' when `tolerationSeconds` is set"),
    )
  }
  if (operator === '' || operator === 'Equal') {
    const whys = labelValueErrors(value)
    if (whys.length > 0) found.push(fieldError.invalid(`${path}.operator`, value, whys.join(';')))
  } else if (operator !== 'Exists') {
    found.push(fieldError.notSupported(`${path}.operator`, operator, ['Equal', 'Exists']))
  } else if (value !== '') {
    found.push(fieldError.invalid(`${path}.operator`, value, "value must be empty when `operator` is 'Exists'"))
  }
  return effect === '' ? found : [...found, ...checkOneOf(effect, taintEffects, `${path}.effect`)]
}
