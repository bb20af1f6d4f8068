import { compareBytewise } from './key-order.js'

const bucketSize = 512

type Before = (a: string, b: string) => boolean

const isBefore: Before = (a, b) => a < b
const isBytewiseBefore: Before = (a, b) => compareBytewise(a, b) < 0
const surrogate = /[\ud800-\udfff]/

/** A run of keys in order, and their values at the same indexes: a walk needs no look-up a key. */
interface Bucket<V> {
  readonly keys: string[]
  readonly values: V[]
}

/**
 * Key → value with the keys in bytewise order. The order is kept in buckets, so that a write among 100,000 keys moves
 * at most one bucket's worth of them.
 */
export class SortedMap<V> {
  readonly #values = new Map<string, V>()
  /** Sorted, non-empty buckets. */
  readonly #buckets: Bucket<V>[] = []
  #hasSurrogates = false

  get size(): number {
    return this.#values.size
  }

  get(key: string): V | undefined {
    return this.#values.get(key)
  }

  has(key: string): boolean {
    return this.#values.has(key)
  }

  set(key: string, value: V): void {
    const isNew = !this.#values.has(key)
    if (isNew) this.#hasSurrogates ||= surrogate.test(key)
    this.#values.set(key, value)
    if (isNew) this.#insert(key, value)
    else {
      const bucket = this.#buckets[this.#bucketOf(key)]
      if (bucket) bucket.values[this.#lowerBound(bucket.keys, key)] = value
    }
  }

  delete(key: string): boolean {
    if (!this.#values.delete(key)) return false
    const at = this.#bucketOf(key)
    const bucket = this.#buckets[at]
    if (!bucket) return true
    const index = this.#lowerBound(bucket.keys, key)
    bucket.keys.splice(index, 1)
    bucket.values.splice(index, 1)
    if (bucket.keys.length === 0) this.#buckets.splice(at, 1)
    return true
  }

  /** Entries from key `start` on whose key starts with `prefix`, in order. Must be consumed before the map changes. */
  *below(prefix: string, start = prefix): Generator<[string, V]> {
    for (let b = this.#bucketOf(start); b < this.#buckets.length; b++) {
      const { keys, values } = this.#buckets[b] as Bucket<V>
      for (let i = this.#lowerBound(keys, start); i < keys.length; i++) {
        const key = keys[i] as string
        if (!key.startsWith(prefix)) return
        yield [key, values[i] as V]
      }
    }
  }

  /**
   * Values from key `start` on whose key starts with `prefix`, in order: at most `limit` (0: all of them), and how many
   * more there are. A walk without a generator: lists live by it.
   */
  page(prefix: string, start: string, limit: number): { values: V[]; remaining: number } {
    const found: V[] = []
    let remaining = 0
    for (let b = this.#bucketOf(start); b < this.#buckets.length; b++) {
      const { keys, values } = this.#buckets[b] as Bucket<V>
      const first = this.#lowerBound(keys, start)
      const end = keys.at(-1)?.startsWith(prefix) ? keys.length : endOfPrefix(keys, first, prefix)
      const stop = limit === 0 ? end : Math.min(end, first + limit - found.length)
      for (let i = first; i < stop; i++) found.push(values[i] as V)
      remaining += end - stop
      if (end < keys.length) break
    }
    return { values: found, remaining }
  }

  /** The first `count` keys after `key`, for walks that let changes happen in between. */
  keysAfter(key: string, count: number): string[] {
    const found: string[] = []
    for (let b = this.#bucketOf(key); b < this.#buckets.length && found.length < count; b++) {
      const { keys } = this.#buckets[b] as Bucket<V>
      let i = this.#lowerBound(keys, key)
      if (keys[i] === key) i++
      for (; i < keys.length && found.length < count; i++) found.push(keys[i] as string)
    }
    return found
  }

  #insert(key: string, value: V): void {
    if (this.#isLast(key)) {
      this.#append(key, value)
      return
    }
    const at = this.#bucketOf(key)
    const { keys, values } = this.#buckets[at] as Bucket<V>
    const index = this.#lowerBound(keys, key)
    keys.splice(index, 0, key)
    values.splice(index, 0, value)
    if (keys.length <= bucketSize) return
    const half = bucketSize / 2
    this.#buckets.splice(at + 1, 0, { keys: keys.splice(half), values: values.splice(half) })
  }

  #isLast(key: string): boolean {
    const last = this.#buckets.at(-1)?.keys.at(-1)
    return last === undefined || this.#orderFor(key)(last, key)
  }

  /** What is read in order (a snapshot, a list) fills bucket after bucket, and nothing is searched. */
  #append(key: string, value: V): void {
    const bucket = this.#buckets.at(-1)
    if (!bucket || bucket.keys.length >= bucketSize) this.#buckets.push({ keys: [key], values: [value] })
    else {
      bucket.keys.push(key)
      bucket.values.push(value)
    }
  }

  /** Between keys without surrogates the native order is the bytewise one, and several times as quick. */
  #orderFor(key: string): Before {
    return this.#hasSurrogates || surrogate.test(key) ? isBytewiseBefore : isBefore
  }

  /** The last bucket that starts at or before `key`, or the first. */
  #bucketOf(key: string): number {
    const before = this.#orderFor(key)
    let [low, high] = [0, this.#buckets.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (before(key, this.#buckets[middle]?.keys[0] ?? '')) high = middle
      else low = middle + 1
    }
    return Math.max(0, low - 1)
  }

  /** Index of the first key that is not before `key`. */
  #lowerBound(keys: readonly string[], key: string): number {
    const before = this.#orderFor(key)
    let [low, high] = [0, keys.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (before(keys[middle] ?? '', key)) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** Index behind the last key that starts with `prefix`; all of them stand together, from `first` on. */
function endOfPrefix(keys: readonly string[], first: number, prefix: string): number {
  let i = first
  while (i < keys.length && keys[i]?.startsWith(prefix)) i++
  return i
}
