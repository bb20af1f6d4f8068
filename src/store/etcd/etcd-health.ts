import type { Log } from '../../meta/log.js'

/** Milliseconds. */
const interval = 2_000

/** Asks etcd something now and then, so that it is known whether it answers while nobody else asks. */
export class EtcdHealth {
  #problem: string | undefined
  readonly #timer: NodeJS.Timeout

  constructor(
    private readonly question: () => Promise<unknown>,
    private readonly log: Log,
  ) {
    this.#timer = setInterval(() => void this.#look(), interval)
    this.#timer.unref()
  }

  /** Why etcd can't be relied on now; undefined: it answers. */
  get problem(): string | undefined {
    return this.#problem
  }

  close(): void {
    clearInterval(this.#timer)
  }

  async #look(): Promise<void> {
    try {
      await this.question()
      if (this.#problem !== undefined) this.log.info('etcd answers again')
      this.#problem = undefined
    } catch (error) {
      const reason = (error as Error).message
      if (this.#problem === undefined) this.log.error('etcd does not answer', { reason })
      this.#problem = reason
    }
  }
}
