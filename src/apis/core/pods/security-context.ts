import type { JsonObject } from '../../../meta/object.js'

/** Whose rights a container runs with, as core/v1 has it. */
export interface SecurityContext {
  readonly runAsUser?: number
  readonly runAsGroup?: number
  readonly runAsNonRoot?: boolean
  readonly privileged?: boolean
  readonly allowPrivilegeEscalation?: boolean
  readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] }
  readonly procMount?: string
  readonly readOnlyRootFilesystem?: boolean
  readonly seLinuxOptions?: JsonObject
  readonly seccompProfile?: { readonly type?: string; readonly localhostProfile?: string }
  readonly appArmorProfile?: { readonly type?: string; readonly localhostProfile?: string }
  readonly windowsOptions?: WindowsOptions
}

export interface WindowsOptions {
  readonly gmsaCredentialSpecName?: string
  readonly gmsaCredentialSpec?: string
  readonly runAsUserName?: string
  readonly hostProcess?: boolean
}

export interface PodSecurityContext extends SecurityContext {
  readonly fsGroup?: number
  readonly supplementalGroups?: readonly number[]
  readonly supplementalGroupsPolicy?: string
  readonly fsGroupChangePolicy?: string
  readonly seLinuxChangePolicy?: string
  readonly sysctls?: readonly { readonly name: string; readonly value: string }[]
}
