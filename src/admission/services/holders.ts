import { randomInt } from 'node:crypto'
import type { NumberRange } from '../../meta/number-range.js'

/** The range has nothing left. */
export class RangeIsFull extends Error {
  constructor() {
    super('range is full')
  }
}

/**
 * Numbers of a range that one holder each may have. Those that nobody asks for by name come from behind the first
 * `reserved` ones as long as there are any, so that these stay free for who does (KEP-3070).
 */
export class Holders {
  readonly #holders = new Map<number, string>()

  constructor(
    readonly range: NumberRange,
    private readonly reserved: number,
  ) {}

  contains(value: number): boolean {
    const { first, size } = this.range
    return value >= first && value < first + size
  }

  holder(value: number): string | undefined {
    return this.#holders.get(value)
  }

  hold(value: number, holder: string): void {
    this.#holders.set(value, holder)
  }

  release(value: number, holder: string): void {
    if (this.#holders.get(value) === holder) this.#holders.delete(value)
  }

  /** A free number, at random: what was released lately is seldom given again at once. @throws RangeIsFull */
  next(): number {
    const found = this.#freeIn(this.reserved, this.range.size) ?? this.#freeIn(0, this.reserved)
    if (found === undefined) throw new RangeIsFull()
    return found
  }

  #freeIn(from: number, to: number): number | undefined {
    const length = to - from
    if (length <= 0) return undefined
    const start = randomInt(length)
    for (let i = 0; i < length; i++) {
      const value = this.range.first + from + ((start + i) % length)
      if (!this.#holders.has(value)) return value
    }
    return undefined
  }
}

/** A step is what part of the range is kept for those that ask by name; `most` is the most of it. */
export function holdersOf(range: NumberRange, step: number, most: number): Holders {
  const reserved = range.size <= 16 ? 0 : Math.min(Math.max(16, Math.floor(range.size / step)), most)
  return new Holders(range, reserved)
}
