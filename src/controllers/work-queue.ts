import type { Log } from '../meta/log.js'
import { StatusError } from '../meta/status.js'

/** What failed is tried again after 5 ms, and twice as long each further time, but not less often than this. */
const firstRetry = 5
const slowestRetry = 60_000
/** How often a queue that rests looks whether it may go on. */
const restPoll = 20

export interface WorkQueueOptions {
  /** For the log. */
  readonly name: string
  readonly log: Log
  /** How many keys are worked on at once. */
  readonly workers: number
  /** While it says so, nothing new is begun. */
  rests?(): boolean
}

/**
 * Keys that have to be looked at. One key is never worked on twice at once; one that is added meanwhile is looked at
 * again afterwards, so that no change is missed and many changes in a row are one. What throws is tried again.
 */
export class WorkQueue {
  readonly #waiting = new Set<string>()
  readonly #underway = new Map<string, Promise<void>>()
  readonly #again = new Set<string>()
  readonly #failures = new Map<string, number>()
  readonly #timers = new Map<string, NodeJS.Timeout>()
  #rest: NodeJS.Timeout | undefined
  #scheduled = false
  #stopped = false

  /** `work` answers with the milliseconds after which the key is to be looked at again, or nothing. */
  constructor(
    private readonly options: WorkQueueOptions,
    private readonly work: (key: string) => Promise<number | undefined>,
  ) {}

  add(key: string): void {
    if (this.#stopped) return
    if (this.#underway.has(key)) {
      this.#again.add(key)
      return
    }
    this.#waiting.add(key)
    this.#schedule()
  }

  /** Looks at the key in `milliseconds`, unless it is looked at before. */
  addAfter(key: string, milliseconds: number): void {
    if (this.#stopped) return
    clearTimeout(this.#timers.get(key))
    const timer = setTimeout(() => {
      this.#timers.delete(key)
      this.add(key)
    }, milliseconds)
    this.#timers.set(key, timer)
  }

  /** Begins nothing more; resolves when what was begun has ended. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#waiting.clear()
    clearTimeout(this.#rest)
    for (const timer of this.#timers.values()) clearTimeout(timer)
    await Promise.all(this.#underway.values())
  }

  /** Work begins in a later turn of the event loop: who tells of a change is not kept waiting by it. */
  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      this.#beginAll()
    })
  }

  #beginAll(): void {
    if (this.#stopped || this.#waiting.size === 0) return
    if (this.options.rests?.()) {
      this.#rest ??= setTimeout(() => {
        this.#rest = undefined
        this.#beginAll()
      }, restPoll)
      return
    }
    for (const key of this.#waiting) {
      if (this.#underway.size >= this.options.workers) return
      this.#waiting.delete(key)
      this.#underway.set(key, this.#workOn(key))
    }
  }

  async #workOn(key: string): Promise<void> {
    clearTimeout(this.#timers.get(key))
    this.#timers.delete(key)
    try {
      const after = await this.work(key)
      this.#failures.delete(key)
      if (after) this.addAfter(key, after)
    } catch (error) {
      this.#failed(key, error)
    }
    this.#underway.delete(key)
    if (this.#again.delete(key)) this.add(key)
    else this.#schedule()
  }

  #failed(key: string, error: unknown): void {
    const failures = (this.#failures.get(key) ?? 0) + 1
    this.#failures.set(key, failures)
    const conflict = error instanceof StatusError && error.code === 409
    if (!conflict && !this.#stopped) {
      const reason = error instanceof Error ? error.message : String(error)
      this.options.log.warn('a controller failed and tries again', { controller: this.options.name, key, reason })
    }
    this.addAfter(key, Math.min(firstRetry * 2 ** (failures - 1), slowestRetry))
  }
}
