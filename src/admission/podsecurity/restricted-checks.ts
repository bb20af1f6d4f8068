import { procMount, type Since, seccompProfileBaseline } from './baseline-checks.js'
import { type Check, containersOf, namesOf, plural, quoted, settersOf, sorted } from './pod.js'

const harmlessVolumes = [
  ...['configMap', 'csi', 'downwardAPI', 'emptyDir', 'ephemeral', 'image', 'persistentVolumeClaim', 'projected'],
  'secret',
]

/** From 1.25 on pods for Windows are not asked for what Windows does not know. */
const onLinux =
  (check: Check): Check =>
  (pod, minor) =>
    minor >= 25 && pod.spec.os?.name === 'windows' ? undefined : check(pod, minor)

/** From 1.35 on root is nobody outside of a pod with users of its own. */
const withHostUsers =
  (check: Check): Check =>
  (pod, minor) =>
    minor >= 35 && pod.spec.hostUsers === false ? undefined : check(pod, minor)

const allowPrivilegeEscalation: Check = (pod) => {
  const wrong = containersOf(pod).filter(({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false)
  if (wrong.length === 0) return undefined
  return {
    reason: 'allowPrivilegeEscalation != false',
    detail: `${namesOf(wrong)} must set securityContext.allowPrivilegeEscalation=false`,
  }
}

const capabilities: Check = (pod) => {
  const all = containersOf(pod)
  const keeping = all.filter(({ securityContext }) => !securityContext?.capabilities?.drop?.includes('ALL'))
  const addedBy = (container: (typeof all)[number]) =>
    (container.securityContext?.capabilities?.add ?? []).filter((name) => name !== 'NET_BIND_SERVICE')
  const adding = all.filter((container) => addedBy(container).length > 0)
  const details = [
    ...(keeping.length > 0 ? [`${namesOf(keeping)} must set securityContext.capabilities.drop=["ALL"]`] : []),
    ...(adding.length > 0
      ? [
          `${namesOf(adding)} must not include ${quoted(sorted(adding.flatMap(addedBy)))} in ` +
            'securityContext.capabilities.add',
        ]
      : []),
  ]
  return details.length > 0 ? { reason: 'unrestricted capabilities', detail: details.join('; ') } : undefined
}

const volumes: Check = ({ spec }) => {
  const wrong = (spec.volumes ?? []).filter((volume) => !harmlessVolumes.some((kind) => volume[kind] !== undefined))
  if (wrong.length === 0) return undefined
  const types = sorted(wrong.map((volume) => Object.keys(volume).find((key) => key !== 'name') ?? 'unknown'))
  const use = `${plural('uses', wrong, 'use')} ${plural('restricted volume type', types)}`
  const names = quoted(wrong.map(({ name }) => name))
  return { reason: 'restricted volume types', detail: `${plural('volume', wrong)} ${names} ${use} ${quoted(types)}` }
}

const runAsNonRoot: Check = (pod) => {
  const reason = 'runAsNonRoot != true'
  const setters = settersOf(pod, (context) => context.runAsNonRoot === false)
  if (setters !== '') return { reason, detail: `${setters} must not set securityContext.runAsNonRoot=false` }
  if (pod.spec.securityContext?.runAsNonRoot) return undefined
  const silent = containersOf(pod).filter(({ securityContext }) => securityContext?.runAsNonRoot === undefined)
  if (silent.length === 0) return undefined
  return { reason, detail: `pod or ${namesOf(silent)} must set securityContext.runAsNonRoot=true` }
}

const runAsUser: Check = (pod) => {
  const setters = settersOf(pod, (context) => context.runAsUser === 0)
  return setters === '' ? undefined : { reason: 'runAsUser=0', detail: `${setters} must not set runAsUser=0` }
}

const seccompProfile: Check = (pod, minor) => {
  const wrong = seccompProfileBaseline(pod, minor)
  if (wrong) return wrong
  if (pod.spec.securityContext?.seccompProfile) return undefined
  const silent = containersOf(pod).filter(({ securityContext }) => !securityContext?.seccompProfile)
  if (silent.length === 0) return undefined
  const types = '"RuntimeDefault" or "Localhost"'
  return {
    reason: 'seccompProfile',
    detail: `pod or ${namesOf(silent)} must set securityContext.seccompProfile.type to ${types}`,
  }
}

/** They come on top of those of `baseline`; what one of them says more strictly takes that one's place. */
export const restrictedChecks: readonly (Since & { readonly insteadOf?: string })[] = [
  { since: 8, check: onLinux(allowPrivilegeEscalation) },
  { since: 22, check: onLinux(capabilities), insteadOf: 'capabilities_baseline' },
  { since: 35, check: procMount, insteadOf: 'procMount' },
  { since: 0, check: volumes, insteadOf: 'hostPathVolumes' },
  { since: 0, check: withHostUsers(runAsNonRoot) },
  { since: 23, check: withHostUsers(runAsUser) },
  { since: 19, check: onLinux(seccompProfile), insteadOf: 'seccompProfile_baseline' },
]
