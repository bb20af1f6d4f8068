import { setImmediate as turn } from 'node:timers/promises'

/**
 * A question whose answer must be newer than the asking. One is on its way at a time; who asks meanwhile shares the next.
 */
export class SharedQuestion<T> {
  #running: Promise<T> | undefined
  #next: Promise<T> | undefined

  constructor(private readonly question: () => Promise<T>) {}

  ask(): Promise<T> {
    if (!this.#running) return this.#start()
    const start = () => this.#start()
    this.#next ??= this.#running.then(start, start)
    return this.#next
  }

  #start(): Promise<T> {
    this.#next = undefined
    const running = this.#send().finally(() => {
      if (this.#running === running) this.#running = undefined
    })
    this.#running = running
    return running
  }

  /** Requests that arrive in the same turn of the event loop still get on. */
  async #send(): Promise<T> {
    await turn()
    return this.question()
  }
}
