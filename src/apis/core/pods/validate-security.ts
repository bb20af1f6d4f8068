import { type FieldError, fieldError } from '../../../meta/field-error.js'
import { checkChoice, each, invalidBy } from '../../field-checks.js'
import { goShape } from '../../go-shape.js'
import type { Container, PodSecurityContext, PodSpec, SecurityContext } from './pod-spec.js'

const maxId = 2 ** 31 - 1
const idRange = `must be between 0 and ${maxId}, inclusive`
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
  ]
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
  if (type === 'Localhost' && localhostProfile === undefined) {
    found.push(fieldError.required(at, `must be set when ${kind} type is Localhost`))
  }
  if (type !== 'Localhost' && localhostProfile !== undefined) {
    const shown = kind === 'seccomp' ? goShape(profile, 'core.v1.SeccompProfile') : localhostProfile
    found.push(fieldError.invalid(at, shown, `can only be set when ${kind} type is Localhost`))
  }
  return found
}

function validatePodContext(context: PodSecurityContext, path: string, { hostNetwork }: PodSpec): FieldError[] {
  return [
    ...checkId(context.fsGroup, `${path}.fsGroup`),
    ...each(context.supplementalGroups, `${path}.supplementalGroups`, checkId),
    ...validateSysctls(context.sysctls ?? [], `${path}.sysctls`, hostNetwork ?? false),
    ...validateShared(context, path),
    ...checkChoice(context.fsGroupChangePolicy, ['Always', 'OnRootMismatch'], `${path}.fsGroupChangePolicy`),
    ...checkChoice(context.supplementalGroupsPolicy, ['Merge', 'Strict'], `${path}.supplementalGroupsPolicy`),
  ]
}

const sysctlPart = '[a-z0-9]([-_a-z0-9]*[a-z0-9])?'
const sysctlPattern = `^(${sysctlPart}[\\./])*${sysctlPart}$`

function validateSysctls(
  sysctls: NonNullable<PodSecurityContext['sysctls']>,
  path: string,
  hostNetwork: boolean,
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
    return found
  })
}
