import type { Stored, StoreEvent } from '../store.js'
import type { Image } from './image.js'

/** Looked at this many at a time, with requests served in between. */
const step = 256
/** Bytes written between two passes; more when there are more objects. */
const fewBytes = 16 * 2 ** 20

/**
 * Gives back what overwritten and deleted objects leave in slabs: one piece that is in use keeps all of its slab in
 * memory. After as many bytes as a quarter of the objects have, what is in use in sparse slabs moves to new ones.
 */
export class Compaction {
  #written = 0
  #live = 0
  #running = false

  /** `history` answers with the changes that can still be asked for. */
  constructor(
    private readonly image: Image,
    private readonly history: () => readonly StoreEvent[],
  ) {}

  /** So many bytes were written. */
  grew(bytes: number): void {
    this.#written += bytes
    if (this.#written < Math.max(fewBytes, this.#live / 4) || this.#running) return
    this.#written = 0
    this.#running = true
    void this.run().finally(() => {
      this.#running = false
    })
  }

  async run(): Promise<void> {
    const { slabs } = this.image
    const live = new Map<ArrayBufferLike, number>()
    await this.#each(({ json }) => live.set(json.buffer, (live.get(json.buffer) ?? 0) + json.length))
    this.#live = [...live.values()].reduce((sum, bytes) => sum + bytes, 0)
    const sparse = new Set([...live].filter(([slab, bytes]) => slabs.isSparse(slab, bytes)).map(([slab]) => slab))
    if (sparse.size === 0) return
    await this.#each((stored) => {
      // The same bytes elsewhere: whoever has the old ones keeps them as long as they are needed.
      if (sparse.has(stored.json.buffer)) Object.assign(stored, { json: slabs.copy(stored.json) })
    })
  }

  /** Every state that is kept, once: those of the objects, and those before them that the history has. */
  async #each(visit: (stored: Stored) => void): Promise<void> {
    for (let after = ''; ; await pause()) {
      const keys = this.image.objects.keysAfter(after, step)
      for (const key of keys) {
        const stored = this.image.get(key)
        if (stored) visit(stored)
      }
      if (keys.length < step) break
      after = keys.at(-1) ?? ''
    }
    for (const [i, { type, stored, previous }] of this.history().entries()) {
      if (previous) visit(previous)
      if (type === 'delete') visit(stored)
      if (i % step === 0) await pause()
    }
  }
}

const pause = () => new Promise((resolve) => setImmediate(resolve))
