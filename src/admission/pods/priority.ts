import type { KubeObject } from '../../meta/object.js'
import { type Admission, type AdmissionRequest, onlyOf } from '../../registry/admission.js'
import type { KnownObjects } from '../known-objects.js'
import { isWriteOf, refusal } from '../refuse.js'
import type { Pod } from './pod.js'

interface PriorityClass extends KubeObject {
  readonly value?: number
  readonly globalDefault?: boolean
  readonly preemptionPolicy?: string
}

const group = 'scheduling.k8s.io'

/** Priority: a pod's class decides its priority; at most one class is the default (API-SEMANTICS A92). */
export function podPriority(known: KnownObjects): Admission {
  return {
    concerns: onlyOf('/pods', 'scheduling.k8s.io/priorityclasses'),
    async mutate(request) {
      if (!isWriteOf(request, '', 'pods')) return
      const { spec } = request.object as Pod
      if (request.operation === 'CREATE') {
        await known.fresh()
        return setPriority(request, spec, classOf(known, request, spec.priorityClassName))
      }
      const old = (request.old as Pod).spec
      if (old.priority !== undefined) spec.priority ??= old.priority
      if (old.preemptionPolicy !== undefined) spec.preemptionPolicy ??= old.preemptionPolicy
    },
    async validate(request) {
      if (!isWriteOf(request, group, 'priorityclasses') || !(request.object as PriorityClass).globalDefault) return
      await known.fresh()
      const other = defaultClass(known)
      if (!other || (request.operation === 'UPDATE' && other.metadata.name === request.name)) return
      const why = `PriorityClass ${other.metadata.name} is already marked as default. Only one default can exist`
      throw refusal(request, why)
    },
  }
}

function classOf(known: KnownObjects, request: AdmissionRequest, name = ''): PriorityClass | undefined {
  if (name === '') return defaultClass(known)
  const found = known.get(group, 'priorityclasses', '', name)
  if (!found) throw refusal(request, `no PriorityClass with name ${name} was found`)
  return found
}

/** The one of the lowest value, should there be several. */
function defaultClass(known: KnownObjects): PriorityClass | undefined {
  const defaults = (known.all(group, 'priorityclasses', '') as PriorityClass[]).filter((one) => one.globalDefault)
  return defaults.sort((a, b) => (a.value ?? 0) - (b.value ?? 0))[0]
}

function setPriority(request: AdmissionRequest, spec: Pod['spec'], found: PriorityClass | undefined): void {
  const priority = found?.value ?? 0
  const policy = found ? found.preemptionPolicy : 'PreemptLowerPriority'
  const computed = (what: string, given: unknown, value: unknown) =>
    `the ${what} (${given}) must not be provided in pod spec; priority admission controller computed ${value} ` +
    'from the given PriorityClass name'
  if (found?.metadata.name) spec.priorityClassName = found.metadata.name
  if (spec.priority !== undefined && spec.priority !== priority) {
    throw refusal(request, computed('integer value of priority', spec.priority, priority))
  }
  spec.priority = priority
  if (policy === undefined) return
  if (spec.preemptionPolicy !== undefined && spec.preemptionPolicy !== policy) {
    throw refusal(request, computed('string value of PreemptionPolicy', spec.preemptionPolicy, policy))
  }
  spec.preemptionPolicy = policy
}
