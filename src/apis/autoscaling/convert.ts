import { parseJson, stringifyJson } from '../../codec/json.js'
import { isJsonObject, type JsonObject, type KubeObject } from '../../meta/object.js'
import { metricSpecFromV1, metricSpecToV1, metricStatusFromV1, metricStatusToV1 } from './metrics-v1.js'

const prefix = 'autoscaling.alpha.kubernetes.io/'
const metricsKey = `${prefix}metrics`
const behaviorKey = `${prefix}behavior`
const currentMetricsKey = `${prefix}current-metrics`
const conditionsKey = `${prefix}conditions`
const carried = [
  ...[metricsKey, behaviorKey, currentMetricsKey, conditionsKey],
  ...['scale-down-tolerance', 'scale-up-tolerance'].map((name) => prefix + name),
]

/** What an autoscaler aims at where nobody said it, in percent of what its pods asked for. */
export const defaultCpuUtilization = 80

/**
 * An autoscaler as autoscaling/v1 has it: a target for the CPU, and what else v2 can say in annotations, in upstream's
 * form, so that a client of v1 that writes it back loses nothing.
 */
export function toV1(hpa: KubeObject): KubeObject {
  const spec = objectIn(hpa.spec)
  const status = objectIn(hpa.status)
  const { metrics, behavior, ...plainSpec } = spec
  const { currentMetrics, conditions, ...plainStatus } = status
  const cpu = listIn(metrics).find(isCpuUtilization)
  const others = listIn(metrics).filter((metric) => !isCpuUtilization(metric))
  const measured = listIn(currentMetrics)
    .map(cpuUtilization)
    .filter((value) => value !== undefined)
    .at(-1)
  const annotations: Record<string, string> = { ...hpa.metadata.annotations }
  for (const key of carried) delete annotations[key]
  const carry = (key: string, value: unknown) => {
    annotations[key] = stringifyJson(value).replace(/[<>&]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`)
  }
  if (others.length > 0) carry(metricsKey, others.map(metricSpecToV1))
  if (listIn(currentMetrics).length > 0) carry(currentMetricsKey, listIn(currentMetrics).map(metricStatusToV1))
  if (isJsonObject(behavior)) carry(behaviorKey, behaviorToV1(behavior))
  if (listIn(conditions).length > 0) carry(conditionsKey, conditions)
  const utilization = cpu && targetOf(cpu)?.averageUtilization
  return {
    ...hpa,
    apiVersion: 'autoscaling/v1',
    metadata: withAnnotations(hpa, annotations),
    spec: { ...plainSpec, ...(utilization === undefined ? {} : { targetCPUUtilizationPercentage: utilization }) },
    status: {
      currentReplicas: 0,
      ...plainStatus,
      ...(measured === undefined ? {} : { currentCPUUtilizationPercentage: measured }),
    },
  }
}

/** Back to v2, with what the annotations carry; those that can't be read are passed over, as upstream does. */
export function toV2(hpa: KubeObject): KubeObject {
  const { targetCPUUtilizationPercentage: target, ...spec } = objectIn(hpa.spec)
  const { currentCPUUtilizationPercentage: measured, ...status } = objectIn(hpa.status)
  const annotations: Record<string, string> = { ...hpa.metadata.annotations }
  const read = (key: string) => readCarried(annotations[key])
  const own = target === undefined ? [] : [cpuMetric(target)]
  const others = read(metricsKey)
  const metrics = [...listIn(others).map(metricSpecFromV1), ...own]
  const behavior = read(behaviorKey)
  const current = read(currentMetricsKey)
  const conditions = read(conditionsKey)
  for (const key of carried) delete annotations[key]
  const currentMetrics = Array.isArray(current)
    ? listIn(current).map(metricStatusFromV1)
    : measured === undefined
      ? []
      : [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: measured } } }]
  return {
    ...hpa,
    apiVersion: 'autoscaling/v2',
    metadata: withAnnotations(hpa, annotations),
    spec: {
      ...spec,
      metrics: metrics.length > 0 ? metrics : [cpuMetric(defaultCpuUtilization)],
      ...(isJsonObject(behavior) ? { behavior: behaviorFromV1(behavior) } : {}),
    },
    status: {
      ...status,
      ...(currentMetrics.length > 0 ? { currentMetrics } : {}),
      ...(Array.isArray(conditions) && conditions.length > 0 ? { conditions } : {}),
    },
  }
}

/** Whether an autoscaler of v1 has metrics in its annotations. */
export function carriesMetrics({ metadata }: KubeObject): boolean {
  return listIn(readCarried(metadata.annotations?.[metricsKey])).length > 0
}

function readCarried(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : parseJson(Buffer.from(text))
  } catch {
    return undefined
  }
}

/** The annotations v1 needs are never kept in v2. */
export function dropCarried(hpa: JsonObject): void {
  const { metadata } = hpa
  const annotations = isJsonObject(metadata) ? metadata.annotations : undefined
  if (!isJsonObject(metadata) || !isJsonObject(annotations)) return
  if (!carried.some((key) => Object.hasOwn(annotations, key))) return
  const rest = Object.entries(annotations).filter(([key]) => !carried.includes(key))
  if (rest.length > 0) metadata.annotations = Object.fromEntries(rest)
  else delete metadata.annotations
}

export function cpuMetric(averageUtilization: unknown): JsonObject {
  return { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } } }
}

function withAnnotations({ metadata }: KubeObject, annotations: Record<string, string>): KubeObject['metadata'] {
  const { annotations: _, ...rest } = metadata
  return Object.keys(annotations).length > 0 ? { ...rest, annotations } : rest
}

function isCpuUtilization(metric: JsonObject): boolean {
  const { name } = objectIn(metric.resource)
  return metric.type === 'Resource' && name === 'cpu' && targetOf(metric)?.averageUtilization !== undefined
}

function cpuUtilization({ type, resource }: JsonObject): unknown {
  const { name, current } = objectIn(resource)
  return type === 'Resource' && name === 'cpu' ? objectIn(current).averageUtilization : undefined
}

function targetOf({ resource }: JsonObject): JsonObject | undefined {
  const { target } = objectIn(resource)
  return isJsonObject(target) ? target : undefined
}

/** Upstream writes this one with its Go names, and reads it whatever the case. */
function behaviorToV1({ scaleUp, scaleDown }: JsonObject): JsonObject {
  const rules = (value: unknown) =>
    isJsonObject(value)
      ? {
          StabilizationWindowSeconds: value.stabilizationWindowSeconds ?? null,
          SelectPolicy: value.selectPolicy ?? null,
          Policies: Array.isArray(value.policies)
            ? listIn(value.policies).map(({ type, value: amount, periodSeconds }) => ({
                Type: type,
                Value: amount,
                PeriodSeconds: periodSeconds,
              }))
            : null,
          Tolerance: value.tolerance ?? null,
        }
      : null
  return { ScaleUp: rules(scaleUp), ScaleDown: rules(scaleDown) }
}

function behaviorFromV1(behavior: JsonObject): JsonObject {
  const uncapitalised = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(uncapitalised)
    if (!isJsonObject(value)) return value
    const present = Object.entries(value).filter(([, member]) => member !== null)
    return Object.fromEntries(
      present.map(([key, member]) => [key[0]?.toLowerCase() + key.slice(1), uncapitalised(member)]),
    )
  }
  return objectIn(uncapitalised(behavior))
}

function objectIn(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {}
}

function listIn(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : []
}
