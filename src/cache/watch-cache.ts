import { setTimeout as pause } from 'node:timers/promises'
import { errors, StatusError } from '../meta/status.js'
import { History, type HistoryLimits } from '../store/history.js'
import { SortedMap } from '../store/sorted-map.js'
import { Compacted, type Revision, type Store, type Stored, type StoreEvent } from '../store/store.js'
import { type ListQuery, type ListResult, listAt } from './list-at.js'
import { changesBetween } from './missed-changes.js'
import { type CacheEvent, Watchers, type WatchSink } from './watchers.js'

/** How long a read waits for a revision that has not been seen yet (API-SEMANTICS L09). Milliseconds. */
const futureRevisionWait = 3_000
/** How long one waits for a revision that there is, and that the store has not told of. */
const newestRevisionWait = 10_000
/** A store that can't be read now is asked again after this long. */
const readAgainAfter = 500

/**
 * The current state of everything a store holds, its recent history, and who is watching. Every read of the API comes
 * from here; writes go to the store and come back as events, so that all watchers see one order.
 */
export class WatchCache {
  private readonly items = new SortedMap<Stored>()
  private readonly watchers = new Watchers()
  private readonly stop = new AbortController()
  private readonly waiting = new Set<{ readonly revision: Revision; wake(): void }>()
  private seen: Revision = 0
  private history = new History(0)
  private done: Promise<void> = Promise.resolve()
  private readonly failing = new AbortController()

  private constructor(
    private readonly store: Store,
    private readonly limits: HistoryLimits | undefined,
  ) {}

  /** Reads all of `store` and follows it from there on. */
  static async open(store: Store, limits?: HistoryLimits): Promise<WatchCache> {
    const cache = new WatchCache(store, limits)
    const oldest = await store.oldestRevision()
    const { items, revision } = await store.list('')
    for (const stored of items) cache.items.set(stored.key, stored)
    cache.seen = revision
    cache.history = new History(oldest, limits)
    // Until all of the past is read again, the history has gaps.
    await new Promise<void>((caughtUp) => {
      cache.done = cache.follow(oldest, caughtUp).finally(caughtUp)
    })
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
    const { at } = query
    if (!query.exact || at === undefined || at >= this.seen) return listAt(this.items, [], this.seen, query)
    if (at >= this.history.oldest || !this.store.listAt) return listAt(this.items, this.exactly(at), at, query)
    const items = new SortedMap<Stored>()
    const listed = await this.store.listAt(query.prefix, at).catch((error: unknown) => {
      throw error instanceof Compacted ? tooOldToList() : error
    })
    for (const stored of listed) items.set(stored.key, stored)
    return listAt(items, [], at, query)
  }

  /**
   * Hands `sink` every change below `prefix` (a collection, a namespace of it, or one key) with a revision above
   * `from`, in order, from history first; nothing is missed or told twice in between. Ends with what is returned.
   * @throws StatusError Expired; when the store can no longer be followed
   */
  watch(prefix: string, from: Revision, sink: WatchSink): () => void {
    this.checkFollowing()
    if (from < this.seen) {
      const past = this.changesSince(from, (compacted) => errors.expired(compacted.message))
      for (const event of past) if (isBelow(event.stored.key, prefix)) sink(event)
    }
    const live = from > this.seen ? (event: CacheEvent) => void (event.stored.revision > from && sink(event)) : sink
    return this.watchers.add(prefix, live)
  }

  /** Resolves once the cache has seen `revision`; without one, the store's newest. */
  async fresh(revision?: Revision): Promise<void> {
    this.checkFollowing()
    const wanted = revision ?? (await this.store.currentRevision())
    const wait = revision === undefined ? newestRevisionWait : futureRevisionWait
    if (wanted <= this.seen || (await this.sees(wanted, wait))) return
    this.checkFollowing()
    if (revision === undefined) throw errors.timeout('the newest changes have not been told yet', 1)
    throw errors.futureRevision(revision, this.seen)
  }

  /** Aborted when events stop coming for good: reads fail from then on instead of growing stale. */
  get failed(): AbortSignal {
    return this.failing.signal
  }

  /** Why reads fail, if they do. */
  health(): string | undefined {
    return this.failed.aborted ? String(this.failed.reason) : undefined
  }

  async close(): Promise<void> {
    this.stop.abort()
    await this.done
  }

  private checkFollowing(): void {
    const { aborted, reason } = this.failed
    if (aborted) throw reason instanceof StatusError ? reason : errors.internal('the store can no longer be followed')
  }

  private exactly(at: Revision): StoreEvent[] {
    return this.changesSince(at, tooOldToList)
  }

  private changesSince(from: Revision, refusal: (error: Compacted) => StatusError): StoreEvent[] {
    try {
      return this.history.since(from)
    } catch (error) {
      throw error instanceof Compacted ? refusal(error) : error
    }
  }

  /** Until closed; `caughtUp` is called when the history has no gaps. */
  private async follow(from: Revision, caughtUp: () => void): Promise<void> {
    const { signal } = this.stop
    const passed = (revision: Revision) => {
      this.see(revision)
      caughtUp()
    }
    for (let after: Revision | undefined = from; after !== undefined; ) {
      try {
        for await (const batch of this.store.watch('', after, signal, passed)) this.take(batch)
        return
      } catch (error) {
        if (!(error instanceof Compacted)) {
          this.failing.abort(error)
          for (const { wake } of this.waiting) wake()
          return
        }
        after = await this.readAgain()
      }
    }
  }

  private take(batch: readonly StoreEvent[]): void {
    const known = this.seen
    for (const event of batch) {
      this.history.append(event)
      if (event.stored.revision > known) this.apply(event)
    }
    this.see(batch.at(-1)?.stored.revision ?? 0)
  }

  private apply(event: StoreEvent): void {
    const { stored } = event
    if (event.type === 'delete') this.items.delete(stored.key)
    else this.items.set(stored.key, stored)
    this.seen = Math.max(this.seen, stored.revision)
    this.watchers.tell(event)
  }

  /**
   * The store has forgotten changes that were not told: what differs between then and now is told instead, and the
   * history begins anew. Answers with the revision to go on from; undefined: closed meanwhile.
   */
  private async readAgain(): Promise<Revision | undefined> {
    const { signal } = this.stop
    while (!signal.aborted) {
      try {
        const { items, revision } = await this.store.list('')
        this.history = new History(revision, this.limits)
        for (const event of changesBetween(this.items, items, revision)) this.apply(event)
        this.see(revision)
        return revision
      } catch {
        await pause(readAgainAfter, undefined, { signal }).catch(() => {})
      }
    }
    return undefined
  }

  /** Everything up to `revision` has been told. */
  private see(revision: Revision): void {
    this.seen = Math.max(this.seen, revision)
    for (const waiting of this.waiting) if (waiting.revision <= this.seen) waiting.wake()
  }

  /** Whether `revision` is seen within so many milliseconds. */
  private sees(revision: Revision, within: number): Promise<boolean> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer)
        this.waiting.delete(waiting)
        resolve(this.seen >= revision)
      }
      const waiting = { revision, wake }
      const timer = setTimeout(wake, within)
      this.waiting.add(waiting)
    })
  }
}

const tooOldToList = () => errors.expired('The resourceVersion for the provided list is too old.')

/** A prefix without a closing slash is one key, not the beginning of others. */
function isBelow(key: string, prefix: string): boolean {
  return prefix === '' || prefix.endsWith('/') ? key.startsWith(prefix) : key === prefix
}
