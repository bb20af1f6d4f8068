import type { SelectorObject } from '../../meta/selector-object.js'

/** The parts of autoscaling/v2 that are looked into here; typed decoding has made sure of the types. */
export interface HpaSpec {
  readonly scaleTargetRef?: ScaleTarget
  readonly minReplicas?: number
  readonly maxReplicas?: number
  readonly metrics?: readonly Metric[]
  readonly behavior?: { readonly scaleUp?: ScalingRules; readonly scaleDown?: ScalingRules }
}

export interface HpaStatus {
  readonly currentReplicas?: number
  readonly desiredReplicas?: number
  readonly currentMetrics?: readonly MetricStatus[]
}

export interface ScaleTarget {
  readonly kind?: string
  readonly name?: string
  readonly apiVersion?: string
}

export const metricSources = ['object', 'external', 'pods', 'resource', 'containerResource'] as const
export type MetricSource = (typeof metricSources)[number]

export type Metric = { readonly type: string } & { readonly [source in MetricSource]?: Source }
export type MetricStatus = { readonly type: string } & {
  readonly [source in MetricSource]?: { readonly current?: Amounts }
}

export interface Source {
  readonly name?: string
  readonly container?: string
  readonly describedObject?: ScaleTarget
  readonly metric?: { readonly name?: string; readonly selector?: SelectorObject }
  readonly target?: Amounts & { readonly type?: string }
}

/** Quantities as text, utilization in percent. */
export interface Amounts {
  readonly value?: string
  readonly averageValue?: string
  readonly averageUtilization?: number
}

export interface ScalingRules {
  readonly stabilizationWindowSeconds?: number
  readonly selectPolicy?: string
  readonly policies?: readonly { readonly type: string; readonly value: number; readonly periodSeconds: number }[]
  readonly tolerance?: string
}
