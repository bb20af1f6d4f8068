import { larger, podResources, sum } from '../../meta/pod-resources.js'
import { parseQuantity } from '../../meta/quantity.js'
import type { Container, ContainerStatus, Pod, Resources } from '../pods/pod.js'
import { type Amounts, addAmounts, readAmounts } from './amounts.js'
import { countName, type Evaluator, type Measure, oneObject } from './evaluator.js'
import type { Scopes } from './scopes.js'

const count = countName('', 'pods')
const computed = [
  ...['cpu', 'memory', 'ephemeral-storage', 'requests.cpu', 'requests.memory', 'requests.ephemeral-storage'],
  ...['limits.cpu', 'limits.memory', 'limits.ephemeral-storage'],
]
/** Where one of these is bound, every container has to say how much it asks for. */
const toBeSaid = ['cpu', 'limits.cpu', 'limits.memory', 'memory', 'requests.cpu', 'requests.memory']
const hugePages = 'hugepages-'
const deviceClass = 'deviceclass.resource.kubernetes.io/'

/** core/v1 Pod: what its containers ask for as long as it may run. */
export const podEvaluator: Evaluator = {
  measures: (name) =>
    name === 'pods' ||
    name === count ||
    computed.includes(name) ||
    name.startsWith(hugePages) ||
    (name.startsWith('requests.') &&
      (name.startsWith(`requests.${hugePages}`) || isExtended(name) || name.startsWith(`requests.${deviceClass}`))),
  concerns({ operation, subresource, object, old }) {
    if (subresource === 'resize') return operation === 'UPDATE'
    if (subresource !== '') return false
    if (operation === 'CREATE') return true
    return operation === 'UPDATE' && isTerminating(old as Pod) !== isTerminating(object as Pod)
  },
  measure: (object) => measure(object as Pod),
  missing: (object, names) => missing(object as Pod, names),
}

/** Not one that Kubernetes itself knows. */
const isExtended = (name: string) => name.includes('/') && !name.includes('kubernetes.io/')
const isTerminating = ({ spec }: Pod) => (spec.activeDeadlineSeconds ?? -1) >= 0
const hasEnded = ({ status }: Pod) => status?.phase === 'Failed' || status?.phase === 'Succeeded'

function measure(pod: Pod): Measure {
  const scopes = scopesOf(pod)
  const stored = { [count]: oneObject }
  if (hasEnded(pod)) return { amounts: stored, scopes }
  const { requests, limits } = resourcesOf(pod)
  const amounts = addAmounts(stored, amountsOf(readAmounts(requests), readAmounts(limits)))
  const { deletionTimestamp, deletionGracePeriodSeconds } = pod.metadata
  if (deletionTimestamp === undefined || deletionGracePeriodSeconds === undefined) return { amounts, scopes }
  const at = Date.parse(deletionTimestamp) + deletionGracePeriodSeconds * 1000
  return { amounts, expires: { at, amounts: stored }, scopes }
}

function amountsOf(requests: Amounts, limits: Amounts): Amounts {
  const found: Record<string, Amounts[string]> = { pods: oneObject }
  for (const [name, amount] of Object.entries(requests)) {
    const isPlain = ['cpu', 'memory', 'ephemeral-storage'].includes(name) || name.startsWith(hugePages)
    if (isPlain) found[name] = amount
    if (isPlain || isExtended(name) || name.startsWith(deviceClass)) found[`requests.${name}`] = amount
  }
  for (const name of ['cpu', 'memory', 'ephemeral-storage']) {
    const amount = limits[name]
    if (amount) found[`limits.${name}`] = amount
  }
  return found
}

/** What the pod asks for, and while it is being resized what it still has, with what running it costs besides. */
function resourcesOf({ spec, status = {} }: Pod): Required<Resources> {
  const infeasible = status.conditions?.find(({ type }) => type === 'PodResizePending')?.reason === 'Infeasible'
  const statuses = [...(status.containerStatuses ?? []), ...(status.initContainerStatuses ?? [])]
  const asIs = (container: Container) => {
    const found = statuses.find(({ name }) => name === container.name)
    return found?.resources ? { ...container, resources: effective(container, found, infeasible) } : container
  }
  const { requests, limits } = podResources(
    {
      ...spec,
      containers: spec.containers.map(asIs),
      initContainers: (spec.initContainers ?? []).map((one) => (one.restartPolicy === 'Always' ? asIs(one) : one)),
    },
    (name) => name === 'cpu' || name === 'memory' || name.startsWith(hugePages),
  )
  const overhead = Object.entries(spec.overhead ?? {})
  const withRequests = Object.fromEntries(overhead)
  const isLimited = (name: string) => limits[name] !== undefined && parseQuantity(limits[name]).unscaled !== 0n
  const withLimits = Object.fromEntries(overhead.filter(([name]) => isLimited(name)))
  return { requests: sum(requests, withRequests), limits: sum(limits, withLimits) }
}

function effective({ resources = {} }: Container, status: ContainerStatus, infeasible: boolean): Resources {
  const { requests = {}, limits = {} } = status.resources ?? {}
  const had = larger(requests, status.allocatedResources ?? {})
  if (infeasible) return { requests: had, limits }
  return { requests: larger(had, resources.requests ?? {}), limits: larger(limits, resources.limits ?? {}) }
}

function scopesOf(pod: Pod): Scopes {
  const { priorityClassName } = pod.spec
  return {
    [isTerminating(pod) ? 'Terminating' : 'NotTerminating']: [],
    [pod.status?.qosClass === 'BestEffort' ? 'BestEffort' : 'NotBestEffort']: [],
    PriorityClass: priorityClassName ? [priorityClassName] : [],
    ...(looksElsewhere(pod) ? { CrossNamespacePodAffinity: [] } : {}),
  }
}

function looksElsewhere({ spec: { affinity = {} } }: Pod): boolean {
  return [affinity.podAffinity, affinity.podAntiAffinity].some((one) => {
    const preferred = one?.preferredDuringSchedulingIgnoredDuringExecution ?? []
    const terms = [
      ...(one?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
      ...preferred.map(({ podAffinityTerm }) => podAffinityTerm),
    ]
    return terms.some(({ namespaces = [], namespaceSelector }) => namespaces.length > 0 || namespaceSelector)
  })
}

function missing({ spec }: Pod, names: readonly string[]): string | undefined {
  const ofPod = Object.keys({ ...spec.resources?.requests, ...spec.resources?.limits })
  if (ofPod.some((name) => name === 'cpu' || name === 'memory' || name.startsWith(hugePages))) return undefined
  const without = toBeSaid
    .filter((name) => names.includes(name))
    .map((name) => {
      const lacking = [...spec.containers, ...(spec.initContainers ?? [])].filter(
        ({ resources = {} }) =>
          !Object.hasOwn(amountsOf(readAmounts(resources.requests), readAmounts(resources.limits)), name),
      )
      return { name, containers: [...new Set(lacking.map((container) => container.name))].sort() }
    })
    .filter(({ containers }) => containers.length > 0)
  if (without.length === 0) return undefined
  return `must specify ${without.map(({ name, containers }) => `${name} for: ${containers.join(',')}`).join('; ')}`
}
