import { type FieldError, fieldError } from '../../../meta/field-error.js'
import { checkChoice, checkNoBacksteps, each, invalidBy } from '../../field-checks.js'
import { goShape } from '../../go-shape.js'
import type { Container, PodSpec } from './pod-spec.js'
import type { PodSecurityContext, SecurityContext } from './security-context.js'
import { validateHostProcesses, validateWindowsOptions } from './validate-windows.js'

const maxId = 2 ** 31 - 1
const idRange = `must be between 0 and ${maxId}, inclusive`
const maxProfileName = 4095
const seccompTypes = ['Localhost', 'RuntimeDefault', 'Unconfined']

/** Whose rights the pod and its containers run with. */
export function validateSecurity(spec: PodSpec, path: string): FieldError[] {
  const of = (containers: readonly Container[] | undefined, at: string) =>
    each(containers, at, ({ securityContext }, p) =>
      securityContext ? validateContainerContext(securityContext, `${p}.securityContext`, spec) : [],
    )
  return [
    ...of(spec.containers, `${path}.containers`),
    ...of(spec.initContainers, `${path}.initContainers`),
    ...of(spec.ephemeralContainers, `${path}.ephemeralContainers`),
    ...(spec.securityContext ? validatePodContext(spec.securityContext, `${path}.securityContext`, spec) : []),
    ...validateHostProcesses(spec, path),
    ...validateHostUsers(spec, path),
  ]
}

/** Users of its own, and the host's processes, do not go together. */
function validateHostUsers({ hostUsers, hostNetwork, hostPID, hostIPC }: PodSpec, path: string): FieldError[] {
  if (hostUsers !== false) return []
  const shared = Object.entries({ hostNetwork, HostPID: hostPID, HostIPC: hostIPC }).filter(([, isShared]) => isShared)
  return shared.map(([field]) => fieldError.forbidden(`${path}.${field}`, 'when `hostUsers` is false'))
}

function checkId(id: number | undefined, path: string): FieldError[] {
  return id === undefined || (id >= 0 && id <= maxId) ? [] : [fieldError.invalid(path, id, idRange)]
}

function validateShared(context: SecurityContext, path: string): FieldError[] {
  return [
    ...checkId(context.runAsUser, `${path}.runAsUser`),
    ...checkId(context.runAsGroup, `${path}.runAsGroup`),
    ...validateProfile(context.seccompProfile, `${path}.seccompProfile`, 'seccomp'),
    ...validateProfile(context.appArmorProfile, `${path}.appArmorProfile`, 'AppArmor'),
    ...validateWindowsOptions(context.windowsOptions, `${path}.windowsOptions`),
  ]
}

function validateContainerContext(context: SecurityContext, path: string, { hostUsers = true }: PodSpec): FieldError[] {
  const { privileged, allowPrivilegeEscalation, procMount, capabilities } = context
  const found = validateShared(context, path)
  if (procMount !== undefined) found.push(...checkChoice(procMount, ['Default', 'Unmasked'], `${path}.procMount`))
  if (procMount === 'Unmasked' && hostUsers) {
    found.push(fieldError.invalid(`${path}.procMount`, procMount, '`hostUsers` must be false to use `Unmasked`'))
  }
  if (allowPrivilegeEscalation !== false) return found
  const shown = goShape(context, 'core.v1.SecurityContext')
  if (privileged) {
    const why = 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true'
    found.push(fieldError.invalid(path, shown, why))
  }
  if (capabilities?.add?.includes('CAP_SYS_ADMIN')) {
    const why = 'cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN'
    found.push(fieldError.invalid(path, shown, why))
  }
  return found
}

type Profile = SecurityContext['seccompProfile']

