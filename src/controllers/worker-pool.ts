import { setTimeout as pause, setImmediate } from 'node:timers/promises'
import type { Log } from '../meta/log.js'
import { StatusError } from '../meta/status.js'
import { WorkQueue } from '../work/work-queue.js'

/** What failed is tried again not less often than this, in milliseconds. */
const slowestRetry = 60_000
/** How often a pool that rests looks whether it may go on. */
const restPoll = 20

export interface WorkerPoolOptions {
  /** For the log. */
  readonly name: string
  readonly log: Log
  /** How many keys are worked on at once. */
  readonly workers: number
  /** While it says so, nothing new is begun. */
  rests?(): boolean
}

/** A work queue with those who work on it. What throws is tried again, later each time. */
export class WorkerPool {
  readonly #queue = new WorkQueue(slowestRetry)
  readonly #workers: readonly Promise<void>[]
  #rest: Promise<void> | undefined
  #stopped = false

  /** `work` answers with the milliseconds after which the key is to be looked at again, or nothing. */
  constructor(
    private readonly options: WorkerPoolOptions,
    private readonly work: (key: string) => Promise<number | undefined>,
  ) {
    this.#workers = Array.from({ length: options.workers }, () => this.#run())
  }

  add(key: string): void {
    this.#queue.add(key)
  }

  /** Of several times of one key the earliest counts. */
  addAfter(key: string, milliseconds: number): void {
    this.#queue.addAfter(key, milliseconds)
  }

  /** Begins nothing more; resolves when what was begun has ended. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#queue.close()
    await Promise.all(this.#workers)
  }

  async #run(): Promise<void> {
    for (;;) {
      // However many keys wait, others have their turn between them.
      await setImmediate()
      const key = await this.#queue.take()
      if (key === undefined || this.#stopped) return
      if (this.options.rests?.()) {
        this.#queue.done(key)
        this.#queue.add(key)
        this.#rest ??= this.#restEnds()
        await this.#rest
        continue
      }
      await this.#workOn(key)
      this.#queue.done(key)
    }
  }

  async #restEnds(): Promise<void> {
    while (!this.#stopped && this.options.rests?.()) await pause(restPoll)
    this.#rest = undefined
  }

  async #workOn(key: string): Promise<void> {
    try {
      const after = await this.work(key)
      this.#queue.forget(key)
      if (after) this.#queue.addAfter(key, after)
    } catch (error) {
      const conflict = error instanceof StatusError && error.code === 409
      if (!conflict && !this.#stopped) {
        const reason = error instanceof Error ? error.message : String(error)
        this.options.log.warn('a controller failed and tries again', { controller: this.options.name, key, reason })
      }
      this.#queue.addAfterFailure(key)
    }
  }
}
