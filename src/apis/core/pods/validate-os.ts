import { type FieldError, fieldError } from '../../../meta/field-error.js'
import { checkChoice } from '../../field-checks.js'
import type { PodSpec } from './pod-spec.js'

const notOnWindows = [
  ...(['appArmorProfile', 'seLinuxOptions', 'seccompProfile', 'fsGroup', 'fsGroupChangePolicy', 'sysctls'] as const),
  ...(['runAsUser', 'runAsGroup', 'supplementalGroups', 'supplementalGroupsPolicy', 'seLinuxChangePolicy'] as const),
]
const notInWindowsContainers = [
  ...(['appArmorProfile', 'seLinuxOptions', 'seccompProfile', 'capabilities', 'readOnlyRootFilesystem'] as const),
  ...(['privileged', 'allowPrivilegeEscalation', 'procMount', 'runAsUser', 'runAsGroup'] as const),
]
const lists = ['initContainers', 'containers', 'ephemeralContainers'] as const

/** A pod that says which system it is for has only what that system knows. */
export function validateOs(spec: PodSpec, path: string): FieldError[] {
  if (!spec.os) return []
  const { name } = spec.os
  if (!name) return [fieldError.required(`${path}.os.name`)]
  if (name === 'windows') return validateWindows(spec, path)
  if (name !== 'linux') return checkChoice(name, ['linux', 'windows'], `${path}.os`)
  const contexts = [{ securityContext: spec.securityContext, at: path }, ...containersOf(spec, path)]
  return contexts.flatMap(({ securityContext, at }) => {
    if (securityContext?.windowsOptions === undefined) return []
    const why = 'windows options cannot be set for a linux pod'
    return [fieldError.forbidden(`${at}.securityContext.windowsOptions`, why)]
  })
}

function validateWindows(spec: PodSpec, path: string): FieldError[] {
  const refuse = (at: string) => fieldError.forbidden(at, 'cannot be set for a windows pod')
  const ofHost = (['hostPID', 'hostIPC'] as const).filter((field) => spec[field])
  const ofPod = (['hostUsers', 'shareProcessNamespace'] as const).filter((field) => spec[field] !== undefined)
  const { securityContext: ofAll = {} } = spec
  return [
    ...[...ofHost, ...ofPod].map((field) => refuse(`${path}.${field}`)),
    ...notOnWindows
      .filter((field) => ofAll[field] !== undefined)
      .map((field) => refuse(`${path}.securityContext.${field}`)),
    ...containersOf(spec, path).flatMap(({ securityContext = {}, at }) =>
      notInWindowsContainers
        .filter((field) => securityContext[field] !== undefined)
        .map((field) => refuse(`${at}.securityContext.${field}`)),
    ),
  ]
}

function containersOf(spec: PodSpec, path: string) {
  return lists.flatMap((list) =>
    (spec[list] ?? []).map(({ securityContext }, i) => ({ securityContext, at: `${path}.${list}[${i}]` })),
  )
}
