import { type FieldError, fieldError } from '../../meta/field-error.js'
import type { JsonObject, KubeObject, ObjectMeta } from '../../meta/object.js'
import { formatLabels } from '../../meta/selector-object.js'
import { replicaCells, validateReplicaStatus } from '../apps/replica-sets.js'
import { validateLastingTemplate } from '../apps/workload-template.js'
import type { BuiltinKind } from '../builtin-kind.js'
import { checkNotNegative } from '../field-checks.js'
import { workloadScale } from '../workload-scale.js'
import type { PodTemplate } from './pods/pod-spec.js'
import { podNameWarnings, podTemplateWarnings } from './pods/pod-warnings.js'
import { validatePodTemplate } from './pods/validate-pod-template.js'

interface Spec {
  readonly replicas?: number
  readonly minReadySeconds?: number
  readonly selector?: Readonly<Record<string, string>>
  readonly template?: PodTemplate
}

const specOf = (controller: KubeObject) => (controller.spec ?? {}) as Spec
const statusOf = (controller: KubeObject) => (controller.status ?? {}) as Readonly<Record<string, number>>

/** core/v1 ReplicationController, older than replica sets. */
export const replicationControllers: BuiltinKind = {
  defaults: { 'core.v1.ReplicationController': { set: takeLabels } },
  scale: workloadScale,
  strategy: {
    validate: (controller, update) =>
      update?.subresource === 'status' ? validateReplicaStatus(statusOf(controller)) : validateSpec(specOf(controller)),
    warnings: (controller, old) => [
      ...(old ? [] : podNameWarnings(controller)),
      ...podTemplateWarnings(specOf(controller).template, old && specOf(old).template, 'spec.template'),
    ],
  },
  cells: replicaCells((controller) => formatLabels(specOf(controller).selector)),
}

/** Where nothing else is said it selects the pods it makes, and has their labels itself. */
function takeLabels(controller: JsonObject): void {
  const { metadata, spec } = controller as { metadata?: ObjectMeta; spec?: JsonObject }
  const { labels } = (spec as Spec | undefined)?.template?.metadata ?? {}
  if (spec) spec.replicas ??= 1
  if (!labels || Object.keys(labels).length === 0) return
  if (spec && Object.keys((spec.selector ?? {}) as JsonObject).length === 0) spec.selector = { ...labels }
  if (metadata && Object.keys(metadata.labels ?? {}).length === 0) metadata.labels = { ...labels }
}

function validateSpec({ selector = {}, template, replicas, minReadySeconds }: Spec): FieldError[] {
  const found = [
    ...checkNotNegative(minReadySeconds, 'spec.minReadySeconds'),
    ...(Object.keys(selector).length > 0 ? [] : [fieldError.required('spec.selector')]),
    ...checkNotNegative(replicas, 'spec.replicas'),
  ]
  if (!template) return [...found, fieldError.required('spec.template')]
  const labels = template.metadata?.labels ?? {}
  if (Object.entries(selector).some(([key, value]) => labels[key] !== value)) {
    const why = '`selector` does not match template `labels`'
    found.push(fieldError.invalid('spec.template.metadata.labels', template.metadata?.labels, why))
  }
  return [
    ...found,
    ...validatePodTemplate(template, 'spec.template'),
    ...validateLastingTemplate(template, 'ReplicationController', { restartPolicyRequired: true }),
  ]
}
