import type { Revision, StoreEvent } from './store.js'

/** STORE rule 30: how far back changes are known, whichever of the first two is more, but never above the third. */
export interface HistoryLimits {
  readonly events: number
  readonly milliseconds: number
  readonly bytes: number
}

export const defaultHistoryLimits: HistoryLimits = { events: 10_000, milliseconds: 300_000, bytes: 256 << 20 }

interface Entry<E> {
  readonly event: E
  readonly revision: Revision
  readonly bytes: number
  readonly at: number
}

/** The newest changes, in order of revision. Older ones are forgotten as `limits` say. */
export class History<E = StoreEvent> {
  private entries: Entry<E>[] = []
  private first = 0
  private bytes = 0

  /** Changes up to and including `oldest` are not known. */
  constructor(
    private oldest: Revision,
    private readonly limits: HistoryLimits = defaultHistoryLimits,
    private readonly clock: () => number = Date.now,
  ) {}

  /** Every change above this revision is known. */
  get oldestRevision(): Revision {
    return this.oldest
  }

  push(event: E, revision: Revision, bytes: number): void {
    this.entries.push({ event, revision, bytes, at: this.clock() })
    this.bytes += bytes
    this.trim()
  }

  /** Changes above `from`, in order; undefined when some of them are forgotten. */
  since(from: Revision): E[] | undefined {
    if (from < this.oldest) return undefined
    let [low, high] = [this.first, this.entries.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.entries[middle] as Entry<E>).revision <= from) low = middle + 1
      else high = middle
    }
    return this.entries.slice(low).map((entry) => entry.event)
  }

  private trim(): void {
    const { events, milliseconds, bytes } = this.limits
    const youngest = this.clock() - milliseconds
    while (this.first < this.entries.length - 1) {
      const entry = this.entries[this.first] as Entry<E>
      const old = this.entries.length - this.first > events && entry.at < youngest
      if (!old && this.bytes <= bytes) break
      this.oldest = entry.revision
      this.bytes -= entry.bytes
      this.first++
    }
    if (this.first > 1024 && this.first > this.entries.length / 2) {
      this.entries = this.entries.slice(this.first)
      this.first = 0
    }
  }
}
