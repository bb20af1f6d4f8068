import { jsonEquals } from '../../../meta/json-equal.js'
import { labelErrors } from '../../../meta/names.js'
import type { JsonObject, KubeObject } from '../../../meta/object.js'
import { repeated } from '../../field-checks.js'
import { ipWarnings } from '../../ip-checks.js'
import { nodeLabelTexts, nodeTermWarnings } from '../node-labels.js'
import { fractionWarnings } from '../volumes/fraction-warnings.js'
import { volumeWarnings } from '../volumes/volume-warnings.js'
import type { AffinityTerms, Container, ContainerPort, PodSpec, PodTemplate } from './pod-spec.js'

const annotationTexts: Readonly<Record<string, string>> = {
  'scheduler.alpha.kubernetes.io/critical-pod': 'non-functional in v1.16+; use the "priorityClassName" field instead',
  'security.alpha.kubernetes.io/sysctls': 'non-functional in v1.11+; use the "sysctls" field instead',
  'security.alpha.kubernetes.io/unsafe-sysctls': 'non-functional in v1.11+; use the "sysctls" field instead',
}
const noPods = 'a null labelSelector results in matching no pod'

/** Of a new object that pods are named after. */
export function podNameWarnings({ metadata: { name = '' } }: KubeObject): string[] {
  const whys = labelErrors(name)
  if (whys.length === 0) return []
  const why =
    'this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended'
  return [`metadata.name: ${why}: [${whys.join(' ')}]`]
}

/** Warnings of a template at `path` (for a pod itself ''); a template that did not change deserves none. */
export function podTemplateWarnings(
  template: PodTemplate | undefined,
  old: PodTemplate | undefined,
  path: string,
): string[] {
  if (!template || (old && JSON.stringify(old) === JSON.stringify(template))) return []
  const { spec = {}, metadata = {} } = template
  const at = path === '' ? '' : `${path}.`
  return [
    ...schedulingWarnings(spec, `${at}spec`),
    ...Object.keys(metadata.annotations ?? {}).flatMap((key) => {
      const text = Object.hasOwn(annotationTexts, key) ? annotationTexts[key] : undefined
      return text ? [`${at}metadata.annotations[${key}]: ${text}`] : []
    }),
    ...(path === '' ? [] : appArmorWarnings(template, path)),
    ...volumeWarnings(spec.volumes ?? [], `${at}spec.volumes`),
    ...listWarnings(spec, `${at}spec`),
    ...containersOf(spec, `${at}spec`).flatMap(({ container, path: p }) => containerWarnings(container, p)),
    ...portWarnings(spec, `${at}spec`),
    ...affinityWarnings(spec, `${at}spec.affinity`),
    ...(spec.dnsConfig?.nameservers ?? []).flatMap((ip, i) => ipWarnings(ip, `${at}spec.dnsConfig.nameservers[${i}]`)),
    ...(spec.hostAliases ?? []).flatMap(({ ip }, i) => ipWarnings(ip, `${at}spec.hostAliases[${i}].ip`)),
  ]
}

const appArmorPrefix = 'container.apparmor.security.beta.kubernetes.io/'

/** Annotations that no field of the container, or of the pod, says as well. */
function appArmorWarnings({ spec = {}, metadata = {} }: PodTemplate, path: string): string[] {
  const ofPod = spec.securityContext?.appArmorProfile
  return containersOf(spec, path).flatMap(({ container }) => {
    const key = `${appArmorPrefix}${container.name}`
    const annotation = metadata.annotations?.[key]
    if (annotation === undefined || container.securityContext?.appArmorProfile) return []
    if (ofPod && jsonEquals(ofPod, appArmorProfile(annotation))) return []
    return [`${path}.metadata.annotations[${key}]: deprecated since v1.30; use the "appArmorProfile" field instead`]
  })
}

function appArmorProfile(annotation: string): JsonObject | undefined {
  if (annotation === 'unconfined') return { type: 'Unconfined' }
  if (annotation === 'runtime/default') return { type: 'RuntimeDefault' }
  const [, localhostProfile] = /^localhost\/(.+)$/.exec(annotation) ?? []
  return localhostProfile === undefined ? undefined : { type: 'Localhost', localhostProfile }
}

function schedulingWarnings(spec: PodSpec, path: string): string[] {
  const { nodeSelector = {}, topologySpreadConstraints = [], affinity: { nodeAffinity = {} } = {} } = spec
  const [required, preferred] = [
    'requiredDuringSchedulingIgnoredDuringExecution',
    'preferredDuringSchedulingIgnoredDuringExecution',
  ] as const
  const at = `${path}.affinity.nodeAffinity`
  return [
    ...(nodeAffinity[required]?.nodeSelectorTerms ?? []).flatMap((term, i) =>
      nodeTermWarnings(term, `${at}.${required}.nodeSelectorTerms[${i}]`),
    ),
    ...(nodeAffinity[preferred] ?? []).flatMap(({ preference = {} }, i) =>
      nodeTermWarnings(preference, `${at}.${preferred}[${i}].preference`, true),
    ),
    ...Object.keys(nodeSelector).flatMap((key) =>
      nodeLabelTexts[key] ? [`${path}.nodeSelector[${key}]: ${nodeLabelTexts[key]}`] : [],
    ),
    ...topologySpreadConstraints.flatMap(({ topologyKey = '', labelSelector }, i) => {
      const at = `${path}.topologySpreadConstraints[${i}]`
      const text = nodeLabelTexts[topologyKey]
      return [
        ...(text ? [`${at}.topologyKey: ${topologyKey} is ${text}`] : []),
        ...(labelSelector ? [] : [`${at}.labelSelector: ${noPods}`]),
      ]
    }),
  ]
}

