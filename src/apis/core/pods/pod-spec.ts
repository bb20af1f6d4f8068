import type { JsonObject } from '../../../meta/object.js'
import type { SelectorObject } from '../../../meta/selector-object.js'
import type { PodSecurityContext, SecurityContext } from './security-context.js'

/** The parts of core/v1 PodSpec that are looked into here; typed decoding has made sure of the types. */
export interface PodSpec {
  readonly containers?: readonly Container[]
  readonly initContainers?: readonly Container[]
  readonly ephemeralContainers?: readonly EphemeralContainer[]
  readonly volumes?: readonly Volume[]
  readonly restartPolicy?: string
  readonly dnsPolicy?: string
  readonly serviceAccountName?: string
  readonly hostname?: string
  readonly subdomain?: string
  readonly nodeName?: string
  readonly priorityClassName?: string
  readonly hostNetwork?: boolean
  readonly resources?: Resources
  readonly nodeSelector?: Readonly<Record<string, string>>
  readonly activeDeadlineSeconds?: number
  readonly tolerations?: readonly Toleration[]
  readonly affinity?: Affinity
  readonly topologySpreadConstraints?: readonly SpreadConstraint[]
  readonly securityContext?: PodSecurityContext
  readonly imagePullSecrets?: readonly { readonly name?: string }[]
  readonly hostAliases?: readonly { readonly ip: string; readonly hostnames?: readonly string[] }[]
  readonly dnsConfig?: DnsConfig
  readonly readinessGates?: readonly { readonly conditionType: string }[]
  readonly schedulingGates?: readonly { readonly name: string }[]
  readonly overhead?: Readonly<Record<string, string>>
  readonly preemptionPolicy?: string
  readonly priority?: number
  readonly runtimeClassName?: string
  readonly terminationGracePeriodSeconds?: number
  readonly hostPID?: boolean
  readonly hostIPC?: boolean
  readonly hostUsers?: boolean
  readonly shareProcessNamespace?: boolean
  readonly os?: { readonly name?: string }
  readonly resourceClaims?: readonly PodClaim[]
  readonly setHostnameAsFQDN?: boolean
  readonly hostnameOverride?: string
}

export interface PodClaim {
  readonly name: string
  readonly resourceClaimName?: string
  readonly resourceClaimTemplateName?: string
}

export interface Affinity {
  readonly nodeAffinity?: {
    readonly requiredDuringSchedulingIgnoredDuringExecution?: NodeSelector
    readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly {
      readonly weight: number
      readonly preference?: NodeSelectorTerm
    }[]
  }
  readonly podAffinity?: AffinityTerms
  readonly podAntiAffinity?: AffinityTerms
}

export interface NodeSelector {
  readonly nodeSelectorTerms?: readonly NodeSelectorTerm[]
}

export interface NodeSelectorTerm {
  readonly matchExpressions?: readonly NodeRequirement[]
  readonly matchFields?: readonly NodeRequirement[]
}

export interface NodeRequirement {
  readonly key: string
  readonly operator: string
  readonly values?: readonly string[]
}

export interface AffinityTerms {
  readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly AffinityTerm[]
  readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly {
    readonly weight: number
    readonly podAffinityTerm?: AffinityTerm
  }[]
}

export type AffinityTerm = Readonly<JsonObject> & {
  readonly labelSelector?: SelectorObject
  readonly namespaceSelector?: SelectorObject
  readonly namespaces?: readonly string[]
  readonly topologyKey?: string
  readonly matchLabelKeys?: readonly string[]
  readonly mismatchLabelKeys?: readonly string[]
}

export interface SpreadConstraint {
  readonly maxSkew: number
  readonly topologyKey?: string
  readonly whenUnsatisfiable?: string
  readonly labelSelector?: SelectorObject
  readonly minDomains?: number
  readonly nodeAffinityPolicy?: string
  readonly nodeTaintsPolicy?: string
  readonly matchLabelKeys?: readonly string[]
}

