import { createHash } from 'node:crypto'
import { errors } from '../meta/status.js'

/** How long an answer is good for, in milliseconds: upstream's, for what is allowed and what is not. */
const keptFor = 10_000
/** Answers that are kept; the oldest go first. */
const maxKept = 10_000
/** Questions under way at once, and waiting for one of these places. */
const maxAsking = 50
const maxWaiting = 5_000

/**
 * Answers of another server, kept for a while; who asks the same meanwhile shares the question. An error is an answer to
 * nobody but those who wait for it.
 */
export class KeptAnswers<T> {
  readonly #answers = new Map<string, { readonly answer: T; readonly until: number }>()
  readonly #asking = new Map<string, Promise<T>>()
  readonly #waiting: (() => void)[] = []
  #places = maxAsking

  /** `question` may be a secret: only its hash is kept. Answers at once where it can. */
  get(question: string, ask: () => Promise<T>): T | Promise<T> {
    const key = createHash('sha256').update(question).digest('base64')
    const known = this.#answers.get(key)
    if (known && performance.now() < known.until) return known.answer
    let asked = this.#asking.get(key)
    if (!asked) {
      asked = this.#ask(key, ask)
      this.#asking.set(key, asked)
    }
    return asked
  }

  async #ask(key: string, ask: () => Promise<T>): Promise<T> {
    try {
      await this.#place()
      try {
        const answer = await ask()
        this.#keep(key, answer)
        return answer
      } finally {
        const next = this.#waiting.shift()
        if (next) next()
        else this.#places++
      }
    } finally {
      this.#asking.delete(key)
    }
  }

  #keep(key: string, answer: T): void {
    this.#answers.delete(key)
    const [oldest] = this.#answers.keys()
    if (this.#answers.size >= maxKept && oldest !== undefined) this.#answers.delete(oldest)
    this.#answers.set(key, { answer, until: performance.now() + keptFor })
  }

  async #place(): Promise<void> {
    if (this.#places > 0) {
      this.#places--
      return
    }
    if (this.#waiting.length >= maxWaiting) throw errors.tooManyRequests('too many questions are waiting', 1)
    await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }
}