function listWarnings(spec: PodSpec, path: string): string[] {
  const { hostAliases = [], imagePullSecrets = [], overhead = {}, terminationGracePeriodSeconds: grace } = spec
  const again = (list: readonly unknown[], i: number) => list.indexOf(list[i]) < i
  const ips = hostAliases.map(({ ip }) => ip)
  const names = imagePullSecrets.map(({ name = '' }) => name)
  return [
    ...ips.flatMap((ip, i) => (again(ips, i) ? [`${path}.hostAliases[${i}].ip: duplicate ip "${ip}"`] : [])),
    ...names.flatMap((name, i) =>
      again(names, i) ? [`${path}.imagePullSecrets[${i}].name: duplicate name "${name}"`] : [],
    ),
    ...names.flatMap((name, i) => (name === '' ? [`${path}.imagePullSecrets[${i}].name: invalid empty name ""`] : [])),
    ...fractionWarnings(overhead, `${path}.overhead`),
    ...(grace !== undefined && grace < 0
      ? [`${path}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`]
      : []),
  ]
}

function containerWarnings({ resources = {}, env = [] }: Container, path: string): string[] {
  const again = repeated(env, ({ name }) => name)
  return [
    ...fractionWarnings(resources.limits ?? {}, `${path}.resources.limits`),
    ...fractionWarnings(resources.requests ?? {}, `${path}.resources.requests`),
    ...env.flatMap(({ name, value = '', valueFrom }, i) => {
      if (!again[i]) return []
      const reference = `$(${name})`
      const extendsIt = !valueFrom && value !== reference && value.includes(reference)
      const text = `hides previous definition of "${name}", which may be dropped when using apply`
      return extendsIt ? [] : [`${path}.env[${i}]: ${text}`]
    }),
  ]
}

function containersOf(spec: PodSpec, path: string): { container: Container; path: string }[] {
  const { initContainers = [], containers = [], ephemeralContainers = [] } = spec
  return Object.entries({ initContainers, containers, ephemeralContainers }).flatMap(([field, list]) =>
    list.map((container, i) => ({ container, path: `${path}.${field}[${i}]` })),
  )
}

function portWarnings(spec: PodSpec, path: string): string[] {
  const ports = containersOf(spec, path).flatMap(({ container, path: p }) =>
    (container.ports ?? []).map((port, i) => ({ port, path: `${p}.ports[${i}]` })),
  )
  const same = new Map<string, typeof ports>()
  const named = new Map<string, string>()
  let told = 0
  return [
    ...ports.flatMap(({ port, path: p }) => [
      ...(port.hostIP && !port.hostPort ? [`${p}: hostIP set without hostPort: ${shownPort(port)}`] : []),
      ...earlier(same, `${port.containerPort} ${port.protocol}`, { port, path: p }).flatMap((other) => {
        const text = told < mostTold ? overlap(port, other.port) : undefined
        if (text) told++
        return text ? [`${p}: ${text} with ${other.path}`] : []
      }),
    ]),
    ...ports.flatMap(({ port, path: p }) => {
      const first = port.name ? named.get(port.name) : undefined
      if (port.name && !first) named.set(port.name, p)
      if (!first) return []
      const use = `services and probes that select ports by name will use ${first}`
      return [`${p}: duplicate port name "${port.name}" with ${first}, ${use}`]
    }),
  ]
}

/** Of more alike each is compared with the first ones only. */
const mostCompared = 100
/** No client is sent that many warnings: a header has no room for them. */
const mostTold = 1000

/** Those noted before under the key; notes this one. */
function earlier<T>(known: Map<string, T[]>, key: string, item: T): readonly T[] {
  const all = known.get(key) ?? []
  known.set(key, all)
  const before = [...all]
  if (all.length < mostCompared) all.push(item)
  return before
}

/** As Go prints the struct. */
function shownPort({ name = '', hostPort = 0, containerPort, protocol = '', hostIP = '' }: ContainerPort): string {
  return `{Name:${name} HostPort:${hostPort} ContainerPort:${containerPort} Protocol:${protocol} HostIP:${hostIP}}`
}

function overlap(a: ContainerPort, b: ContainerPort): string | undefined {
  const [aPort, bPort, aIp, bIp] = [a.hostPort ?? 0, b.hostPort ?? 0, a.hostIP ?? '', b.hostIP ?? '']
  if (aPort === bPort && aIp === bIp) return 'duplicate port definition'
  if (aPort === 0 || bPort === 0) return 'overlapping port definition'
  const oneIsAny = (aIp === '') !== (bIp === '')
  return aPort === bPort && oneIsAny ? 'dangerously ambiguous port definition' : undefined
}

function affinityWarnings({ affinity = {} }: PodSpec, path: string): string[] {
  const required = 'requiredDuringSchedulingIgnoredDuringExecution'
  const preferred = 'preferredDuringSchedulingIgnoredDuringExecution'
  return (['podAffinity', 'podAntiAffinity'] as const).flatMap((kind) => {
    const terms: AffinityTerms = affinity[kind] ?? {}
    return [
      ...(terms[required] ?? []).flatMap((term, i) => missing(term, `${path}.${kind}.${required}[${i}]`)),
      ...(terms[preferred] ?? []).flatMap(({ podAffinityTerm = {} }, i) =>
        missing(podAffinityTerm, `${path}.${kind}.${preferred}[${i}].podAffinityTerm`),
      ),
    ]
  })
}

function missing(term: JsonObject, path: string): string[] {
  return term.labelSelector ? [] : [`${path}.labelSelector: ${noPods}`]
}
