import type { NodeSelector } from '../core/pods/pod-spec.js'
import type { Condition } from '../validate-conditions.js'

/** resource.k8s.io/v1: the parts that are looked into. */

export interface ClaimSpec {
  readonly devices?: {
    readonly requests?: readonly DeviceRequest[]
    readonly constraints?: readonly Constraint[]
    readonly config?: readonly Configuration[]
  }
}

export interface DeviceRequest {
  readonly name: string
  readonly exactly?: Wanted
  readonly firstAvailable?: readonly (Wanted & { readonly name: string })[]
}

export interface Wanted {
  readonly deviceClassName?: string
  readonly selectors?: readonly Selector[]
  readonly allocationMode?: string
  readonly count?: number
  readonly adminAccess?: boolean
  readonly tolerations?: readonly Toleration[]
}

export interface Selector {
  readonly cel?: { readonly expression?: string }
}

export interface Toleration {
  readonly key?: string
  readonly operator?: string
  readonly value?: string
  readonly effect?: string
}

export interface Constraint {
  readonly requests?: readonly string[]
  readonly matchAttribute?: string
  readonly distinctAttribute?: string
}

export interface Configuration {
  readonly requests?: readonly string[]
  readonly source?: string
  readonly opaque?: { readonly driver?: string; readonly parameters?: unknown }
}

export interface ClaimStatus {
  readonly devices?: readonly DeviceStatus[]
  readonly allocation?: Allocation
  readonly reservedFor?: readonly { readonly resource?: string; readonly name?: string; readonly uid?: string }[]
}

export interface Allocation {
  readonly devices?: { readonly results?: readonly AllocatedDevice[]; readonly config?: readonly Configuration[] }
  readonly nodeSelector?: NodeSelector
}

export interface AllocatedDevice {
  readonly adminAccess?: boolean
  readonly request?: string
  readonly driver?: string
  readonly pool?: string
  readonly device?: string
}

export interface ClassSpec {
  readonly selectors?: readonly Selector[]
  readonly config?: readonly Configuration[]
  readonly extendedResourceName?: string
}

export interface SliceSpec {
  readonly driver?: string
  readonly pool?: { readonly name?: string; readonly generation?: number; readonly resourceSliceCount?: number }
  readonly nodeName?: string
  readonly nodeSelector?: NodeSelector
  readonly allNodes?: boolean
  readonly perDeviceNodeSelection?: boolean
  readonly devices?: readonly Device[]
  readonly sharedCounters?: readonly CounterSet[]
}

export interface CounterSet {
  readonly name?: string
  readonly counters?: Readonly<Record<string, unknown>>
}

export interface Device {
  readonly name: string
  readonly attributes?: Readonly<Record<string, Attribute>>
  readonly capacity?: Readonly<Record<string, { readonly requestPolicy?: unknown }>>
  readonly allowMultipleAllocations?: boolean
  readonly taints?: readonly Toleration[]
  readonly consumesCounters?: readonly { readonly counterSet?: string; readonly counters?: CounterSet['counters'] }[]
  readonly nodeName?: string
  readonly nodeSelector?: NodeSelector
  readonly allNodes?: boolean
  readonly bindingConditions?: readonly string[]
  readonly bindingFailureConditions?: readonly string[]
}

export interface Attribute {
  readonly bool?: boolean
  readonly int?: number | bigint
  readonly string?: string
  readonly version?: string
}

/** What a driver says of a device that a claim was given. */
export interface DeviceStatus {
  readonly driver: string
  readonly pool: string
  readonly device: string
  readonly shareID?: string
  readonly conditions?: readonly Condition[]
  readonly networkData?: {
    readonly interfaceName?: string
    readonly hardwareAddress?: string
    readonly ips?: readonly string[]
  }
}
