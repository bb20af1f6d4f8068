import { setTimeout as pause } from 'node:timers/promises'
import type { Ground } from './ground.js'
import type { Journal } from './journal.js'

/** Between two looks. */
const interval = 500
/** How long a stop waits for the state folder to be put back. */
const longestWait = 3_000

/**
 * Notices without any write that the folder is gone or another process's: then nothing more is written, and a state
 * folder that was deleted is put back soon, with what only the journal had.
 */
export class Footing {
  readonly #timer: NodeJS.Timeout

  constructor(
    private readonly ground: Ground,
    private readonly journal: Journal,
  ) {
    this.#timer = setInterval(() => this.#look(), interval)
    this.#timer.unref()
  }

  /** Looks a last time; resolves when what was pulled away is back, or won't come. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    this.#look()
    const end = performance.now() + longestWait
    while (this.ground.stateVanished() && performance.now() < end) await pause(20)
    while (this.journal.failure !== undefined && !this.ground.reason() && performance.now() < end) await pause(20)
  }

  #look(): void {
    const reason = this.ground.reason()
    if (reason !== undefined) this.journal.distrust(reason)
  }
}
