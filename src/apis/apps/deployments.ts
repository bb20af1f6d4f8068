import { type FieldError, fieldError } from '../../meta/field-error.js'
import { jsonEquals } from '../../meta/json-equal.js'
import type { JsonObject, KubeObject } from '../../meta/object.js'
import {
  formatSelector,
  isEmptySelector,
  type SelectorObject,
  selectorMatches,
  validateSelector,
} from '../../meta/selector-object.js'
import type { BuiltinKind } from '../builtin-kind.js'
import { age, containerCells } from '../cells.js'
import type { PodTemplate } from '../core/pods/pod-spec.js'
import { podNameWarnings, podTemplateWarnings } from '../core/pods/pod-warnings.js'
import { validatePodTemplate } from '../core/pods/validate-pod-template.js'
import { checkCountOrPercent, checkNotNegative } from '../field-checks.js'
import { workloadScale } from '../workload-scale.js'

interface DeploymentSpec {
  readonly replicas?: number
  readonly selector?: SelectorObject
  readonly template?: PodTemplate
  readonly strategy?: { readonly type?: string; readonly rollingUpdate?: RollingUpdate }
  readonly minReadySeconds?: number
  readonly revisionHistoryLimit?: number
  readonly progressDeadlineSeconds?: number
}

interface RollingUpdate {
  readonly maxUnavailable?: number | string
  readonly maxSurge?: number | string
}

type DeploymentStatus = Readonly<Partial<Record<(typeof statusCounts)[number], number>>>

const statusCounts = [
  'observedGeneration',
  'replicas',
  'updatedReplicas',
  'readyReplicas',
  'availableReplicas',
  'unavailableReplicas',
  'terminatingReplicas',
  'collisionCount',
] as const

const specOf = (deployment: KubeObject) => (deployment.spec ?? {}) as DeploymentSpec
const statusOf = (deployment: KubeObject) => (deployment.status ?? {}) as DeploymentStatus

/** apps/v1 Deployment. */
export const deployments: BuiltinKind = {
  defaults: {
    'apps.v1.DeploymentSpec': {
      fields: { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 },
      set: setStrategyDefaults,
    },
  },
  scale: workloadScale,
  strategy: {
    /** Annotations count too: upstream's controller copies them to replica sets. */
    prepareForUpdate: (deployment, old, subresource) => {
      if (subresource === 'status' || jsonEquals(ownAnnotations(deployment), ownAnnotations(old))) return
      deployment.metadata.generation = (old.metadata.generation ?? 0) + 1
    },
    validate: (deployment) => [...validateSpec(specOf(deployment)), ...validateStatus(statusOf(deployment))],
    validateUpdate: (deployment, old) => {
      const { selector } = specOf(deployment)
      if (jsonEquals(selector, specOf(old).selector)) return []
      return [fieldError.invalid('spec.selector', selector, 'field is immutable')]
    },
    warnings: (deployment, old) => [
      ...(old ? [] : podNameWarnings(deployment)),
      ...podTemplateWarnings(specOf(deployment).template, old && specOf(old).template, 'spec.template'),
    ],
  },
  cells: {
    Ready: (deployment) => `${statusOf(deployment).readyReplicas ?? 0}/${specOf(deployment).replicas ?? 0}`,
    'Up-to-date': (deployment) => statusOf(deployment).updatedReplicas ?? 0,
    Available: (deployment) => statusOf(deployment).availableReplicas ?? 0,
    Age: age,
    ...containerCells((deployment) => specOf(deployment).template),
    Selector: (deployment) => formatSelector(specOf(deployment).selector),
  },
}

/** Its revision is noted by that controller. */
function ownAnnotations({ metadata }: KubeObject): Record<string, string> {
  const { 'deployment.kubernetes.io/revision': _, ...own } = metadata.annotations ?? {}
  return own
}

function setStrategyDefaults(spec: JsonObject): void {
  const strategy = (spec.strategy ?? {}) as JsonObject
  spec.strategy = strategy
  strategy.type ??= 'RollingUpdate'
  if (strategy.type !== 'RollingUpdate') return
  const given = (strategy.rollingUpdate ?? {}) as JsonObject
  strategy.rollingUpdate = { maxUnavailable: '25%', maxSurge: '25%', ...given }
}

