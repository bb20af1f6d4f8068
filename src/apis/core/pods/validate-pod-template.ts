import { type FieldError, fieldError } from '../../../meta/field-error.js'
import { labelErrors, labelValueErrors, qualifiedNameErrors, subdomainErrors } from '../../../meta/names.js'
import { checkAnnotationKeys, checkLabels, checkOneOf, checkSubdomain, each, invalidBy } from '../../field-checks.js'
import { checkIp } from '../../ip-checks.js'
import { containerContext } from './container-context.js'
import type { PodSpec, PodTemplate, Toleration, Volume } from './pod-spec.js'
import { validateContainers, validateEphemeralContainers, validateInitContainers } from './validate-container.js'
import { validateDns } from './validate-dns.js'
import { validateFileVolumes } from './validate-env.js'
import { validateOs } from './validate-os.js'
import { validatePodClaims } from './validate-pod-claims.js'
import { validatePodResources } from './validate-pod-resources.js'
import { validateResources } from './validate-resources.js'
import { validateScheduling } from './validate-scheduling.js'
import { validateSecurity } from './validate-security.js'
import { validateVolumes } from './validate-volumes.js'

const restartPolicies = ['Always', 'OnFailure', 'Never']
const dnsPolicies = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None']
const taintEffects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute']
const maxInt32 = 2 ** 31 - 1

/** A pod template in any kind. */
export function validatePodTemplate(template: PodTemplate, path: string): FieldError[] {
  const { metadata = {}, spec = {} } = template
  return [
    ...checkLabels(metadata.labels, `${path}.labels`),
    ...checkAnnotationKeys(metadata.annotations, `${path}.annotations`),
    ...validatePodSpec(spec, `${path}.spec`),
    ...(spec.ephemeralContainers?.length
      ? [fieldError.forbidden(`${path}.spec.ephemeralContainers`, 'ephemeral containers not allowed in pod template')]
      : []),
  ]
}

/** `spec.template.spec` of any kind, or the spec of a pod. */
export function validatePodSpec(spec: PodSpec, path: string): FieldError[] {
  const { containers = [], initContainers = [], volumes = [] } = spec
  const known = new Map<string, Volume>()
  const context = containerContext(spec, known)
  return [
    ...validateVolumes(volumes, `${path}.volumes`, known),
    ...validatePodClaims(spec, `${path}.resourceClaims`),
    ...validateContainers(containers, context, `${path}.containers`),
    ...validateInitContainers(initContainers, containers, context, `${path}.initContainers`),
    ...validateEphemeralContainers(spec, context, `${path}.ephemeralContainers`),
    ...validatePodResources(spec, context.claims, `${path}.resources`),
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
    ...validateDns(spec, `${path}.dnsConfig`),
    ...each(spec.hostAliases, `${path}.hostAliases`, ({ ip, hostnames }, p) => [
      ...checkIp(ip, `${p}.ip`),
      ...each(hostnames, `${p}.hostnames`, (name, h) => invalidBy(h, name, subdomainErrors(name))),
    ]),
    ...validateHostName(spec, `${path}.hostnameOverride`),
    ...validateOs(spec, path),
    ...validateFileVolumes(spec, path),
    ...(spec.runtimeClassName === undefined
      ? []
      : invalidBy(`${path}.runtimeClassName`, spec.runtimeClassName, subdomainErrors(spec.runtimeClassName))),
    ...(spec.overhead ? validateResources({ limits: spec.overhead }, `${path}.overhead`) : []),
  ]
}

function validateHostName(spec: PodSpec, path: string): FieldError[] {
  const { hostnameOverride: name, setHostnameAsFQDN, hostNetwork } = spec
  if (name === undefined) return []
  const found: FieldError[] = []
  if (setHostnameAsFQDN) {
    found.push(fieldError.forbidden(path, 'may not be specified when setHostnameAsFQDN is true'))
  }
  if (hostNetwork) found.push(fieldError.forbidden(path, 'may not be specified when hostNetwork is true'))
  if (Buffer.byteLength(name) > 64) found.push(fieldError.tooLong(path, 64))
  return [...found, ...invalidBy(path, name, subdomainErrors(name))]
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
