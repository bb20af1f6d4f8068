import type { WatchCache } from '../../cache/watch-cache.js'
import type { KubeObject } from '../../meta/object.js'
import { wholeQuantity, zeroQuantity } from '../../meta/quantity.js'
import type { Registry } from '../../registry/registry.js'
import { decodeStored } from '../../store/encode.js'
import type { Stored } from '../../store/store.js'
import { type Amounts, addAmounts, largerOf, readAmounts, selectAmounts, writeAmounts } from './amounts.js'
import { type Evaluator, type Measure, takenAt } from './evaluator.js'
import { evaluatorOf, type MeasuredResource, measuredBy } from './evaluators.js'
import { meets, requirementsOf, type ScopeRequirement } from './scopes.js'

/** Kept as long as what was measured. */
const measured = new WeakMap<Stored, Measure>()

/** core/v1 ResourceQuotaStatus. */
type QuotaStatus = Partial<Record<'hard' | 'used', Record<string, string>>>

/**
 * What the objects of a namespace take of its quotas: those that are stored, and those that have been admitted and are
 * being stored. So a recount while objects are made never frees what one of them is about to take.
 */
export class QuotaUsage {
  readonly #underway = new Map<string, Measure[]>()
  readonly #listeners = new Set<(namespace: string) => void>()

  constructor(
    private readonly cache: WatchCache,
    private readonly registry: () => Registry,
  ) {}

  /** The write of an object with this key is admitted; it counts until what is returned is called, with what became of it. */
  begin(key: string, namespace: string, measure: Measure): (stored: Stored | undefined) => void {
    this.#underway.set(key, [...(this.#underway.get(key) ?? []), measure])
    const end = () => {
      const left = (this.#underway.get(key) ?? []).filter((one) => one !== measure)
      if (left.length > 0) this.#underway.set(key, left)
      else this.#underway.delete(key)
    }
    return (stored) => {
      // What is stored counts from when the cache has it.
      if (stored && this.cache.revision < stored.revision) void this.cache.fresh(stored.revision).then(end, end)
      else end()
      if (!stored) for (const listener of this.#listeners) listener(namespace)
    }
  }

  /** Calls `listener` when something that was admitted in a namespace was not stored; answers with what ends that. */
  onReturned(listener: (namespace: string) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Whether objects of a resource count for a quota that bounds amounts of these names. */
  isMeasured(names: readonly string[], group: string, plural: string): boolean {
    const evaluator = evaluatorOf(group, plural)
    return evaluator !== undefined && names.some(evaluator.measures)
  }

  /**
   * The status the quota should have at `now`, in milliseconds, and when that changes without a write. Amounts that
   * nobody here measures stay as they are.
   */
  statusOf(quota: KubeObject, now: number): { readonly status: QuotaStatus; readonly changesAt: number | undefined } {
    const { hard = {} } = (quota.spec ?? {}) as QuotaStatus
    const before = readAmounts(((quota.status ?? {}) as QuotaStatus).used)
    const isBound = (name: string) => Object.hasOwn(hard, name)
    let used = selectAmounts(before, isBound)
    const times: number[] = []
    for (const resource of measuredBy(Object.keys(hard))) {
      const found = this.#usageOf(resource, quota, now, [...this.#underway])
      if (!found) continue
      used = { ...used, ...addAmounts(noneOf(hard, resource), selectAmounts(found.amounts, isBound)) }
      times.push(...found.times)
    }
    const status = Object.keys(hard).length === 0 ? {} : { hard, used: writeAmounts(used) }
    return { status, changesAt: times.length > 0 ? Math.min(...times) : undefined }
  }

  /** What the objects of a resource take of a quota that are stored now, of the amounts in `hard`; nothing underway. */
  storedOf(resource: MeasuredResource, quota: KubeObject, hard: Amounts, now: number): Amounts {
    return addAmounts(noneOf(hard, resource), this.#usageOf(resource, quota, now, [])?.amounts ?? {})
  }

  /** undefined: there are no such objects in namespaces. */
  #usageOf(
    { group, plural, evaluator }: MeasuredResource,
    quota: KubeObject,
    now: number,
    all: readonly (readonly [key: string, measures: readonly Measure[]])[],
  ): Sum | undefined {
    const resource = this.registry().stored(group, plural)
    if (!resource?.namespaced) return undefined
    const prefix = resource.prefix(quota.metadata.namespace ?? '')
    const requirements = requirementsOf(quota)
    const stored = this.cache.peekAll(prefix)
    const underway = all.filter(([key]) => key.startsWith(prefix))
    if (evaluator.every && underway.length === 0) {
      const counts = meets(evaluator.every.scopes, requirements) ? stored.length : 0
      const names = Object.keys(evaluator.every.amounts)
      return { amounts: Object.fromEntries(names.map((name) => [name, wholeQuantity(counts)])), times: [] }
    }
    const measures = new Map(stored.map((one) => [one.key, [measureOf(one, evaluator)]]))
    for (const [key, more] of underway) measures.set(key, [...(measures.get(key) ?? []), ...more])
    return sumOf(measures.values(), requirements, now)
  }
}

/** Zero of all the resource's amounts that are bound. */
function noneOf(hard: Readonly<Record<string, unknown>>, { evaluator }: MeasuredResource): Amounts {
  const names = Object.keys(hard).filter(evaluator.measures)
  return readAmounts(Object.fromEntries(names.map((name) => [name, zeroQuantity])))
}

function measureOf(stored: Stored, evaluator: Evaluator): Measure {
  if (evaluator.every) return evaluator.every
  const known = measured.get(stored)
  if (known) return known
  const measure = evaluator.measure(decodeStored(stored))
  measured.set(stored, measure)
  return measure
}

interface Sum {
  readonly amounts: Amounts
  /** When something of it expires. */
  readonly times: readonly number[]
}

/** Of each object the most that one of its measures says: it may be stored in one state and about to be in another. */
function sumOf(objects: Iterable<readonly Measure[]>, requirements: readonly ScopeRequirement[], now: number): Sum {
  let amounts: Amounts = {}
  const times: number[] = []
  for (const measures of objects) {
    const counted = measures.filter(({ scopes }) => meets(scopes, requirements))
    amounts = addAmounts(amounts, counted.map((measure) => takenAt(measure, now)).reduce(largerOf, {}))
    times.push(...counted.flatMap(({ expires }) => (expires && expires.at >= now ? expires.at : [])))
  }
  return { amounts, times }
}
