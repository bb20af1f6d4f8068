/** Keys a chunk holds at most; one insertion moves no more than that. */
const chunkSize = 512

/**
 * A map of strings with its keys in bytewise order (for the ASCII keys of a store: the order of `<`). Insertion and
 * removal cost a search and a move within one chunk, whatever the size.
 */
export class SortedMap<V> {
  private readonly values = new Map<string, V>()
  private readonly chunks: string[][] = []

  get size(): number {
    return this.values.size
  }

  get(key: string): V | undefined {
    return this.values.get(key)
  }

  set(key: string, value: V): void {
    if (!this.values.has(key)) this.insert(key)
    this.values.set(key, value)
  }

  delete(key: string): boolean {
    if (!this.values.delete(key)) return false
    const at = this.chunkOf(key)
    const chunk = this.chunks[at]
    if (!chunk) return true
    chunk.splice(lowerBound(chunk, key), 1)
    if (chunk.length === 0) this.chunks.splice(at, 1)
    return true
  }

  /** Entries from `start` on (included) whose key begins with `prefix`, in order. Not to be changed meanwhile. */
  *range(prefix: string, start = prefix): Generator<[string, V]> {
    const from = start > prefix ? start : prefix
    for (let c = this.chunkOf(from); c < this.chunks.length; c++) {
      const chunk = this.chunks[c] ?? []
      for (let i = lowerBound(chunk, from); i < chunk.length; i++) {
        const key = chunk[i] as string
        if (!key.startsWith(prefix)) return
        yield [key, this.values.get(key) as V]
      }
    }
  }

  private insert(key: string): void {
    if (this.chunks.length === 0) {
      this.chunks.push([key])
      return
    }
    const at = Math.min(this.chunkOf(key), this.chunks.length - 1)
    const chunk = this.chunks[at] as string[]
    chunk.splice(lowerBound(chunk, key), 0, key)
    if (chunk.length > chunkSize) this.chunks.splice(at + 1, 0, chunk.splice(chunkSize / 2))
  }

  /** The chunk that holds `key` or would: the first one whose last key is not below it. */
  private chunkOf(key: string): number {
    let [low, high] = [0, this.chunks.length]
    while (low < high) {
      const middle = (low + high) >> 1
      const chunk = this.chunks[middle] as string[]
      if ((chunk[chunk.length - 1] as string) < key) low = middle + 1
      else high = middle
    }
    return low
  }
}

function lowerBound(keys: readonly string[], key: string): number {
  let [low, high] = [0, keys.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((keys[middle] as string) < key) low = middle + 1
    else high = middle
  }
  return low
}
