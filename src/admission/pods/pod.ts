import type { KubeObject } from '../../meta/object.js'

/** The parts of a pod that admission looks into; typed decoding has made sure of the types. */
export interface Pod extends KubeObject {
  spec: PodSpec
  readonly status?: PodStatus
}

export interface PodStatus {
  readonly phase?: string
  readonly qosClass?: string
  readonly conditions?: readonly { readonly type: string; readonly reason?: string }[]
  readonly containerStatuses?: readonly ContainerStatus[]
  readonly initContainerStatuses?: readonly ContainerStatus[]
}

export interface ContainerStatus {
  readonly name: string
  readonly resources?: Resources
  readonly allocatedResources?: Record<string, string>
}

interface PodSpec {
  priority?: number
  priorityClassName?: string
  preemptionPolicy?: string
  serviceAccountName?: string
  serviceAccount?: string
  automountServiceAccountToken?: boolean
  imagePullSecrets?: { name?: string }[]
  tolerations?: Toleration[]
  volumes?: ({ name: string } & Record<string, unknown>)[]
  containers: Container[]
  initContainers?: Container[]
  resources?: Resources
  overhead?: Record<string, string>
  runtimeClassName?: string
  nodeName?: string
  nodeSelector?: Record<string, string>
  activeDeadlineSeconds?: number
  affinity?: { readonly podAffinity?: PodAffinity; readonly podAntiAffinity?: PodAffinity }
}

interface PodAffinity {
  readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly PodAffinityTerm[]
  readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly { readonly podAffinityTerm: PodAffinityTerm }[]
}

interface PodAffinityTerm {
  readonly namespaces?: readonly string[]
  readonly namespaceSelector?: unknown
}

export interface Container {
  readonly name: string
  readonly restartPolicy?: string
  volumeMounts?: { name: string; mountPath: string; readOnly?: boolean }[]
  resources?: Resources
}

export interface Resources {
  requests?: Record<string, string>
  limits?: Record<string, string>
}

export interface Toleration {
  readonly key?: string
  readonly operator?: string
  readonly value?: string
  readonly effect?: string
  readonly tolerationSeconds?: number
}
