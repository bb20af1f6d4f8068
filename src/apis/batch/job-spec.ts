import type { SelectorObject } from '../../meta/selector-object.js'
import type { PodTemplate } from '../core/pods/pod-spec.js'

/** The parts of batch/v1 JobSpec that are looked into here; typed decoding has made sure of the types. */
export interface JobSpec {
  readonly parallelism?: number
  readonly completions?: number
  readonly activeDeadlineSeconds?: number
  readonly backoffLimit?: number
  readonly backoffLimitPerIndex?: number
  readonly maxFailedIndexes?: number
  readonly ttlSecondsAfterFinished?: number
  readonly completionMode?: string
  readonly suspend?: boolean
  readonly managedBy?: string
  readonly manualSelector?: boolean
  readonly selector?: SelectorObject
  readonly podReplacementPolicy?: string
  readonly podFailurePolicy?: { readonly rules?: readonly FailureRule[] }
  readonly successPolicy?: { readonly rules?: readonly SuccessRule[] }
  readonly template?: PodTemplate
}

export interface FailureRule {
  readonly action?: string
  readonly onExitCodes?: {
    readonly containerName?: string
    readonly operator?: string
    readonly values?: readonly number[]
  }
  readonly onPodConditions?: readonly { readonly type: string; readonly status?: string }[]
}

export interface SuccessRule {
  readonly succeededIndexes?: string
  readonly succeededCount?: number
}
