import type { JsonObject, KubeObject } from '../../meta/object.js'
import type { BuiltinKind } from '../builtin-kind.js'
import { age } from '../cells.js'
import { carriesMetrics, cpuMetric, defaultCpuUtilization, dropCarried, toV1, toV2 } from './convert.js'
import type { HpaSpec, HpaStatus } from './hpa-spec.js'
import { formatMetrics } from './metric-cell.js'
import { validateHpaSpec, validateHpaStatus } from './validate-hpa.js'

const inV2 = (hpa: KubeObject) => (hpa.apiVersion === 'autoscaling/v2' ? hpa : toV2(hpa))
const specOf = (hpa: KubeObject) => (inV2(hpa).spec ?? {}) as HpaSpec
const statusOf = (hpa: KubeObject) => (inV2(hpa).status ?? {}) as HpaStatus

/** autoscaling HorizontalPodAutoscaler, stored in v2 and served in v1 too. */
export const horizontalPodAutoscalers: BuiltinKind = {
  convert: (hpa, toVersion) => (toVersion === 'v1' ? toV1(hpa) : toV2(hpa)),
  defaults: {
    'autoscaling.v1.HorizontalPodAutoscaler': { set: setCpuTarget },
    'autoscaling.v1.HorizontalPodAutoscalerSpec': { fields: { minReplicas: 1 } },
    'autoscaling.v2.HorizontalPodAutoscaler': { set: dropCarried },
    'autoscaling.v2.HorizontalPodAutoscalerSpec': { fields: { minReplicas: 1 }, set: setSpecDefaults },
  },
  strategy: {
    validate: (hpa, update) =>
      update?.subresource === 'status'
        ? validateHpaStatus(statusOf(hpa))
        : validateHpaSpec(specOf(hpa), update && specOf(update.old)),
  },
  cells: {
    Reference: (hpa) => {
      const { kind = '', name = '' } = specOf(hpa).scaleTargetRef ?? {}
      return `${kind}/${name}`
    },
    Targets: (hpa) => formatMetrics(specOf(hpa).metrics ?? [], statusOf(hpa).currentMetrics ?? []),
    MinPods: (hpa) => String(specOf(hpa).minReplicas ?? '<unset>'),
    MaxPods: (hpa) => specOf(hpa).maxReplicas ?? 0,
    Replicas: (hpa) => statusOf(hpa).currentReplicas ?? 0,
    Age: age,
  },
}

/** v1 has no other metric than the CPU, unless its annotations say so. */
function setCpuTarget(hpa: JsonObject): void {
  const { spec } = hpa as { spec?: JsonObject }
  if (!spec || spec.targetCPUUtilizationPercentage !== undefined || carriesMetrics(hpa as KubeObject)) return
  spec.targetCPUUtilizationPercentage = defaultCpuUtilization
}

const upPolicies = [
  { type: 'Pods', value: 4, periodSeconds: 15 },
  { type: 'Percent', value: 100, periodSeconds: 15 },
]
const downPolicies = [{ type: 'Percent', value: 100, periodSeconds: 15 }]

function setSpecDefaults(spec: JsonObject): void {
  if (!Array.isArray(spec.metrics) || spec.metrics.length === 0) spec.metrics = [cpuMetric(defaultCpuUtilization)]
  if (!spec.behavior) return
  const behavior = spec.behavior as { scaleUp?: JsonObject; scaleDown?: JsonObject }
  const { scaleUp = {}, scaleDown = {} } = behavior
  behavior.scaleUp = { stabilizationWindowSeconds: 0, selectPolicy: 'Max', policies: upPolicies, ...scaleUp }
  behavior.scaleDown = { selectPolicy: 'Max', policies: downPolicies, ...scaleDown }
}
