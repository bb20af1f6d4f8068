/** The parts of a pod, or of a template of one, that its security depends on. */
export interface CheckedPod {
  readonly metadata?: { readonly annotations?: Readonly<Record<string, string>> }
  readonly spec: CheckedSpec
}

export interface CheckedSpec {
  readonly containers?: readonly CheckedContainer[]
  readonly initContainers?: readonly CheckedContainer[]
  readonly ephemeralContainers?: readonly CheckedContainer[]
  readonly volumes?: readonly ({ readonly name: string } & Readonly<Record<string, unknown>>)[]
  readonly securityContext?: CheckedContext & { readonly sysctls?: readonly { readonly name: string }[] }
  readonly hostNetwork?: boolean
  readonly hostPID?: boolean
  readonly hostIPC?: boolean
  readonly hostUsers?: boolean
  readonly os?: { readonly name?: string }
}

export interface CheckedContext {
  readonly privileged?: boolean
  readonly allowPrivilegeEscalation?: boolean
  readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] }
  readonly procMount?: string
  readonly runAsNonRoot?: boolean
  readonly runAsUser?: number
  readonly seccompProfile?: { readonly type?: string }
  readonly appArmorProfile?: { readonly type?: string }
  readonly seLinuxOptions?: { readonly type?: string; readonly user?: string; readonly role?: string }
  readonly windowsOptions?: { readonly hostProcess?: boolean }
}

interface Handler {
  readonly httpGet?: { readonly host?: string }
  readonly tcpSocket?: { readonly host?: string }
}

export interface CheckedContainer {
  readonly name: string
  readonly image?: string
  readonly ports?: readonly { readonly hostPort?: number }[]
  readonly securityContext?: CheckedContext
  readonly livenessProbe?: Handler
  readonly readinessProbe?: Handler
  readonly startupProbe?: Handler
  readonly lifecycle?: { readonly postStart?: Handler; readonly preStop?: Handler }
}

export function containersOf({ spec }: CheckedPod): CheckedContainer[] {
  return [...(spec.initContainers ?? []), ...(spec.containers ?? []), ...(spec.ephemeralContainers ?? [])]
}

/** What is wrong with a pod: a few words, and who does what in it. */
export interface Violation {
  readonly reason: string
  readonly detail: string
}

/** `minor`: of the version of Kubernetes whose rule is asked for. */
export type Check = (pod: CheckedPod, minor: number) => Violation | undefined

export const quoted = (items: readonly string[]) => items.map((item) => `"${item}"`).join(', ')

/** In one order, each once. */
export const sorted = (items: Iterable<string>) => [...new Set(items)].sort()

export const plural = (one: string, items: readonly unknown[], many = `${one}s`) => (items.length === 1 ? one : many)

export function namesOf(containers: readonly CheckedContainer[]): string {
  return `${plural('container', containers)} ${quoted(containers.map(({ name }) => name))}`
}

/** Who says what is wrong: `pod and containers "a", "b"`; '' for nobody. */
export function settersOf(pod: CheckedPod, isWrong: (context: CheckedContext) => boolean): string {
  const { securityContext } = pod.spec
  const wrong = containersOf(pod).filter((container) => container.securityContext && isWrong(container.securityContext))
  const setters = securityContext && isWrong(securityContext) ? ['pod'] : []
  return [...setters, ...(wrong.length > 0 ? [namesOf(wrong)] : [])].join(' and ')
}
