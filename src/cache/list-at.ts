import type { SortedMap } from '../store/sorted-map.js'
import type { Revision, Stored, StoreEvent } from '../store/store.js'

export interface ListQuery {
  readonly prefix: string
  /** Not older than this revision; with `exact` the state at it. Undefined: the newest. */
  readonly at?: Revision
  readonly exact?: boolean
  /** First key that counts. */
  readonly start?: string
  /** 0: no limit. Counts what `selects` lets through. */
  readonly limit: number
  readonly selects?: (stored: Stored) => boolean
}

export interface ListResult {
  readonly items: Stored[]
  readonly revision: Revision
  /** Where the next page starts, right behind the last key of this one; undefined when this was the last one. */
  readonly next: string | undefined
  /** How many are left; only without a selector (API-SEMANTICS L04). */
  readonly remaining: number | undefined
}

/** A page of what is below `query.prefix` at `revision`: the state now with the changes `since` then undone. */
export function listAt(
  now: SortedMap<Stored>,
  since: readonly StoreEvent[],
  revision: Revision,
  query: ListQuery,
): ListResult {
  const { prefix, start = prefix, limit, selects } = query
  if (since.length === 0 && !selects) {
    const { values, remaining } = now.page(prefix, start, limit)
    return { items: values, revision, ...rest(values, remaining) }
  }
  const items: Stored[] = []
  let remaining = 0
  for (const stored of statesAt(now, since, prefix, start)) {
    if (selects && !selects(stored)) continue
    if (limit === 0 || items.length < limit) items.push(stored)
    else {
      remaining++
      if (selects) break
    }
  }
  const { next, remaining: left } = rest(items, remaining)
  return { items, revision, next, remaining: selects ? undefined : left }
}

/** The next page begins behind the last key, not at the next one: what is made between the two must not be missed. */
function rest(items: readonly Stored[], remaining: number): Pick<ListResult, 'next' | 'remaining'> {
  const last = items.at(-1)
  if (remaining === 0 || !last) return { next: undefined, remaining: undefined }
  return { next: `${last.key}\0`, remaining }
}

function* statesAt(
  now: SortedMap<Stored>,
  since: readonly StoreEvent[],
  prefix: string,
  start: string,
): Generator<Stored> {
  const before = new Map<string, Stored | undefined>()
  for (const { stored, previous } of since) {
    if (stored.key.startsWith(prefix) && !before.has(stored.key)) before.set(stored.key, previous)
  }
  const gone = [...before.keys()].filter((key) => key >= start && !now.get(key)).sort()
  let g = 0
  for (const [key, stored] of now.below(prefix, start)) {
    for (; g < gone.length && (gone[g] as string) < key; g++) yield* present(before.get(gone[g] as string))
    yield* present(before.has(key) ? before.get(key) : stored)
  }
  for (; g < gone.length; g++) yield* present(before.get(gone[g] as string))
}

function* present(stored: Stored | undefined): Generator<Stored> {
  if (stored) yield stored
}
