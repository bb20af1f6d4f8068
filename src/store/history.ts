import { Compacted, type Revision, type StoreEvent } from './store.js'

/**
 * How much of the past can be watched from: `count` changes and at least `milliseconds`, but never above `bytes` of
 * memory that would be free without it.
 */
export interface HistoryLimits {
  readonly count: number
  readonly milliseconds: number
  readonly bytes: number
}

/** Events are kept in memory, here and in the cache that shares their bytes: the cap is what a small server can spare. */
const defaultHistoryLimits: HistoryLimits = { count: 10_000, milliseconds: 5 * 60_000, bytes: 64 * 2 ** 20 }

/** A count that is asked for is kept to, however quickly that many changes come; the default outlasts a burst. */
export function historyLimits(count: number | undefined): HistoryLimits {
  return count === undefined ? defaultHistoryLimits : { ...defaultHistoryLimits, count, milliseconds: 0 }
}

/** Recent changes of all keys in order, in memory. Drops the oldest when the limits allow or force it. */
export class History {
  #events: StoreEvent[] = []
  #times: number[] = []
  /** Events before this index are dropped; the arrays are cut now and then, not at every drop. */
  #start = 0
  #bytes = 0
  #oldest: Revision

  /** `now` is in milliseconds and must never go back (performance.now). */
  constructor(
    start: Revision,
    private readonly limits: HistoryLimits = defaultHistoryLimits,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#oldest = start
  }

  /** Changes after this revision are known. */
  get oldest(): Revision {
    return this.#oldest
  }

  /** `age`: how long ago it happened, in milliseconds. */
  append(event: StoreEvent, age = 0): void {
    const now = this.now()
    this.#events.push(event)
    this.#times.push(now - age)
    this.#bytes += sizeOf(event)
    while (this.#start < this.#events.length && this.#mayDrop(now)) this.#dropOldest()
    if (this.#start > 1024 && this.#start * 2 > this.#events.length) {
      this.#events = this.#events.slice(this.#start)
      this.#times = this.#times.slice(this.#start)
      this.#start = 0
    }
  }

  /** @throws Compacted */
  since(revision: Revision): StoreEvent[] {
    if (revision < this.#oldest) throw new Compacted(revision, this.#oldest)
    let [low, high] = [this.#start, this.#events.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#events[middle]?.stored.revision ?? 0) <= revision) low = middle + 1
      else high = middle
    }
    return this.#events.slice(low)
  }

  #mayDrop(now: number): boolean {
    if (this.#bytes > this.limits.bytes) return true
    const age = now - (this.#times[this.#start] ?? now)
    return this.#events.length - this.#start > this.limits.count && age > this.limits.milliseconds
  }

  #dropOldest(): void {
    const event = this.#events[this.#start]
    if (!event) return
    this.#bytes -= sizeOf(event)
    this.#oldest = event.stored.revision
    this.#start++
  }
}

/** What is kept of a change beside bytes of objects. */
const eventBytes = 256

/**
 * The memory that is held for a change alone. Its new state is the object's, or, once that has moved on, what the next
 * change has before it: it counts there.
 */
const sizeOf = ({ type, stored, previous }: StoreEvent): number =>
  eventBytes + (previous?.json.length ?? 0) + (type === 'delete' ? stored.json.length : 0)
