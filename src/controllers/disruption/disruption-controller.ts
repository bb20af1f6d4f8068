import { jsonEquals } from '../../meta/json-equal.js'
import type { JsonObject, KubeObject } from '../../meta/object.js'
import { type SelectorObject, selectorMatches } from '../../meta/selector-object.js'
import { timestamp } from '../../registry/backend.js'
import type { Resource } from '../../registry/resource.js'
import { update } from '../../registry/update.js'
import { decodeStored } from '../../store/encode.js'
import type { StoreEvent } from '../../store/store.js'
import type { Controller, ControllerContext } from '../controller.js'
import { ownEvents } from '../event-writer.js'
import { keysSelecting } from '../selecting.js'
import { WorkerPool } from '../worker-pool.js'
import { controllerWrite, ignoringNotFound } from '../write.js'
import { type Findings, tellFindings } from './budget-events.js'
import { type BudgetSpec, expectedPods } from './expected-pods.js'

interface Budget extends KubeObject {
  readonly spec?: BudgetSpec & { readonly selector?: SelectorObject }
  readonly status?: JsonObject & {
    readonly disruptedPods?: Readonly<Record<string, string>>
    readonly conditions?: readonly Condition[]
  }
}

interface Condition extends JsonObject {
  readonly type: string
  readonly status: string
  readonly reason: string
  readonly message: string
}

interface Pod extends KubeObject {
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] }
}

const name = 'disruption-controller'
const workers = 2
/** A pod that was let go and is still there after so long was not deleted after all. Milliseconds. */
const deletionTimeout = 120_000
/** What did not say how many pods there should be is asked again. Milliseconds. */
const retry = 10_000

/**
 * Keeps the status of PodDisruptionBudgets at what their pods are: how many must be healthy, are, and may be evicted,
 * which `pods/eviction` takes from.
 */
export const disruptionController: Controller = {
  async start(context) {
    const { cache, registry } = context.backend
    const [budgets, pods] = [registry.stored('policy', 'poddisruptionbudgets'), registry.stored('', 'pods')]
    if (!budgets || !pods) return async () => {}
    const events = ownEvents(context, 'controllermanager')
    const queue = new WorkerPool({ name, log: context.log, workers, rests: context.hasUnreadFiles }, async (key) => {
      const counted = await recount(context, budgets, pods, key)
      if (counted) tellFindings(events, counted.budget, counted.findings)
      return counted?.again
    })
    const tellBudgets = (event: StoreEvent) => {
      const selects = ({ spec }: Budget, pod: KubeObject) => isOf(pod, spec?.selector)
      for (const key of keysSelecting(cache, budgets, event, selects)) queue.add(key)
    }
    const stops = [
      cache.watch(budgets.prefix(''), cache.revision, ({ type, stored }) => {
        if (type !== 'delete') queue.add(stored.key)
      }),
      cache.watch(pods.prefix(''), cache.revision, tellBudgets),
    ]
    for (const { key } of cache.peekAll(budgets.prefix(''))) queue.add(key)
    return async () => {
      for (const stop of stops) stop()
      await queue.stop()
      await events.flush()
    }
  },
}

const isOf = ({ metadata }: KubeObject, selector: SelectorObject | undefined) =>
  selectorMatches(selector, metadata.labels ?? {})

async function recount(context: ControllerContext, resource: Resource, pods: Resource, key: string) {
  const { backend, caller } = context
  await backend.cache.fresh()
  if (!backend.cache.peek(key)) return undefined
  const [, , namespace = '', budgetName = ''] = key.split('/')
  const target = { resource, namespace, name: budgetName, subresource: 'status' }
  let last: { again: number | undefined; budget: Budget; findings: Findings } | undefined
  await ignoringNotFound(
    update(backend, caller, target, controllerWrite, async (current) => {
      const budget = current as Budget
      const all = backend.cache.peekAll(pods.prefix(namespace)).map(decodeStored) as Pod[]
      const own = all.filter((pod) => isOf(pod, budget.spec?.selector))
      const counted = await count(context, budget, own)
      last = { budget, again: counted.again, findings: { ...counted.findings, noPods: own.length === 0 } }
      const { status: before = {} } = budget
      return jsonEquals(counted.status, before) ? current : { ...current, status: counted.status }
    }),
  )
  return last
}

