/** Bytes kept together. */
const size = 2 ** 20

/**
 * Copies of small pieces, packed. A view of a large file's content keeps all of that content in memory; a buffer for
 * each piece costs several times its overhead.
 */
export class Slabs {
  #slab = Buffer.alloc(0)
  #used = 0

  copy(bytes: Buffer): Buffer {
    if (bytes.length > size / 4) return Buffer.from(bytes)
    if (this.#used + bytes.length > this.#slab.length) {
      this.#slab = Buffer.allocUnsafeSlow(size)
      this.#used = 0
    }
    const start = this.#used
    this.#used += bytes.copy(this.#slab, start)
    return this.#slab.subarray(start, this.#used)
  }

  /** Whether all pieces of a slab that is full could do with much less: `live` bytes of it are in use. */
  isSparse(slab: ArrayBufferLike, live: number): boolean {
    return slab.byteLength === size && slab !== this.#slab.buffer && live < size * 0.6
  }
}
