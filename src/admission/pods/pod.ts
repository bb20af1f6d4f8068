import type { KubeObject } from '../../meta/object.js'

/** The parts of a pod that admission looks into; typed decoding has made sure of the types. */
export interface Pod extends KubeObject {
  spec: PodSpec
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

interface Toleration {
  readonly key?: string
  readonly operator?: string
  readonly effect?: string
  readonly tolerationSeconds?: number
}
