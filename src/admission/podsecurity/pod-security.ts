import { type FieldError, formatFieldErrors } from '../../meta/field-error.js'
import { jsonEquals } from '../../meta/json-equal.js'
import type { KubeObject } from '../../meta/object.js'
import { errors } from '../../meta/status.js'
import type { Admission, AdmissionRequest } from '../../registry/admission.js'
import type { KnownObjects } from '../known-objects.js'
import { refusal } from '../refuse.js'
import type { CheckedContainer, CheckedPod, CheckedSpec } from './pod.js'
import { type LevelVersion, labelPrefix, levelText, policyOf, strictness } from './policy.js'

/** Parts of pods that are written without what runs in them. */
const ignoredSubresources = new Set([
  ...['exec', 'attach', 'binding', 'eviction', 'log', 'portforward', 'proxy', 'status'],
])
/** How many pods are looked at when a namespace gets stricter. */
const maxPods = 3000

/** Where kinds that make pods say how those are to be. */
const templates: Readonly<Record<string, (object: KubeObject) => unknown>> = {
  '/replicationcontrollers': ({ spec }) => memberOf(spec, 'template'),
  '/podtemplates': ({ template }) => template,
  'apps/replicasets': ({ spec }) => memberOf(spec, 'template'),
  'apps/deployments': ({ spec }) => memberOf(spec, 'template'),
  'apps/statefulsets': ({ spec }) => memberOf(spec, 'template'),
  'apps/daemonsets': ({ spec }) => memberOf(spec, 'template'),
  'batch/jobs': ({ spec }) => memberOf(spec, 'template'),
  'batch/cronjobs': ({ spec }) => memberOf(memberOf(memberOf(spec, 'jobTemplate'), 'spec'), 'template'),
}

const memberOf = (value: unknown, name: string) => (value as Record<string, unknown> | undefined)?.[name]

/**
 * PodSecurity: pods are held to the Pod Security Standards that labels of their namespace name: refused, told of in a
 * warning, or noted in the audit log; what makes pods is not refused.
 */
export function podSecurity(known: KnownObjects): Admission {
  return {
    concerns: ({ builtin }) => builtin,
    validate(request) {
      const { operation, resource, subresource } = request
      if ((operation !== 'CREATE' && operation !== 'UPDATE') || !resource.builtin || !request.object) return undefined
      const key = `${resource.group}/${resource.plural}`
      if (key === '/pods') return ignoredSubresources.has(subresource) ? undefined : checkPod(known, request)
      if (subresource !== '') return undefined
      if (key === '/namespaces') return checkNamespace(known, request)
      const template = Object.hasOwn(templates, key) ? templates[key]?.(request.object) : undefined
      return template ? checkTemplate(known, request, template as CheckedPod) : undefined
    },
  }
}

const namespaceLabels = (known: KnownObjects, { namespace }: AdmissionRequest) =>
  known.get('', 'namespaces', '', namespace)?.metadata.labels

async function checkPod(known: KnownObjects, request: AdmissionRequest): Promise<void> {
  const { policy, errors: wrong } = policyOf(namespaceLabels(known, request))
  const { enforce, audit, warn } = policy
  const pod = request.object as KubeObject & CheckedPod
  const old = request.old as (KubeObject & CheckedPod) | undefined
  const isFree = wrong.length === 0 && [enforce, audit, warn].every(({ level }) => level === 'privileged')
  if (!isFree && old && !isSignificant(pod.spec, old.spec)) return
  request.note(`${labelPrefix}enforce-policy`, levelText(enforce))
  if (isFree) return
  noteWrongLabels(request, wrong)
  const violations = await violationsIn(pod, enforce)
  await noteViolations(request, pod, audit)
  if (violations !== '') throw refusal(request, `violates PodSecurity "${levelText(enforce)}": ${violations}`)
  await warnOf(request, pod, warn)
}

async function checkTemplate(known: KnownObjects, request: AdmissionRequest, template: CheckedPod): Promise<void> {
  const { policy, errors: wrong } = policyOf(namespaceLabels(known, request))
  noteWrongLabels(request, wrong)
  await noteViolations(request, template, policy.audit)
  await warnOf(request, template, policy.warn)
}

