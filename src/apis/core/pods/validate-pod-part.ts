import { type FieldError, fieldError } from '../../../meta/field-error.js'
import { jsonEquals } from '../../../meta/json-equal.js'
import { changedLines } from '../../changed-lines.js'
import { goShape } from '../../go-shape.js'
import type { Container, PodSpec, Resources } from './pod-spec.js'
import { qosClass } from './qos-class.js'

/** `ephemeralcontainers`: they can only be added. */
export function validateEphemeralUpdate(spec: PodSpec, old: PodSpec): FieldError[] {
  const path = 'spec.ephemeralContainers'
  return (old.ephemeralContainers ?? []).flatMap((before) => {
    const { name } = before
    const quoted = JSON.stringify(name)
    const now = spec.ephemeralContainers?.find((one) => one.name === name)
    if (!now) return [fieldError.forbidden(path, `existing ephemeral containers ${quoted} may not be removed\n`)]
    if (jsonEquals(now, before)) return []
    const [was, is] = [before, now].map((one) => goShape(one, 'core.v1.EphemeralContainer'))
    const why = `existing ephemeral containers ${quoted} may not be changed\n${changedLines(was, is)}`
    return [fieldError.forbidden(path, why)]
  })
}

/** `resize`: CPU and memory of containers, in ways that keep the pod's class of service. */
export function validatePodResize(spec: PodSpec, old: PodSpec): FieldError[] {
  const found: FieldError[] = []
  if (qosClass(spec) !== qosClass(old)) {
    found.push(fieldError.invalid('spec', qosClass(old), 'Pod QOS Class may not change as a result of resizing'))
  }
  for (const list of ['containers', 'initContainers'] as const) {
    const [now, before] = [spec[list] ?? [], old[list] ?? []]
    if (now.length !== before.length) {
      return [...found, fieldError.forbidden(`spec.${list}`, `${list} may not be added or removed on resize`)]
    }
    for (const [i, container] of now.entries()) {
      if (container.name === before[i]?.name) continue
      found.push(fieldError.forbidden(`spec.${list}[${i}].name`, `${list} may not be renamed or reordered on resize`))
      return found
    }
  }
  for (const list of ['initContainers', 'containers'] as const) {
    for (const [i, container] of (spec[list] ?? []).entries()) {
      found.push(...validateRemoved(container, old[list]?.[i], `spec.${list}[${i}].resources`))
    }
  }
  const others = (containers: readonly Container[] = []) => containers.map(withoutCpuAndMemory)
  if (!jsonEquals(others(spec.containers), others(old.containers))) {
    found.push(fieldError.forbidden('spec', 'only cpu and memory resources are mutable'))
  }
  return found
}

function validateRemoved(now: Container, old: Container | undefined, path: string): FieldError[] {
  return (['limits', 'requests'] as const).flatMap((list) => {
    const [after, before] = [now.resources?.[list] ?? {}, old?.resources?.[list] ?? {}]
    const gone = Object.keys(before).some((name) => !Object.hasOwn(after, name))
    return gone ? [fieldError.forbidden(`${path}.${list}`, `resource ${list} cannot be removed`)] : []
  })
}

function withoutCpuAndMemory({ resources = {}, resizePolicy: _, ...rest }: Container) {
  const others = (list: Resources['limits'] = {}) =>
    Object.fromEntries(Object.entries(list).filter(([name]) => name !== 'cpu' && name !== 'memory'))
  return { ...rest, limits: others(resources.limits), requests: others(resources.requests) }
}
