/** Delays after failures, in milliseconds, as client-go's: 5, 10, 20, … */
const firstDelay = 5

/**
 * Keys that wait to be worked on, by client-go's rules. One that waits already is not added again; one that is being
 * worked on comes again after that: no key is worked on twice at the same time, and no change is missed.
 */
export class WorkQueue {
  private readonly waiting = new Set<string>()
  private readonly working = new Set<string>()
  private readonly again = new Set<string>()
  private readonly failures = new Map<string, number>()
  private readonly timers = new Map<string, { at: number; timer: NodeJS.Timeout }>()
  private readonly takers: ((key: string | undefined) => void)[] = []
  private handsOver = false
  private closed = false

  /** `longestDelay` after failures, in milliseconds. */
  constructor(private readonly longestDelay = 300_000) {}

  /** How many keys wait. */
  get depth(): number {
    return this.waiting.size
  }

  /** To be worked on as soon as somebody takes it. */
  add(key: string): void {
    if (this.closed) return
    if (this.working.has(key)) {
      this.again.add(key)
      return
    }
    this.waiting.add(key)
    if (this.takers.length === 0 || this.handsOver) return
    this.handsOver = true
    setImmediate(() => this.handOver())
  }

  /** In a later turn of the event loop: who tells of many changes is not kept waiting, and they are one. */
  private handOver(): void {
    this.handsOver = false
    for (const key of this.waiting) {
      const taker = this.takers.shift()
      if (!taker) return
      this.waiting.delete(key)
      this.working.add(key)
      taker(key)
    }
  }

  /** Of several delays of one key the earliest counts. `milliseconds` may be of any size. */
  addAfter(key: string, milliseconds: number): void {
    if (this.closed) return
    if (!(milliseconds > 0)) {
      this.add(key)
      return
    }
    const at = performance.now() + milliseconds
    const pending = this.timers.get(key)
    if (pending && pending.at <= at) return
    clearTimeout(pending?.timer)
    const timer = setTimeout(
      () => {
        this.timers.delete(key)
        this.addAfter(key, at - performance.now())
      },
      Math.min(milliseconds, 2 ** 31 - 1),
    )
    this.timers.set(key, { at, timer })
  }

  /** Later, and later each time, until `forget`. */
  addAfterFailure(key: string): void {
    const failures = this.failures.get(key) ?? 0
    this.failures.set(key, failures + 1)
    this.addAfter(key, Math.min(firstDelay * 2 ** Math.min(failures, 30), this.longestDelay))
  }

  /** It went well. */
  forget(key: string): void {
    this.failures.delete(key)
  }

  /** The next key, as soon as there is one; undefined once the queue is closed. `done` must follow. */
  take(): Promise<string | undefined> {
    if (this.closed) return Promise.resolve(undefined)
    const [key] = this.waiting
    if (key === undefined) return new Promise((resolve) => this.takers.push(resolve))
    this.waiting.delete(key)
    this.working.add(key)
    return Promise.resolve(key)
  }

  /** The work on a key that was taken has ended, well or not. */
  done(key: string): void {
    this.working.delete(key)
    if (this.again.delete(key)) this.add(key)
  }

  /** What is being worked on goes on; nothing further is given out. */
  close(): void {
    this.closed = true
    for (const { timer } of this.timers.values()) clearTimeout(timer)
    this.timers.clear()
    this.waiting.clear()
    for (const taker of this.takers.splice(0)) taker(undefined)
  }
}