/** What a pod violates, in one line; '' where it is nothing. The rules are loaded where there is a level. */
async function violationsIn(pod: CheckedPod, level: LevelVersion): Promise<string> {
  if (level.level === 'privileged') return ''
  const { violationsOf, violationText } = await import('./violations.js')
  return violationText(violationsOf(pod, level))
}

function noteWrongLabels(request: AdmissionRequest, wrong: readonly FieldError[]): void {
  if (wrong.length > 0) request.note(`${labelPrefix}error`, `Failed to parse policy: ${formatFieldErrors(wrong)}`)
}

async function noteViolations(request: AdmissionRequest, pod: CheckedPod, level: LevelVersion): Promise<void> {
  const violations = await violationsIn(pod, level)
  if (violations === '') return
  request.note(`${labelPrefix}audit-violations`, `would violate PodSecurity "${levelText(level)}": ${violations}`)
}

async function warnOf(request: AdmissionRequest, pod: CheckedPod, level: LevelVersion): Promise<void> {
  const violations = await violationsIn(pod, level)
  if (violations !== '') request.warn(`would violate PodSecurity "${levelText(level)}": ${violations}`)
}

/** Of a pod only images change, and containers that are added to look into it. */
function isSignificant(spec: CheckedSpec, old: CheckedSpec): boolean {
  const images = (containers: readonly CheckedContainer[] = []) => containers.map(({ image }) => image)
  const isKnown = ({ name, image }: CheckedContainer) =>
    old.ephemeralContainers?.some((one) => one.name === name && one.image === image) ?? false
  return (
    !jsonEquals(images(spec.containers), images(old.containers)) ||
    !jsonEquals(images(spec.initContainers), images(old.initContainers)) ||
    !(spec.ephemeralContainers ?? []).every(isKnown)
  )
}

/** The labels must be right; a namespace that gets stricter is told which of its pods are not. */
async function checkNamespace(known: KnownObjects, request: AdmissionRequest): Promise<void> {
  const { resource, operation, object, old } = request
  const name = object?.metadata.name ?? ''
  const { policy, errors: wrong } = policyOf(object?.metadata.labels)
  const before = operation === 'UPDATE' ? policyOf(old?.metadata.labels) : undefined
  if (wrong.length > 0 && !jsonEquals(wrong, before?.errors ?? [])) {
    throw errors.invalid({ group: resource.group, kind: resource.kind }, name, wrong)
  }
  const { enforce } = policy
  const last = before?.policy.enforce
  const isStricter = last && (last.version !== enforce.version || strictness(enforce.level) > strictness(last.level))
  if (!isStricter || enforce.level === 'privileged') return
  for (const text of await warningsOfPods(known, name, enforce)) request.warn(text)
}

async function warningsOfPods(known: KnownObjects, namespace: string, enforce: LevelVersion): Promise<string[]> {
  const { violationsOf } = await import('./violations.js')
  const pods = known.all('', 'pods', namespace)
  const names = new Map<string, string[]>()
  for (const pod of pods.slice(0, maxPods)) {
    const reasons = violationsOf(pod as KubeObject & CheckedPod, enforce).map(({ reason }) => reason)
    if (reasons.length === 0) continue
    const text = reasons.join(', ')
    names.set(text, [...(names.get(text) ?? []), pod.metadata.name ?? ''])
  }
  const partly = `new PodSecurity enforce level only checked against the first ${maxPods} of ${pods.length} existing pods`
  const title = `existing pods in namespace "${namespace}" violate the new PodSecurity enforce level "${levelText(enforce)}"`
  const lines = [...names].map(([text, [first = '', ...more]]) => {
    const others = more.length === 0 ? '' : ` (and ${more.length} other ${more.length === 1 ? 'pod' : 'pods'})`
    return `${first}${others}: ${text}`
  })
  return [...(pods.length > maxPods ? [partly] : []), ...(lines.length > 0 ? [title, ...lines.sort()] : [])]
}
