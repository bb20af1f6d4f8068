import { printOf, type Seen } from './look.js'

/** Between two looks that must see the same; a deletion is looked at longer, since editors replace files. */
const pause = 60
const deletionPause = 150
/** A file that never stops changing is taken as it is after this long. */
const longest = 1_000
/** Looks at a time before others get their turn. */
const step = 64

interface Path {
  readonly since: number
  due: number
  print: string | undefined
}

export interface SettlingOptions {
  look(path: string): Seen
  /** The server is about to replace this file: what is seen now means nothing. */
  busy(path: string): boolean
  settled(path: string, seen: Seen): void
}

/** Paths where something happened, looked at until they stay the same. */
export class Settling {
  readonly #paths = new Map<string, Path>()
  #timer: NodeJS.Timeout | undefined
  #timerDue = Number.POSITIVE_INFINITY
  #closed = false

  constructor(private readonly options: SettlingOptions) {}

  get size(): number {
    return this.#paths.size
  }

  has(path: string): boolean {
    return this.#paths.has(path)
  }

  mark(path: string): void {
    if (this.#closed || this.#paths.has(path)) return
    const now = performance.now()
    this.#paths.set(path, { since: now, due: now, print: undefined })
    this.#wakeAt(now)
  }

  close(): void {
    this.#closed = true
    this.#paths.clear()
    clearTimeout(this.#timer)
  }

  #wakeAt(due: number): void {
    if (due >= this.#timerDue) return
    clearTimeout(this.#timer)
    this.#timerDue = due
    this.#timer = setTimeout(() => this.#lookAtDue(), Math.max(0, due - performance.now()))
  }

  #lookAtDue(): void {
    this.#timerDue = Number.POSITIVE_INFINITY
    const now = performance.now()
    let looks = 0
    let next = Number.POSITIVE_INFINITY
    for (const [path, state] of this.#paths) {
      if (looks === step) {
        next = now
        break
      }
      if (state.due <= now) {
        looks++
        if (this.#lookAt(path, state)) continue
        // Behind the others: those that are due stand in front, and nobody goes over all for each few.
        this.#paths.delete(path)
        this.#paths.set(path, state)
      }
      next = Math.min(next, state.due)
    }
    if (next < Number.POSITIVE_INFINITY && !this.#closed) this.#wakeAt(Math.max(next, now + 1))
  }

  /** Whether the path has settled. */
  #lookAt(path: string, state: Path): boolean {
    const now = performance.now()
    if (this.options.busy(path)) {
      state.due = now + pause
      state.print = undefined
      return false
    }
    const seen = this.options.look(path)
    const print = printOf(seen)
    const tired = now - state.since >= longest && seen.kind !== 'absent'
    if (print !== state.print && !tired) {
      state.print = print
      state.due = now + (seen.kind === 'absent' ? deletionPause : pause)
      return false
    }
    this.#paths.delete(path)
    this.options.settled(path, seen)
    return true
  }
}
