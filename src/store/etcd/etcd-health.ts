import type { Log } from '../../meta/log.js'

/** Milliseconds. */
const interval = 2_000
/** As kube-apiserver's --etcd-readycheck-timeout. Milliseconds. */
const patience = 2_000

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
    let isLate = false
    const late = setTimeout(() => {
      isLate = true
      this.#note(`no answer within ${patience / 1_000} s`)
    }, patience)
    late.unref()
    try {
      await this.question()
      if (!isLate) this.#note(undefined)
    } catch (error) {
      this.#note((error as Error).message)
    } finally {
      clearTimeout(late)
    }
  }

  #note(problem: string | undefined): void {
    if (problem === undefined && this.#problem !== undefined) this.log.info('etcd answers again')
    if (problem !== undefined && this.#problem === undefined)
      this.log.error('etcd does not answer', { reason: problem })
    this.#problem = problem
  }
}
