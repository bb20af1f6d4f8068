import { type FieldError, fieldError } from '../../meta/field-error.js'
import { jsonEquals } from '../../meta/json-equal.js'
import { labelErrors } from '../../meta/names.js'
import type { JsonObject, KubeObject } from '../../meta/object.js'
import type { BuiltinKind } from '../builtin-kind.js'
import { age, containerCells } from '../cells.js'
import { type ClaimSpec, validateClaimSpec } from '../core/claim-spec.js'
import type { Volume } from '../core/pods/pod-spec.js'
import { podTemplateWarnings } from '../core/pods/pod-warnings.js'
import { validatePodTemplate } from '../core/pods/validate-pod-template.js'
import { claimSpecWarnings } from '../core/volumes/volume-warnings.js'
import { checkNotNegative, each, invalidBy } from '../field-checks.js'
import { workloadScale } from '../workload-scale.js'
import {
  isReadable,
  validateCollisions,
  validateCounts,
  validateLastingTemplate,
  validateTemplateLabels,
  validateWorkloadSelector,
  type WorkloadSpec,
} from './workload-template.js'

interface Spec extends WorkloadSpec {
  readonly revisionHistoryLimit?: number
  readonly replicas?: number
  readonly minReadySeconds?: number
  readonly serviceName?: string
  readonly podManagementPolicy?: string
  readonly updateStrategy?: { readonly type?: string; readonly rollingUpdate?: { readonly partition?: number } }
  readonly persistentVolumeClaimRetentionPolicy?: { readonly whenDeleted?: string; readonly whenScaled?: string }
  readonly ordinals?: { readonly start?: number }
  readonly volumeClaimTemplates?: readonly {
    readonly metadata: { readonly name?: string }
    readonly spec?: ClaimSpec
  }[]
}

const parts = ['readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas'] as const
/** What may be changed of one that is there. */
const changeable = new Set([
  ...['replicas', 'template', 'updateStrategy', 'minReadySeconds', 'ordinals', 'revisionHistoryLimit'],
  'persistentVolumeClaimRetentionPolicy',
])
const onlyThese =
  "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', " +
  "'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"

const specOf = (set: KubeObject) => (set.spec ?? {}) as Spec
const statusOf = (set: KubeObject) =>
  (set.status ?? {}) as JsonObject & { readyReplicas?: number; collisionCount?: number }

/** apps/v1 StatefulSet. */
export const statefulSets: BuiltinKind = {
  defaults: {
    'apps.v1.StatefulSet': {
      set: (set) => {
        const { status } = set as { status?: JsonObject }
        if (status) status.availableReplicas ??= 0
      },
    },
    'apps.v1.StatefulSetSpec': {
      fields: { podManagementPolicy: 'OrderedReady', replicas: 1, revisionHistoryLimit: 10 },
      set: setSpecDefaults,
    },
  },
  scale: workloadScale,
  strategy: {
    prepareForCreate: dropUnavailable,
    prepareForUpdate: dropUnavailable,
    validate: (set, update) =>
      update?.subresource === 'status'
        ? validateStatus(set, update.old)
        : validateSpec(specOf(set), update !== undefined),
    validateUpdate: (set, old, subresource) => {
      const fixed = (object: KubeObject) =>
        Object.fromEntries(Object.entries(specOf(object)).filter(([field]) => !changeable.has(field)))
      const same = subresource === 'status' || jsonEquals(fixed(set), fixed(old))
      return same ? [] : [fieldError.forbidden('spec', onlyThese)]
    },
    warnings: (set, old) => {
      const { template, revisionHistoryLimit: limit = 0, volumeClaimTemplates: claims = [] } = specOf(set)
      const why = 'a negative value retains all historical revisions; a value >= 0 is recommended'
      return [
        ...podTemplateWarnings(template, old && specOf(old).template, 'spec.template'),
        ...claims.flatMap(({ spec = {} }, i) =>
          claimSpecWarnings(spec as JsonObject, `spec.volumeClaimTemplates[${i}]`),
        ),
        ...(limit < 0 ? [`spec.revisionHistoryLimit: ${why}`] : []),
      ]
    },
  },
  cells: {
    Ready: (set) => `${statusOf(set).readyReplicas ?? 0}/${specOf(set).replicas ?? 0}`,
    Age: age,
    ...containerCells((set) => specOf(set).template),
  },
}

