import type { WatchCache } from '../cache/watch-cache.js'
import type { KubeObject } from '../meta/object.js'
import { decodeStored } from '../store/encode.js'
import type { Stored } from '../store/store.js'

/** What is stored of a collection, by name, each made ready once; a look costs next to nothing when there is none. */
export class StoredConfigs<T> {
  readonly #made = new WeakMap<Stored, T>()

  constructor(
    private readonly cache: Pick<WatchCache, 'peekAll'>,
    private readonly prefix: string,
    private readonly make: (object: KubeObject) => T,
  ) {}

  all(): readonly T[] {
    return this.cache.peekAll(this.prefix).map((stored) => {
      let made = this.#made.get(stored)
      if (made === undefined) {
        made = this.make(decodeStored(stored))
        this.#made.set(stored, made)
      }
      return made
    })
  }
}
