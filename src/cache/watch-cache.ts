import { errors } from '../meta/status.js'
import { History, type HistoryLimits } from '../store/history.js'
import { SortedMap } from '../store/sorted-map.js'
import { Compacted, type Revision, type Store, type Stored, type StoreEvent } from '../store/store.js'
import { type ListQuery, type ListResult, listAt } from './list-at.js'
import { type CacheEvent, Watchers, type WatchSink } from './watchers.js'

/** How long a read waits for a revision that has not been seen yet (API-SEMANTICS L09). */
const futureRevisionWait = 3_000

/**
 * The current state of everything a store holds, its recent history, and who is watching. Every read of the API comes
 * from here; writes go to the store and come back as events, so that all watchers see one order.
 */
export class WatchCache {
  private readonly items = new SortedMap<Stored>()
  private readonly watchers = new Watchers()
  private readonly stop = new AbortController()
  private readonly waiting = new Set<() => void>()
  private seen: Revision = 0
  private history = new History(0)
  private done: Promise<void> = Promise.resolve()
  /** Why events stopped coming; reads fail from then on instead of growing stale. */
  private failure: unknown

  private constructor(private readonly store: Store) {}

  /** Reads all of `store` and follows it from there on. */
  static async open(store: Store, limits?: HistoryLimits): Promise<WatchCache> {
    const cache = new WatchCache(store)
    const oldest = await store.oldestRevision()
    const { items, revision } = await store.list('')
    for (const stored of items) cache.items.set(stored.key, stored)
    cache.seen = revision
    cache.history = new History(oldest, limits)
    cache.done = cache.follow(oldest)
    return cache
  }

  /** The newest revision seen: every event up to it has reached its watchers. */
  get revision(): Revision {
    return this.seen
  }

  /** What is known now, without waiting for anything. */
  peek(key: string): Stored | undefined {
    return this.items.get(key)
  }

  /** As `peek`, everything below `prefix`. */
  peekAll(prefix: string): Stored[] {
    return this.items.page(prefix, prefix, 0).values
  }

  /** The object in a state not older than `atLeast`; without it, than the newest write. */
  async get(key: string, atLeast?: Revision): Promise<Stored | undefined> {
    await this.fresh(atLeast)
    return this.items.get(key)
  }

  /** @throws StatusError Expired when the state asked for is no longer known, Timeout when it is not known yet */
  async list(query: ListQuery): Promise<ListResult> {
    await this.fresh(query.at)
    const exact = query.exact && query.at !== undefined && query.at < this.seen
    const since = exact
      ? this.changesSince(query.at ?? 0, () => 'The resourceVersion for the provided list is too old.')
      : []
    return listAt(this.items, since, exact ? (query.at ?? 0) : this.seen, query)
  }

  /**
   * Hands `sink` every change below `prefix` (a collection, a namespace of it, or one key) with a revision above
   * `from`, in order, from history first; nothing is missed or told twice in between. Ends with what is returned.
   * @throws StatusError Expired
   */
  watch(prefix: string, from: Revision, sink: WatchSink): () => void {
    if (from < this.seen) {
      const past = this.changesSince(from, (compacted) => compacted.message)
      for (const event of past) if (isBelow(event.stored.key, prefix)) sink(event)
    }
    const live = from > this.seen ? (event: CacheEvent) => void (event.stored.revision > from && sink(event)) : sink
    return this.watchers.add(prefix, live)
  }

  /** Resolves once the cache has seen `revision`; without one, the store's newest. */
  async fresh(revision?: Revision): Promise<void> {
    if (this.failure !== undefined) throw errors.internal('the store can no longer be followed')
    if (revision === undefined) {
      const newest = await this.store.currentRevision()
      while (this.seen < newest) await this.nextChange()
      return
    }
    if (revision <= this.seen) return
    const deadline = AbortSignal.timeout(futureRevisionWait)
    while (this.seen < revision) {
      await this.nextChange(deadline)
      if (deadline.aborted && this.seen < revision) throw errors.futureRevision(revision, this.seen)
    }
  }

  /** Why reads fail, if they do. */
  health(): string | undefined {
    return this.failure === undefined ? undefined : String(this.failure)
  }

  async close(): Promise<void> {
    this.stop.abort()
    await this.done
  }

  private changesSince(from: Revision, message: (error: Compacted) => string): StoreEvent[] {
    try {
      return this.history.since(from)
    } catch (error) {
      if (error instanceof Compacted) throw errors.expired(message(error))
      throw error
    }
  }

  private async follow(from: Revision): Promise<void> {
    try {
      for await (const batch of this.store.watch('', from, this.stop.signal)) {
        for (const event of batch) this.apply(event)
        this.wake()
      }
    } catch (error) {
      this.failure = error
      this.wake()
    }
  }

  private apply(event: StoreEvent): void {
    const { stored } = event
    this.history.append(event)
    if (stored.revision <= this.seen) return
    if (event.type === 'delete') this.items.delete(stored.key)
    else this.items.set(stored.key, stored)
    this.seen = stored.revision
    this.watchers.tell(event)
  }

  private wake(): void {
    for (const resolve of this.waiting) resolve()
    this.waiting.clear()
  }

  private nextChange(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.add(resolve)
      signal?.addEventListener('abort', () => resolve(), { once: true })
    })
  }
}

/** A prefix without a closing slash is one key, not the beginning of others. */
function isBelow(key: string, prefix: string): boolean {
  return prefix === '' || prefix.endsWith('/') ? key.startsWith(prefix) : key === prefix
}
