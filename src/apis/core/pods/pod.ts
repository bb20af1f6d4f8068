import type { KubeObject } from '../../../meta/object.js'
import type { PodSpec } from './pod-spec.js'

/** core/v1 Pod, as far as it is looked into here. */
export interface Pod extends KubeObject {
  spec: PodSpec
  status?: PodStatus
}

export interface PodStatus {
  phase?: string
  reason?: string
  qosClass?: string
  nominatedNodeName?: string
  conditions?: PodCondition[]
  podIP?: string
  hostIP?: string
  podIPs?: { readonly ip?: string }[]
  hostIPs?: { readonly ip?: string }[]
  initContainerStatuses?: ContainerStatus[]
  containerStatuses?: ContainerStatus[]
  ephemeralContainerStatuses?: ContainerStatus[]
}

export interface PodCondition {
  readonly type: string
  readonly status: string
  readonly reason?: string
  readonly message?: string
  readonly lastTransitionTime?: string
}

export interface ContainerStatus {
  readonly name: string
  readonly ready?: boolean
  readonly started?: boolean
  readonly restartCount?: number
  readonly state?: ContainerState
  readonly lastState?: ContainerState
}

interface ContainerState {
  readonly waiting?: { readonly reason?: string }
  readonly running?: { readonly startedAt?: string }
  readonly terminated?: {
    readonly exitCode?: number
    readonly signal?: number
    readonly reason?: string
    readonly finishedAt?: string
  }
}

export const asPod = (object: KubeObject) => object as Pod

/** A condition of the pod has this status now; when it came to that is told too. */
export function setCondition(pod: Pod, condition: PodCondition): void {
  pod.status ??= {}
  const { conditions = [] } = pod.status
  const old = conditions.find(({ type }) => type === condition.type)
  const lastTransitionTime = old?.status === condition.status ? old.lastTransitionTime : condition.lastTransitionTime
  const next = { ...condition, ...(lastTransitionTime ? { lastTransitionTime } : {}) }
  pod.status.conditions = old ? conditions.map((one) => (one === old ? next : one)) : [...conditions, next]
}
