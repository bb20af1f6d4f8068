import { type FieldError, fieldError } from '../../../meta/field-error.js'
import { jsonEquals } from '../../../meta/json-equal.js'
import { changedLines } from '../../changed-lines.js'
import { each } from '../../field-checks.js'
import { goShape } from '../../go-shape.js'
import type { Container, PodSpec, Toleration } from './pod-spec.js'

const mutable = [
  '`spec.containers[*].image`',
  '`spec.initContainers[*].image`',
  '`spec.activeDeadlineSeconds`',
  '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
].join(',')
const maxInt32 = 2 ** 31 - 1

/** Of a running pod little may be changed: images, tolerations that are added, an earlier deadline (API-SEMANTICS V61). */
export function validatePodUpdate(spec: PodSpec, old: PodSpec): FieldError[] {
  for (const list of ['containers', 'initContainers'] as const) {
    if (spec[list]?.length !== old[list]?.length) {
      return [fieldError.forbidden(`spec.${list}`, 'pod updates may not add or remove containers')]
    }
  }
  const found = [
    ...validateImages(spec.containers, 'spec.containers'),
    ...validateImages(spec.initContainers, 'spec.initContainers'),
  ]
  const late = validateDeadline(spec.activeDeadlineSeconds, old.activeDeadlineSeconds)
  found.push(...late)
  if (late.length > 0 && spec.activeDeadlineSeconds !== undefined) return found
  found.push(...validateTolerations(spec.tolerations, old.tolerations), ...validateGates(spec, old))
  const allowed = withMutableOf(spec, old)
  if (jsonEquals(allowed, old)) return found
  const [was, is] = [old, allowed].map((one) => goShape(one, 'core.v1.PodSpec'))
  const why = `pod updates may not change fields other than ${mutable}\n${changedLines(was, is)}`
  return [...found, fieldError.forbidden('spec', why)]
}

function validateImages(containers: readonly Container[] | undefined, path: string): FieldError[] {
  return each(containers, path, ({ image = '' }, at) => {
    if (image === '') return [fieldError.required(`${at}.image`)]
    const trimmed = image.trim() === image
    return trimmed ? [] : [fieldError.invalid(`${at}.image`, image, 'must not have leading or trailing whitespace')]
  })
}

function validateDeadline(seconds: number | undefined, old: number | undefined): FieldError[] {
  const invalid = (why: string) => [fieldError.invalid('spec.activeDeadlineSeconds', seconds ?? null, why)]
  if (seconds === undefined) {
    return old === undefined ? [] : invalid('must not update from a positive integer to nil value')
  }
  if (seconds < 0 || seconds > maxInt32) return invalid(`must be between 0 and ${maxInt32}, inclusive`)
  return old !== undefined && old < seconds ? invalid('must be less than or equal to previous value') : []
}

function validateTolerations(now: readonly Toleration[] = [], old: readonly Toleration[] = []): FieldError[] {
  const untimed = ({ tolerationSeconds: _, ...rest }: Toleration) => rest
  const kept = old.every((one) => now.some((other) => jsonEquals(untimed(other), untimed(one))))
  const why = 'existing toleration can not be modified except its tolerationSeconds'
  return kept ? [] : [fieldError.forbidden('spec.tolerations', why)]
}

function validateGates({ schedulingGates }: PodSpec, old: PodSpec): FieldError[] {
  const before = new Set(old.schedulingGates?.map(({ name }) => name))
  return each(schedulingGates, 'spec.schedulingGates', ({ name }, at) =>
    before.has(name)
      ? []
      : [fieldError.forbidden(`${at}.name`, `only deletion is allowed, but found new scheduling gate '${name}'`)],
  )
}

/** `spec` with what may be changed as it was before. A pod that waits at gates may also narrow its choice of nodes. */
function withMutableOf(spec: PodSpec, old: PodSpec): PodSpec {
  const images = (list: 'containers' | 'initContainers') =>
    spec[list]?.map((container, i) => {
      const image = old[list]?.[i]?.image
      const { image: _, ...rest } = container
      return image === undefined ? rest : { ...rest, image }
    })
  const gated = (old.schedulingGates?.length ?? 0) > 0 && narrowsNodes(spec, old)
  const negative = (old.terminationGracePeriodSeconds ?? 0) < 0 && spec.terminationGracePeriodSeconds === 1
  const replaced: Record<string, unknown> = {
    containers: images('containers'),
    initContainers: images('initContainers'),
    activeDeadlineSeconds: old.activeDeadlineSeconds,
    schedulingGates: old.schedulingGates,
    tolerations: old.tolerations,
    ...(gated ? { nodeSelector: old.nodeSelector } : {}),
    ...(negative ? { terminationGracePeriodSeconds: old.terminationGracePeriodSeconds } : {}),
  }
  const entries = Object.entries({ ...spec, ...replaced }).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as PodSpec
}

function narrowsNodes({ nodeSelector = {} }: PodSpec, old: PodSpec): boolean {
  return Object.entries(old.nodeSelector ?? {}).every(([key, value]) => nodeSelector[key] === value)
}
