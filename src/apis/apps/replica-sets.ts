import { type FieldError, fieldError } from '../../meta/field-error.js'
import type { KubeObject } from '../../meta/object.js'
import { formatSelector } from '../../meta/selector-object.js'
import type { BuiltinKind } from '../builtin-kind.js'
import { age, containerCells } from '../cells.js'
import { podNameWarnings, podTemplateWarnings } from '../core/pods/pod-warnings.js'
import { validatePodTemplate } from '../core/pods/validate-pod-template.js'
import { checkImmutable, checkNotNegative } from '../field-checks.js'
import { workloadScale } from '../workload-scale.js'
import {
  isReadable,
  validateCounts,
  validateLastingTemplate,
  validateTemplateLabels,
  validateWorkloadSelector,
  type WorkloadSpec,
} from './workload-template.js'

interface Spec extends WorkloadSpec {
  readonly replicas?: number
  readonly minReadySeconds?: number
}

type Status = Readonly<Partial<Record<(typeof parts)[number] | 'replicas', number>>>

const parts = ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'] as const
const specOf = (set: KubeObject) => (set.spec ?? {}) as Spec
const statusOf = (set: KubeObject) => (set.status ?? {}) as Status

/** apps/v1 ReplicaSet. */
export const replicaSets: BuiltinKind = {
  defaults: { 'apps.v1.ReplicaSetSpec': { fields: { replicas: 1 } } },
  scale: workloadScale,
  strategy: {
    validate: (set, update) =>
      update?.subresource === 'status' ? validateReplicaStatus(statusOf(set)) : validateSpec(specOf(set)),
    validateUpdate: (set, old, subresource) =>
      subresource === 'status' ? [] : checkImmutable(specOf(set).selector, specOf(old).selector, 'spec.selector'),
    warnings: (set, old) => [
      ...(old ? [] : podNameWarnings(set)),
      ...podTemplateWarnings(specOf(set).template, old && specOf(old).template, 'spec.template'),
    ],
  },
  cells: replicaCells((set) => formatSelector(specOf(set).selector)),
}

/** Columns of replica sets and of replication controllers. */
export function replicaCells(selector: (object: KubeObject) => string): NonNullable<BuiltinKind['cells']> {
  return {
    Desired: (set) => specOf(set).replicas ?? 0,
    Current: (set) => statusOf(set).replicas ?? 0,
    Ready: (set) => statusOf(set).readyReplicas ?? 0,
    Age: age,
    ...containerCells((set) => specOf(set).template),
    Selector: selector,
  }
}

export function validateReplicaStatus(status: Status): FieldError[] {
  const { readyReplicas = 0, availableReplicas = 0 } = status
  const found = validateCounts(status, ['replicas', ...parts, 'observedGeneration', 'terminatingReplicas'], parts)
  if (availableReplicas <= readyReplicas) return found
  const why = 'cannot be greater than readyReplicas'
  return [...found, fieldError.invalid('status.availableReplicas', availableReplicas, why)]
}

function validateSpec(spec: Spec): FieldError[] {
  const { selector, template = {}, replicas, minReadySeconds } = spec
  const found = [
    ...checkNotNegative(replicas, 'spec.replicas'),
    ...checkNotNegative(minReadySeconds, 'spec.minReadySeconds'),
    ...validateWorkloadSelector(selector, 'deployment', 'invalid label selector'),
  ]
  if (!isReadable(selector)) return found
  return [
    ...found,
    ...validateTemplateLabels(selector, template),
    ...validatePodTemplate(template, 'spec.template'),
    ...validateLastingTemplate(template, 'ReplicaSet'),
  ]
}