function validateProfile(profile: Profile, path: string, kind: 'seccomp' | 'AppArmor'): FieldError[] {
  if (!profile) return []
  const { type = '', localhostProfile } = profile
  const field = kind === 'seccomp' ? 'seccompProfile' : 'appArmorProfile'
  const found: FieldError[] = []
  if (type === '') found.push(fieldError.required(`${path}.type`, `type is required when ${field} is set`))
  else found.push(...checkChoice(type, seccompTypes, `${path}.type`))
  const at = `${path}.localhostProfile`
  if (type === 'Localhost') return [...found, ...validateLocalProfile(localhostProfile, kind, at)]
  // Of AppArmor only what may be right otherwise is told.
  if (kind === 'AppArmor' && found.length > 0) return found
  if (localhostProfile !== undefined) {
    const shown = kind === 'seccomp' ? goShape(profile, 'core.v1.SeccompProfile') : localhostProfile
    found.push(fieldError.invalid(at, shown, `can only be set when ${kind} type is Localhost`))
  }
  return found
}

function validateLocalProfile(name: string | undefined, kind: 'seccomp' | 'AppArmor', path: string): FieldError[] {
  const isMissing = kind === 'AppArmor' ? !name : name === undefined
  if (name === undefined || isMissing) return [fieldError.required(path, `must be set when ${kind} type is Localhost`)]
  if (kind === 'seccomp') {
    const found = name.startsWith('/') ? [fieldError.invalid(path, name, 'must be a relative path')] : []
    return [...found, ...checkNoBacksteps(name, path)]
  }
  const found = name === name.trim() ? [] : [fieldError.invalid(path, name, 'must not be padded with whitespace')]
  return Buffer.byteLength(name) > maxProfileName ? [...found, fieldError.tooLong(path, maxProfileName)] : found
}

function validatePodContext(context: PodSecurityContext, path: string, spec: PodSpec): FieldError[] {
  const { shareProcessNamespace, hostPID, hostNetwork = false, hostIPC = false } = spec
  const found: FieldError[] = []
  if (shareProcessNamespace && hostPID) {
    const why = 'ShareProcessNamespace and HostPID cannot both be enabled'
    found.push(fieldError.invalid(`${path}.shareProcessNamespace`, true, why))
  }
  return [
    ...found,
    ...checkId(context.fsGroup, `${path}.fsGroup`),
    ...each(context.supplementalGroups, `${path}.supplementalGroups`, checkId),
    ...validateSysctls(context.sysctls ?? [], `${path}.sysctls`, { hostNetwork, hostIPC }),
    ...validateShared(context, path),
    ...checkChoice(context.fsGroupChangePolicy, ['Always', 'OnRootMismatch'], `${path}.fsGroupChangePolicy`),
    ...checkChoice(context.supplementalGroupsPolicy, ['Merge', 'Strict'], `${path}.supplementalGroupsPolicy`),
    ...checkChoice(context.seLinuxChangePolicy, ['Recursive'], `${path}.seLinuxChangePolicy`),
  ]
}

const sysctlPart = '[a-z0-9]([-_a-z0-9]*[a-z0-9])?'
/** What the kernel keeps for each IPC namespace. */
const ofHostIpc = /^(kernel\.(sem$|shm|msg)|fs\.mqueue\.)/
const sysctlPattern = `^(${sysctlPart}[\\./])*${sysctlPart}$`

function validateSysctls(
  sysctls: NonNullable<PodSecurityContext['sysctls']>,
  path: string,
  { hostNetwork, hostIPC }: { hostNetwork: boolean; hostIPC: boolean },
): FieldError[] {
  const names = new Set<string>()
  return each(sysctls, path, ({ name }, at) => {
    const found: FieldError[] = []
    if (name === '') found.push(fieldError.required(`${at}.name`))
    else if (Buffer.byteLength(name) > 253 || !new RegExp(sysctlPattern).test(name)) {
      const why = `must have at most 253 characters and match regex ${sysctlPattern}`
      found.push(...invalidBy(`${at}.name`, name, [why]))
    } else if (names.has(name)) found.push(fieldError.duplicate(`${at}.name`, name))
    names.add(name)
    if (hostNetwork && /^net[./]/.test(name)) {
      found.push(fieldError.invalid(`${at}.name`, name, "may not be specified when 'hostNetwork' is true"))
    }
    if (hostIPC && ofHostIpc.test(name.replaceAll('/', '.'))) {
      found.push(fieldError.invalid(`${at}.name`, name, "may not be specified when 'hostIPC' is true"))
    }
    return found
  })
}