export interface DnsConfig {
  readonly nameservers?: readonly string[]
  readonly searches?: readonly string[]
  readonly options?: readonly { readonly name?: string; readonly value?: string }[]
}

export interface PodTemplate {
  readonly metadata?: { readonly labels?: Record<string, string>; readonly annotations?: Record<string, string> }
  readonly spec?: PodSpec
}

export interface Container {
  readonly name: string
  readonly image?: string
  readonly imagePullPolicy?: string
  readonly terminationMessagePolicy?: string
  readonly restartPolicy?: string
  readonly restartPolicyRules?: readonly RestartRule[]
  readonly ports?: readonly ContainerPort[]
  readonly env?: readonly EnvVar[]
  readonly envFrom?: readonly EnvFrom[]
  readonly volumeMounts?: readonly VolumeMount[]
  readonly volumeDevices?: readonly { readonly name: string; readonly devicePath: string }[]
  readonly resources?: Resources
  readonly resizePolicy?: readonly { readonly resourceName?: string; readonly restartPolicy?: string }[]
  readonly livenessProbe?: Probe
  readonly readinessProbe?: Probe
  readonly startupProbe?: Probe
  readonly securityContext?: SecurityContext
  readonly lifecycle?: { readonly postStart?: Handler; readonly preStop?: Handler }
}

/** A container that is added to a running pod. */
export interface EphemeralContainer extends Container {
  readonly targetContainerName?: string
}

export interface RestartRule {
  readonly action?: string
  readonly exitCodes?: { readonly operator?: string; readonly values?: readonly number[] }
}

export interface ContainerPort {
  readonly name?: string
  readonly containerPort: number
  readonly hostPort?: number
  readonly hostIP?: string
  readonly protocol?: string
}

export interface EnvVar {
  readonly name: string
  readonly value?: string
  readonly valueFrom?: Readonly<Record<string, KeyReference>>
}

export interface EnvFrom {
  readonly prefix?: string
  readonly configMapRef?: { readonly name?: string }
  readonly secretRef?: { readonly name?: string }
}

/** What a variable's value is taken from: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` and so on. */
export interface KeyReference extends ResourceReference {
  readonly name?: string
  readonly key?: string
  readonly apiVersion?: string
  readonly fieldPath?: string
  readonly volumeName?: string
  readonly path?: string
}

export interface ResourceReference {
  readonly containerName?: string
  readonly resource?: string
  readonly divisor?: string
}

export interface VolumeMount {
  readonly name: string
  readonly mountPath: string
  readonly readOnly?: boolean
  readonly subPath?: string
  readonly subPathExpr?: string
  readonly mountPropagation?: string
  readonly recursiveReadOnly?: string
}

/** `name`, and one member more that says what kind of volume it is. */
export type Volume = { readonly name: string } & Readonly<JsonObject>

export interface Resources {
  readonly limits?: Readonly<Record<string, string>>
  readonly requests?: Readonly<Record<string, string>>
  readonly claims?: readonly { readonly name?: string; readonly request?: string }[]
}

export interface Handler {
  readonly exec?: { readonly command?: readonly string[] }
  readonly httpGet?: HttpGet
  readonly tcpSocket?: { readonly port: number | string }
  readonly grpc?: { readonly port: number }
  readonly sleep?: { readonly seconds: number }
}

export interface HttpGet {
  readonly path?: string
  readonly port: number | string
  readonly scheme?: string
  readonly httpHeaders?: readonly { readonly name?: string; readonly value?: string }[]
}

export interface Probe extends Handler {
  readonly initialDelaySeconds?: number
  readonly timeoutSeconds?: number
  readonly periodSeconds?: number
  readonly successThreshold?: number
  readonly failureThreshold?: number
  readonly terminationGracePeriodSeconds?: number
}

export interface Toleration {
  readonly key?: string
  readonly operator?: string
  readonly value?: string
  readonly effect?: string
  readonly tolerationSeconds?: number
}