/** The status it should have, in how many milliseconds it may be another one, and what there is to tell. */
async function count({ backend }: ControllerContext, budget: Budget, pods: readonly Pod[]) {
  const now = backend.now()
  const { status = {}, metadata } = budget
  const conditions = (reason: string, message = '') =>
    withCondition(status.conditions ?? [], reason, message, budget, timestamp(now))
  try {
    const { expectedPods: expected, desiredHealthy, unmanaged } = await expectedPods(backend, budget.spec ?? {}, pods)
    const before = status.disruptedPods ?? {}
    const disrupted = stillDisrupted(pods, before, now.getTime())
    const notDeleted = pods.filter(({ metadata: { name = '', deletionTimestamp } }) => {
      return deletionTimestamp === undefined && Object.hasOwn(before, name) && !Object.hasOwn(disrupted, name)
    })
    const currentHealthy = pods.filter(
      (pod) => isHealthy(pod) && !Object.hasOwn(disrupted, pod.metadata.name ?? ''),
    ).length
    const disruptionsAllowed = expected <= 0 ? 0 : Math.max(0, currentHealthy - desiredHealthy)
    const { disruptedPods: _, ...rest } = status
    const ends = Object.values(disrupted).map((time) => Date.parse(time) + deletionTimeout - now.getTime())
    return {
      status: {
        ...rest,
        currentHealthy,
        desiredHealthy,
        disruptionsAllowed,
        expectedPods: expected,
        ...(ends.length > 0 ? { disruptedPods: disrupted } : {}),
        observedGeneration: metadata.generation ?? 0,
        conditions: conditions(disruptionsAllowed > 0 ? 'SufficientPods' : 'InsufficientPods'),
      },
      again: ends.length > 0 ? Math.max(0, Math.min(...ends)) + 1 : undefined,
      findings: { unmanaged, notDeleted },
    }
  } catch (error) {
    // Nothing may be evicted while it is not known how many are to stay.
    const failure = (error as Error).message
    const failed = conditions('SyncFailed', failure)
    return {
      status: { ...zeroes, ...status, disruptionsAllowed: 0, conditions: failed },
      again: retry,
      findings: { unmanaged: false, failure, notDeleted: [] },
    }
  }
}

const zeroes = { currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 }

function isHealthy({ metadata, status }: Pod): boolean {
  const isReady = status?.conditions?.some((one) => one.type === 'Ready' && one.status === 'True') ?? false
  return isReady && metadata.deletionTimestamp === undefined
}

/** Pods that were let go and are not yet on their way out. */
function stillDisrupted(pods: readonly Pod[], before: Readonly<Record<string, string>>, now: number) {
  const going = pods.flatMap(({ metadata }) => {
    const time = before[metadata.name ?? '']
    const counts = time !== undefined && !metadata.deletionTimestamp && Date.parse(time) + deletionTimeout >= now
    return counts ? [[metadata.name ?? '', time] as const] : []
  })
  return Object.fromEntries(going)
}

function withCondition(
  all: readonly Condition[],
  reason: string,
  message: string,
  { metadata }: Budget,
  now: string,
): Condition[] {
  const type = 'DisruptionAllowed'
  const status = reason === 'SufficientPods' ? 'True' : 'False'
  const old = all.find((one) => one.type === type)
  const lastTransitionTime = old?.status === status ? old.lastTransitionTime : now
  const next = { type, status, reason, message, observedGeneration: metadata.generation ?? 0, lastTransitionTime }
  return old ? all.map((one) => (one === old ? next : one)) : [...all, next]
}
