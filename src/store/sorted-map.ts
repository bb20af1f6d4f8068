import { compareBytewise } from './key-order.js'

const bucketSize = 512

/**
 * Key → value with the keys in bytewise order. The order is kept in buckets, so that a write among 100,000 keys moves
 * at most one bucket's worth of them.
 */
export class SortedMap<V> {
  readonly #values = new Map<string, V>()
  /** Sorted keys in sorted, non-empty buckets. */
  readonly #buckets: string[][] = []

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
    this.#values.set(key, value)
    if (isNew) this.#insert(key)
  }

  delete(key: string): boolean {
    if (!this.#values.delete(key)) return false
    const at = this.#bucketOf(key)
    const bucket = this.#buckets[at] ?? []
    bucket.splice(lowerBound(bucket, key), 1)
    if (bucket.length === 0) this.#buckets.splice(at, 1)
    return true
  }

  /** Entries from key `start` on whose key starts with `prefix`, in order. Must be consumed before the map changes. */
  *below(prefix: string, start = prefix): Generator<[string, V]> {
    for (let b = this.#bucketOf(start); b < this.#buckets.length; b++) {
      const bucket = this.#buckets[b] ?? []
      for (let i = lowerBound(bucket, start); i < bucket.length; i++) {
        const key = bucket[i] ?? ''
        if (!key.startsWith(prefix)) return
        yield [key, this.#values.get(key) as V]
      }
    }
  }

  /** The first `count` keys after `key`, for walks that let changes happen in between. */
  keysAfter(key: string, count: number): string[] {
    const found: string[] = []
    for (let b = this.#bucketOf(key); b < this.#buckets.length && found.length < count; b++) {
      const bucket = this.#buckets[b] ?? []
      let i = lowerBound(bucket, key)
      if (bucket[i] === key) i++
      for (; i < bucket.length && found.length < count; i++) found.push(bucket[i] ?? '')
    }
    return found
  }

  #insert(key: string): void {
    if (this.#buckets.length === 0) {
      this.#buckets.push([key])
      return
    }
    const at = this.#bucketOf(key)
    const bucket = this.#buckets[at] ?? []
    bucket.splice(lowerBound(bucket, key), 0, key)
    if (bucket.length > bucketSize) this.#buckets.splice(at + 1, 0, bucket.splice(bucketSize / 2))
  }

  /** The last bucket that starts at or before `key`, or the first. */
  #bucketOf(key: string): number {
    let [low, high] = [0, this.#buckets.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (compareBytewise(this.#buckets[middle]?.[0] ?? '', key) <= 0) low = middle + 1
      else high = middle
    }
    return Math.max(0, low - 1)
  }
}

/** Index of the first key that is not before `key`. */
function lowerBound(keys: readonly string[], key: string): number {
  let [low, high] = [0, keys.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (compareBytewise(keys[middle] ?? '', key) < 0) low = middle + 1
    else high = middle
  }
  return low
}