function setSpecDefaults(spec: JsonObject): void {
  const strategy = (spec.updateStrategy ?? {}) as JsonObject
  spec.updateStrategy = strategy
  // Who says the type and nothing more gets nothing more.
  if (!strategy.type) strategy.rollingUpdate ??= {}
  strategy.type ||= 'RollingUpdate'
  const rollingUpdate = strategy.rollingUpdate as JsonObject | undefined
  if (strategy.type === 'RollingUpdate' && rollingUpdate) rollingUpdate.partition ??= 0
  const retention = (spec.persistentVolumeClaimRetentionPolicy ?? {}) as JsonObject
  spec.persistentVolumeClaimRetentionPolicy = retention
  retention.whenDeleted ||= 'Retain'
  retention.whenScaled ||= 'Retain'
  for (const claim of (spec.volumeClaimTemplates ?? []) as JsonObject[]) {
    claim.apiVersion ??= 'v1'
    claim.kind ??= 'PersistentVolumeClaim'
  }
}

/** Of a feature that upstream has switched off. */
function dropUnavailable(set: KubeObject): void {
  const { updateStrategy } = specOf(set) as { updateStrategy?: { rollingUpdate?: JsonObject } }
  delete updateStrategy?.rollingUpdate?.maxUnavailable
}

function validateSpec(spec: Spec, isUpdate: boolean): FieldError[] {
  const { selector, template = {}, serviceName, volumeClaimTemplates: claims = [], ordinals } = spec
  const found = [
    ...validatePolicies(spec),
    ...(isUpdate
      ? []
      : each(claims, 'spec.volumeClaimTemplates', (claim, at) => validateClaimSpec(claim.spec ?? {}, `${at}.spec`))),
    ...checkNotNegative(spec.replicas, 'spec.replicas'),
    ...checkNotNegative(spec.minReadySeconds, 'spec.minReadySeconds'),
    ...checkNotNegative(ordinals?.start, 'spec.ordinals.start'),
    ...(serviceName && !isUpdate ? invalidBy('spec.serviceName', serviceName, labelErrors(serviceName)) : []),
    ...validateWorkloadSelector(selector, 'statefulset', ''),
  ]
  if (isReadable(selector)) {
    found.push(...validateTemplateLabels(selector, template))
    // The claims are volumes of every pod; each pod's name and subdomain are given.
    const { subdomain: _s, hostname: _h, volumes = [], ...podSpec } = template.spec ?? {}
    const names = claims.map(({ metadata }) => metadata.name ?? '')
    const claimVolumes = [...new Set(names)].map(
      (name): Volume => ({ name, persistentVolumeClaim: { claimName: name } }),
    )
    const others = volumes.filter(({ name }) => !names.includes(name))
    const whole = { ...template, spec: { ...podSpec, volumes: [...claimVolumes, ...others] } }
    found.push(...validatePodTemplate(whole, 'spec.template'))
  }
  return [...found, ...validateLastingTemplate(template, 'StatefulSet', { restartPolicyRequired: true })]
}

function validatePolicies({ podManagementPolicy, updateStrategy = {}, ...spec }: Spec): FieldError[] {
  const found: FieldError[] = []
  if (!['OrderedReady', 'Parallel'].includes(podManagementPolicy ?? '')) {
    found.push(
      fieldError.invalid('spec.podManagementPolicy', podManagementPolicy, "must be 'OrderedReady' or 'Parallel'"),
    )
  }
  const { type, rollingUpdate } = updateStrategy
  // Upstream shows structs as Go names their fields.
  const rolling = rollingUpdate ? { Partition: rollingUpdate.partition ?? 0, MaxUnavailable: null } : null
  if (type === 'OnDelete' && rollingUpdate) {
    const why = "only allowed for updateStrategy 'RollingUpdate'"
    found.push(fieldError.invalid('spec.updateStrategy.rollingUpdate', rolling, why))
  } else if (type === 'RollingUpdate') {
    found.push(...checkNotNegative(rollingUpdate?.partition, 'spec.updateStrategy.rollingUpdate.partition'))
  } else if (type !== 'OnDelete') {
    const why = "must be 'RollingUpdate' or 'OnDelete'"
    found.push(fieldError.invalid('spec.updateStrategy', { Type: type, RollingUpdate: rolling }, why))
  }
  const { whenDeleted = '', whenScaled = '' } = spec.persistentVolumeClaimRetentionPolicy ?? {}
  for (const [name, policy] of Object.entries({ whenDeleted, whenScaled })) {
    const path = `spec.persistentVolumeClaimRetentionPolicy.${name}`
    if (!['Retain', 'Delete'].includes(policy)) found.push(fieldError.notSupported(path, policy, ['Retain', 'Delete']))
  }
  return found
}

function validateStatus(set: KubeObject, old: KubeObject): FieldError[] {
  const status = statusOf(set)
  const { readyReplicas = 0 } = status
  const availableReplicas = (status.availableReplicas ?? 0) as number
  const found = validateCounts(status, ['replicas', ...parts, 'observedGeneration', 'collisionCount'], parts)
  if (availableReplicas > readyReplicas) {
    const why = 'cannot be greater than status.readyReplicas'
    found.push(fieldError.invalid('status.availableReplicas', availableReplicas, why))
  }
  return [...found, ...validateCollisions(status, statusOf(old))]
}
