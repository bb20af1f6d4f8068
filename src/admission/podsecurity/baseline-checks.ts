import {
  type Check,
  type CheckedContainer,
  type CheckedContext,
  type CheckedPod,
  containersOf,
  namesOf,
  plural,
  quoted,
  settersOf,
  sorted,
} from './pod.js'

const appArmorPrefix = 'container.apparmor.security.beta.kubernetes.io/'
const seccompPod = 'seccomp.security.alpha.kubernetes.io/pod'
const seccompContainer = 'container.seccomp.security.alpha.kubernetes.io/'
const confined = new Set(['RuntimeDefault', 'Localhost'])
const usualCapabilities = new Set([
  ...['AUDIT_WRITE', 'CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'MKNOD', 'NET_BIND_SERVICE', 'SETFCAP'],
  ...['SETGID', 'SETPCAP', 'SETUID', 'SYS_CHROOT'],
])
/** Safe ones, by the minor version that first let them through. */
const safeSysctls: Readonly<Record<string, number>> = {
  'kernel.shm_rmid_forced': 0,
  'net.ipv4.ip_local_port_range': 0,
  'net.ipv4.tcp_syncookies': 0,
  'net.ipv4.ping_group_range': 0,
  'net.ipv4.ip_unprivileged_port_start': 0,
  'net.ipv4.ip_local_reserved_ports': 27,
  'net.ipv4.tcp_keepalive_time': 29,
  'net.ipv4.tcp_fin_timeout': 29,
  'net.ipv4.tcp_keepalive_intvl': 29,
  'net.ipv4.tcp_keepalive_probes': 29,
  'net.ipv4.tcp_rmem': 32,
  'net.ipv4.tcp_wmem': 32,
}
const seLinuxTypes: Readonly<Record<string, number>> = {
  '': 0,
  container_t: 0,
  container_init_t: 0,
  container_kvm_t: 0,
  container_engine_t: 31,
}
const isAllowed = (since: Readonly<Record<string, number>>, name: string, minor: number) =>
  Object.hasOwn(since, name) && (since[name] ?? 0) <= minor

function contextsOf(pod: CheckedPod): CheckedContext[] {
  const { securityContext } = pod.spec
  return [securityContext, ...containersOf(pod).map((container) => container.securityContext)].flatMap(
    (one) => one ?? [],
  )
}

const appArmorProfile: Check = (pod) => {
  const isWrong = ({ appArmorProfile: profile }: CheckedContext) =>
    profile !== undefined && !confined.has(profile.type ?? '')
  const annotations = Object.entries(pod.metadata?.annotations ?? {})
    .filter(([key, value]) => key.startsWith(appArmorPrefix) && !/^$|^runtime\/default$|^localhost\//.test(value))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .sort()
  const setters = [settersOf(pod, isWrong), annotations.length > 0 ? plural('annotation', annotations) : '']
  const values = [
    ...sorted(contextsOf(pod).flatMap((one) => (isWrong(one) ? [one.appArmorProfile?.type ?? ''] : []))),
    ...annotations,
  ]
  if (values.length === 0) return undefined
  return {
    reason: plural('forbidden AppArmor profile', values),
    detail: `${setters.filter(Boolean).join(' and ')} must not set AppArmor profile type to ${quoted(values)}`,
  }
}

const capabilitiesBaseline: Check = (pod) => {
  const added = ({ securityContext }: CheckedContainer) =>
    (securityContext?.capabilities?.add ?? []).filter((name) => !usualCapabilities.has(name))
  const wrong = containersOf(pod).filter((container) => added(container).length > 0)
  if (wrong.length === 0) return undefined
  const names = quoted(sorted(wrong.flatMap(added)))
  return {
    reason: 'non-default capabilities',
    detail: `${namesOf(wrong)} must not include ${names} in securityContext.capabilities.add`,
  }
}

const hostNamespaces: Check = ({ spec }) => {
  const shared = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter((field) => spec[field])
  if (shared.length === 0) return undefined
  return { reason: 'host namespaces', detail: shared.map((field) => `${field}=true`).join(', ') }
}

const hostPathVolumes: Check = ({ spec }) => {
  const names = (spec.volumes ?? []).filter(({ hostPath }) => hostPath !== undefined).map(({ name }) => name)
  if (names.length === 0) return undefined
  return { reason: 'hostPath volumes', detail: `${plural('volume', names)} ${quoted(names)}` }
}

const hostPorts: Check = (pod) => {
  const portsOf = ({ ports }: CheckedContainer) => (ports ?? []).flatMap(({ hostPort }) => hostPort || [])
  const wrong = containersOf(pod).filter((container) => portsOf(container).length > 0)
  if (wrong.length === 0) return undefined
  const ports = sorted(wrong.flatMap(portsOf).map(String))
  const use = `${plural('uses', wrong, 'use')} ${plural('hostPort', ports)}`
  return { reason: 'hostPort', detail: `${namesOf(wrong)} ${use} ${ports.join(', ')}` }
}

const hostProbes: Check = (pod) => {
  const hostsOf = ({ livenessProbe, readinessProbe, startupProbe, lifecycle }: CheckedContainer) =>
    [livenessProbe, readinessProbe, startupProbe, lifecycle?.postStart, lifecycle?.preStop].flatMap((handler) =>
      [handler?.httpGet?.host, handler?.tcpSocket?.host].flatMap((host) => host || []),
    )
  const wrong = containersOf(pod).filter((container) => hostsOf(container).length > 0)
  if (wrong.length === 0) return undefined
  const names = sorted(wrong.map(({ name }) => name))
  const hosts = sorted(wrong.flatMap(hostsOf))
  const use = `${plural('uses', names, 'use')} ${plural('probe or lifecycle host', hosts)}`
  return {
    reason: 'probe or lifecycle host',
    detail: `${plural('container', names)} ${quoted(names)} ${use} ${quoted(hosts)}`,
  }
}

const privileged: Check = (pod) => {
  const wrong = containersOf(pod).filter(({ securityContext }) => securityContext?.privileged)
  if (wrong.length === 0) return undefined
  return { reason: 'privileged', detail: `${namesOf(wrong)} must not set securityContext.privileged=true` }
}

/** Of a pod with users of its own what it sees of processes harms nobody else. */
const procMountBaseline: Check = (pod, minor) =>
  minor >= 35 && pod.spec.hostUsers === false ? undefined : procMount(pod, minor)

export const procMount: Check = (pod) => {
  const wrong = containersOf(pod).filter(
    ({ securityContext }) => (securityContext?.procMount ?? 'Default') !== 'Default',
  )
  if (wrong.length === 0) return undefined
  const types = quoted(sorted(wrong.map(({ securityContext }) => securityContext?.procMount ?? '')))
  return { reason: 'procMount', detail: `${namesOf(wrong)} must not set securityContext.procMount to ${types}` }
}

const seLinuxOptions: Check = (pod, minor) => {
  const isWrong = ({ seLinuxOptions: options }: CheckedContext) =>
    options !== undefined && (!isAllowed(seLinuxTypes, options.type ?? '', minor) || !!options.user || !!options.role)
  const setters = settersOf(pod, isWrong)
  if (setters === '') return undefined
  const all = contextsOf(pod).flatMap((context) => context.seLinuxOptions ?? [])
  const types = sorted(all.map(({ type = '' }) => type).filter((type) => !isAllowed(seLinuxTypes, type, minor)))
  const wrong = [
    ...(types.length > 0 ? [`${plural('type', types)} ${quoted(types)}`] : []),
    ...(all.some(({ user }) => user) ? ['user may not be set'] : []),
    ...(all.some(({ role }) => role) ? ['role may not be set'] : []),
  ]
  const detail = `${setters} set forbidden securityContext.seLinuxOptions: ${wrong.join('; ')}`
  return { reason: 'seLinuxOptions', detail }
}

/** Who says that it is not confined, and how; undefined where nobody does. */
export const seccompProfileBaseline: Check = (pod, minor) => {
  if (minor < 19) return seccompAnnotations(pod)
  const isWrong = ({ seccompProfile }: CheckedContext) =>
    seccompProfile !== undefined && !confined.has(seccompProfile.type ?? '')
  const setters = settersOf(pod, isWrong)
  if (setters === '') return undefined
  const types = sorted(contextsOf(pod).flatMap((one) => (isWrong(one) ? [one.seccompProfile?.type ?? ''] : [])))
  const detail = `${setters} must not set securityContext.seccompProfile.type to ${quoted(types)}`
  return { reason: 'seccompProfile', detail }
}

function seccompAnnotations(pod: CheckedPod): ReturnType<Check> {
  const annotations = pod.metadata?.annotations ?? {}
  const keys = [seccompPod, ...containersOf(pod).map(({ name }) => seccompContainer + name)]
  const wrong = sorted(
    keys.flatMap((key) => {
      const value = annotations[key]
      const isFine = value === undefined || /^(runtime|docker)\/default$|^localhost\//.test(value)
      return isFine ? [] : [`${key}=${JSON.stringify(value)}`]
    }),
  )
  if (wrong.length === 0) return undefined
  return { reason: 'seccompProfile', detail: `forbidden ${plural('annotation', wrong)} ${wrong.join(', ')}` }
}

const sysctls: Check = ({ spec }, minor) => {
  const names = (spec.securityContext?.sysctls ?? []).map(({ name }) => name)
  const wrong = names.filter((name) => !isAllowed(safeSysctls, name, minor))
  return wrong.length > 0 ? { reason: 'forbidden sysctls', detail: wrong.join(', ') } : undefined
}

const windowsHostProcess: Check = (pod) => {
  const setters = settersOf(pod, ({ windowsOptions }) => windowsOptions?.hostProcess ?? false)
  if (setters === '') return undefined
  return { reason: 'hostProcess', detail: `${setters} must not set securityContext.windowsOptions.hostProcess=true` }
}

/** A check, and the minor version of Kubernetes that first made it. */
export interface Since {
  readonly since: number
  readonly check: Check
}

/** By upstream's names, in the order of its messages. */
export const baselineChecks: Readonly<Record<string, Since>> = {
  appArmorProfile: { since: 0, check: appArmorProfile },
  capabilities_baseline: { since: 0, check: capabilitiesBaseline },
  hostNamespaces: { since: 0, check: hostNamespaces },
  hostPathVolumes: { since: 0, check: hostPathVolumes },
  hostPorts: { since: 0, check: hostPorts },
  hostProbesAndHostLifecycle: { since: 34, check: hostProbes },
  privileged: { since: 0, check: privileged },
  procMount: { since: 0, check: procMountBaseline },
  seLinuxOptions: { since: 0, check: seLinuxOptions },
  seccompProfile_baseline: { since: 0, check: seccompProfileBaseline },
  sysctls: { since: 0, check: sysctls },
  windowsHostProcess: { since: 0, check: windowsHostProcess },
}
