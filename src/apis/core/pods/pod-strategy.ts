import { type FieldError, fieldError } from '../../../meta/field-error.js'
import { labelErrors } from '../../../meta/names.js'
import type { KubeObject } from '../../../meta/object.js'
import type { Strategy } from '../../../registry/strategy.js'
import { checkImmutable, each } from '../../field-checks.js'
import { checkIp } from '../../ip-checks.js'
import { asPod, type Pod, type PodStatus, setCondition } from './pod.js'
import type { Container, PodSpec } from './pod-spec.js'
import { podTemplateWarnings } from './pod-warnings.js'
import { qosClass } from './qos-class.js'
import { validateEphemeralUpdate, validatePodResize } from './validate-pod-part.js'
import { validatePodSpec } from './validate-pod-template.js'
import { validatePodUpdate } from './validate-pod-update.js'

/** What upstream's server does with pods; what runs them is elsewhere. */
export const podStrategy: Strategy = {
  prepareForCreate: (object) => {
    const pod = asPod(object)
    pod.status = { phase: 'Pending', qosClass: qosClass(pod.spec), ...pod.status }
    if (!pod.spec.schedulingGates?.length) return
    setCondition(pod, {
      type: 'PodScheduled',
      status: 'False',
      reason: 'SchedulingGated',
      message: 'Scheduling is blocked due to non-empty scheduling gates',
      lastTransitionTime: pod.metadata.creationTimestamp ?? '',
    })
  },
  prepareForUpdate: (object, old, subresource) => prepareForUpdate(asPod(object), asPod(old), subresource),
  validate: (object, update) => {
    const pod = asPod(object)
    if (update && !['', 'ephemeralcontainers', 'resize'].includes(update.subresource)) return []
    const found = validatePodSpec(pod.spec, 'spec')
    return update ? found : [...found, ...validateNew(pod.spec)]
  },
  validateUpdate: (object, old, subresource) => {
    const [now, before] = [asPod(object), asPod(old)]
    if (subresource === '') return validatePodUpdate(now.spec, before.spec)
    if (subresource === 'ephemeralcontainers') return validateEphemeralUpdate(now.spec, before.spec)
    if (subresource === 'resize') return validatePodResize(now.spec, before.spec)
    return subresource === 'status' ? validateStatus(now, before) : []
  },
  warnings: (object, old) => (old ? [] : newPodWarnings(asPod(object))),
  graceSeconds: (object, asked) => {
    const { spec, status } = asPod(object)
    if (!spec.nodeName || status?.phase === 'Failed' || status?.phase === 'Succeeded') return 0
    const period = asked ?? spec.terminationGracePeriodSeconds ?? 0
    return period < 0 ? 1 : period
  },
}

function prepareForUpdate(pod: Pod, old: Pod, subresource: string): void {
  if (subresource === 'status') {
    // Whoever reports the status may not have understood all that it says.
    if (old.status?.qosClass) pod.status = { qosClass: old.status.qosClass, ...pod.status }
    if (pod.status) pairAddresses(pod.status)
    return
  }
  if (subresource !== 'ephemeralcontainers' && subresource !== 'resize') return
  const { ephemeralContainers, containers, initContainers, resources } = pod.spec
  pod.metadata = {
    ...old.metadata,
    ...(pod.metadata.managedFields ? { managedFields: pod.metadata.managedFields } : {}),
  }
  if (old.status) pod.status = old.status
  if (subresource === 'ephemeralcontainers') {
    const { ephemeralContainers: _, ...rest } = old.spec
    pod.spec = { ...rest, ...(ephemeralContainers ? { ephemeralContainers } : {}) }
    return
  }
  pod.spec = {
    ...old.spec,
    ...(containers ? { containers: resized(containers, old.spec.containers) } : {}),
    ...(initContainers ? { initContainers: resized(initContainers, old.spec.initContainers) } : {}),
    ...(resources ? { resources } : {}),
  }
}

/** One address and the list of all say the same; where they don't, the one is right. */
function pairAddresses(status: PodStatus): void {
  const one = status.podIP ?? ''
  if (one !== '' && one !== status.podIPs?.[0]?.ip) status.podIPs = [{ ip: one }]
  const first = status.podIPs?.[0]?.ip
  if (first !== undefined) status.podIP = first
  const host = status.hostIP ?? ''
  if (host !== '' && host !== status.hostIPs?.[0]?.ip) status.hostIPs = [{ ip: host }]
}

/** Nothing but what containers ask for; others than before stay, for validation to refuse. */
function resized(now: readonly Container[], old: readonly Container[] = []): readonly Container[] {
  if (now.length !== old.length || now.some(({ name }, i) => name !== old[i]?.name)) return now
  return now.map(({ resources, resizePolicy }, i) => {
    const { resources: _r, resizePolicy: _p, ...rest } = old[i] as Container
    return { ...rest, ...(resources ? { resources } : {}), ...(resizePolicy ? { resizePolicy } : {}) }
  })
}

function validateNew(spec: PodSpec): FieldError[] {
  const found: FieldError[] = []
  if (spec.ephemeralContainers?.length) {
    found.push(fieldError.forbidden('spec.ephemeralContainers', 'cannot be set on create'))
  }
  if (spec.nodeName && spec.schedulingGates?.length) {
    found.push(fieldError.forbidden('spec.nodeName', 'cannot be set until all schedulingGates have been cleared'))
  }
  return found
}

function validateStatus({ status = {} }: Pod, { status: old = {} }: Pod): FieldError[] {
  return [
    ...checkImmutable(status.qosClass, old.qosClass, 'status.qosClass'),
    ...each(status.podIPs, 'status.podIPs', ({ ip = '' }, at) => checkIp(ip, at)),
    ...each(status.hostIPs, 'status.hostIPs', ({ ip = '' }, at) => checkIp(ip, at)),
  ]
}

function newPodWarnings(pod: Pod): string[] {
  const wrong = labelErrors(pod.metadata.name ?? '')
  const why =
    "metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; " +
    `a DNS label is recommended: [${wrong.join(' ')}]`
  return [...(wrong.length > 0 ? [why] : []), ...podTemplateWarnings(pod as KubeObject, undefined, '')]
}
