import type { KubeObject } from '../../../meta/object.js'
import { type SelectorObject, selectorMatches } from '../../../meta/selector-object.js'
import { errors, StatusError } from '../../../meta/status.js'
import { timestamp } from '../../../registry/backend.js'
import type { CustomSubresource, RemoveOptions, SubresourceCall } from '../../../registry/definition.js'
import { asPod, type Pod, setCondition } from './pod.js'

interface Eviction extends KubeObject {
  readonly deleteOptions?: Omit<RemoveOptions, 'dryRun'> & { readonly dryRun?: readonly string[] }
}

interface Budget extends KubeObject {
  readonly spec?: { readonly selector?: SelectorObject; readonly unhealthyPodEvictionPolicy?: string }
  status?: {
    observedGeneration?: number
    disruptionsAllowed?: number
    currentHealthy?: number
    desiredHealthy?: number
    disruptedPods?: Record<string, string>
    conditions?: { type: string; status: string; reason?: string; message?: string; lastTransitionTime?: string }[]
  }
}

const success: KubeObject = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 }

/** `pods/eviction`: a deletion that a PodDisruptionBudget may refuse (API-SEMANTICS U07). */
export const podEviction: CustomSubresource = {
  kind: { group: 'policy', version: 'v1', kind: 'Eviction' },
  methods: {
    POST: async (call) => {
      const eviction = (call.body ?? {}) as Eviction
      if (eviction.metadata?.name !== call.name) {
        throw errors.badRequest('name in URL does not match name in Eviction object')
      }
      const { deleteOptions = {} } = eviction
      const dryRun = call.dryRun || (deleteOptions.dryRun?.includes('All') ?? false)
      const pod = asPod(await call.get())
      const unchanged = isDisrupted(pod) ? false : await askBudgets(call, pod, dryRun)
      await evict(call, { ...deleteOptions, dryRun }, unchanged ? pod : undefined)
      return success
    },
  },
}

/** Nobody is disturbed by the end of a pod that has ended, has not begun, or is on its way out. */
function isDisrupted({ metadata, status }: Pod): boolean {
  return ['Succeeded', 'Failed', 'Pending'].includes(status?.phase ?? '') || metadata.deletionTimestamp !== undefined
}

/** Whether the pod must still be as it is when it is deleted. @throws StatusError TooManyRequests */
async function askBudgets(call: SubresourceCall, pod: Pod, dryRun: boolean): Promise<boolean> {
  const budgets = call.others('policy', 'poddisruptionbudgets')
  const own = ((await budgets.list()) as Budget[]).filter(({ spec }) =>
    selectorMatches(spec?.selector, pod.metadata.labels ?? {}),
  )
  const [budget] = own
  if (!budget) return false
  if (own.length > 1) {
    throw errors.bare(
      500,
      'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
    )
  }
  const isReady = pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True')
  if (!isReady && mayLoseUnready(budget)) return true
  await budgets.updateStatus(budget.metadata.name ?? '', (current) => takeOne(current as Budget, pod), dryRun)
  return false
}

function mayLoseUnready({ spec, status = {} }: Budget): boolean {
  if (spec?.unhealthyPodEvictionPolicy === 'AlwaysAllow') return true
  const { currentHealthy = 0, desiredHealthy = 0 } = status
  return currentHealthy >= desiredHealthy && desiredHealthy > 0
}

const maxDisruptedPods = 2_000
const refused = "Cannot evict pod as it would violate the pod's disruption budget."

/** One disruption fewer is allowed from now on. */
function takeOne(budget: Budget, pod: Pod): void {
  const { metadata } = budget
  budget.status ??= {}
  const { status } = budget
  const { disruptionsAllowed = 0, observedGeneration = 0, disruptedPods = {} } = status
  const name = metadata.name ?? ''
  const forbidden = (why: string) => errors.forbidden({ group: 'policy', resource: 'poddisruptionbudget' }, name, why)
  if (observedGeneration < (metadata.generation ?? 0)) {
    throw tooMany(`The disruption budget ${name} is still being processed by the server.`, 10)
  }
  if (disruptionsAllowed < 0) throw forbidden('pdb disruptions allowed is negative')
  if (Object.keys(disruptedPods).length > maxDisruptedPods) {
    throw forbidden('DisruptedPods map too big - too many evictions not confirmed by PDB controller')
  }
  if (disruptionsAllowed === 0) throw tooMany(whyNot(budget), 0)
  status.disruptionsAllowed = disruptionsAllowed - 1
  status.disruptedPods = { ...disruptedPods, [pod.metadata.name ?? '']: now() }
  if (status.disruptionsAllowed > 0) return
  const allowed = { type: 'DisruptionAllowed', status: 'False', reason: 'InsufficientPods', message: '' }
  const others = (status.conditions ?? []).filter(({ type }) => type !== allowed.type)
  status.conditions = [...others, { ...allowed, lastTransitionTime: now() }]
}

function whyNot({ metadata, status = {} }: Budget): string {
  const { currentHealthy = 0, desiredHealthy = 0, conditions = [] } = status
  const { reason, message } = conditions.find((one) => one.type === 'DisruptionAllowed' && one.status === 'False') ?? {}
  const budget = `The disruption budget ${metadata.name}`
  const no = `${budget} does not allow evicting pods currently`
  if (message && reason === 'SyncFailed') return `${no} because it failed sync: ${message}`
  if (currentHealthy <= desiredHealthy) {
    return `${budget} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`
  }
  return message ? `${no} (${reason}): ${message}` : no
}

function tooMany(message: string, seconds: number): StatusError {
  const { status } = errors.tooManyRequests(refused, seconds)
  const details = { ...status.details, causes: [{ reason: 'DisruptionBudget', message }] }
  return new StatusError({ ...status, details })
}

/** `unchanged`: the pod as it must still be. */
async function evict(call: SubresourceCall, options: RemoveOptions, unchanged: Pod | undefined): Promise<void> {
  if (options.dryRun) return call.remove(options)
  await call.update((object) => {
    const resourceVersion = unchanged?.metadata.resourceVersion
    if (resourceVersion && object.metadata.resourceVersion !== resourceVersion) {
      throw tooMany(`The disruption budget of ${call.name} is still being processed by the server.`, 10)
    }
    setCondition(asPod(object), {
      ...{ type: 'DisruptionTarget', status: 'True', lastTransitionTime: now() },
      ...{ reason: 'EvictionByEvictionAPI', message: 'Eviction API: evicting' },
    })
  }, 'eviction')
  await call.remove(options)
}

const now = () => timestamp(new Date())