function validateSpec(spec: DeploymentSpec): FieldError[] {
  const { replicas, minReadySeconds = 0, progressDeadlineSeconds } = spec
  const found = [
    ...checkNotNegative(replicas, 'spec.replicas'),
    ...validateTemplateOf(spec),
    ...validateStrategy(spec.strategy ?? {}),
    ...checkNotNegative(minReadySeconds, 'spec.minReadySeconds'),
    ...checkNotNegative(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit'),
    ...checkNotNegative(progressDeadlineSeconds, 'spec.progressDeadlineSeconds'),
  ]
  if (progressDeadlineSeconds !== undefined && progressDeadlineSeconds <= minReadySeconds) {
    const why = 'must be greater than minReadySeconds'
    found.push(fieldError.invalid('spec.progressDeadlineSeconds', progressDeadlineSeconds, why))
  }
  return found
}

/** What upstream says of a template only when it can read the selector. */
function validateTemplateOf({ selector, template = {} }: DeploymentSpec): FieldError[] {
  const path = 'spec.selector'
  const found = selector ? validateSelector(selector, path) : [fieldError.required(path)]
  if (selector && found.length > 0) return [...found, fieldError.invalid(path, selector, 'invalid label selector')]
  if (selector && isEmptySelector(selector)) {
    found.push(fieldError.invalid(path, selector, 'empty selector is invalid for deployment'))
  }
  const labels = template.metadata?.labels
  if (!selectorMatches(selector, labels ?? {})) {
    const why = '`selector` does not match template `labels`'
    found.push(fieldError.invalid('spec.template.metadata.labels', labels, why))
  }
  return [...found, ...validatePodTemplate(template, 'spec.template'), ...validateReplicaTemplate(template)]
}

/** What the pods of a replica set can't be told. */
function validateReplicaTemplate({ spec = {} }: PodTemplate): FieldError[] {
  const found: FieldError[] = []
  if (spec.restartPolicy && spec.restartPolicy !== 'Always') {
    found.push(fieldError.notSupported('spec.template.spec.restartPolicy', spec.restartPolicy, ['Always']))
  }
  if (spec.activeDeadlineSeconds !== undefined) {
    const why = 'activeDeadlineSeconds in ReplicaSet is not Supported'
    found.push(fieldError.forbidden('spec.template.spec.activeDeadlineSeconds', why))
  }
  return found
}

function validateStrategy(strategy: NonNullable<DeploymentSpec['strategy']>): FieldError[] {
  const path = 'spec.strategy.rollingUpdate'
  const { type, rollingUpdate } = strategy
  if (type === 'Recreate') {
    const why = "may not be specified when strategy `type` is 'Recreate'"
    return rollingUpdate ? [fieldError.forbidden(path, why)] : []
  }
  if (type !== 'RollingUpdate') {
    // Upstream shows the struct as Go names its fields.
    const { maxUnavailable = 0, maxSurge = 0 } = rollingUpdate ?? {}
    const shown = {
      Type: type,
      RollingUpdate: rollingUpdate ? { MaxUnavailable: maxUnavailable, MaxSurge: maxSurge } : null,
    }
    return [fieldError.notSupported('spec.strategy', shown, ['Recreate', 'RollingUpdate'])]
  }
  const { maxUnavailable = 0, maxSurge = 0 } = rollingUpdate ?? {}
  const found = [
    ...checkCountOrPercent(maxUnavailable, `${path}.maxUnavailable`),
    ...checkCountOrPercent(maxSurge, `${path}.maxSurge`),
  ]
  if (Number.parseInt(String(maxUnavailable), 10) === 0 && Number.parseInt(String(maxSurge), 10) === 0) {
    const why = 'may not be 0 when `maxSurge` is 0'
    found.push(fieldError.invalid(`${path}.maxUnavailable`, maxUnavailable, why))
  }
  if (/^\d+%$/.test(String(maxUnavailable)) && Number.parseInt(String(maxUnavailable), 10) > 100) {
    found.push(fieldError.invalid(`${path}.maxUnavailable`, maxUnavailable, 'must not be greater than 100%'))
  }
  return found
}

function validateStatus(status: DeploymentStatus): FieldError[] {
  const found = statusCounts.flatMap((name) => checkNotNegative(status[name], `status.${name}`))
  const { replicas = 0, readyReplicas = 0, availableReplicas = 0 } = status
  for (const name of ['updatedReplicas', 'readyReplicas', 'availableReplicas'] as const) {
    const count = status[name] ?? 0
    if (count <= replicas) continue
    found.push(fieldError.invalid(`status.${name}`, count, 'cannot be greater than status.replicas'))
  }
  if (availableReplicas > readyReplicas) {
    const why = 'cannot be greater than readyReplicas'
    found.push(fieldError.invalid('status.availableReplicas', availableReplicas, why))
  }
  return found
}
