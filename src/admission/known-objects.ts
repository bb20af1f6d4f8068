import type { WatchCache } from '../cache/watch-cache.js'
import type { KubeObject } from '../meta/object.js'
import { decodeStored } from '../store/encode.js'
import { storeKey } from '../store/keys.js'
import type { Stored } from '../store/store.js'

/** Kept as long as what they are read from: classes and accounts are asked about far more often than they change. */
const decoded = new WeakMap<Stored, KubeObject>()

/** Other objects, as the server knows them now. They are read only. */
export class KnownObjects {
  constructor(private readonly cache: WatchCache) {}

  /** Resolves once everything written before is known. */
  fresh(): Promise<void> {
    return this.cache.fresh()
  }

  get(group: string, plural: string, namespace: string, name: string): KubeObject | undefined {
    const stored = this.cache.peek(storeKey(group, plural, namespace, name))
    return stored && read(stored)
  }

  /** Of a namespace; '' for all, or for what is in none. */
  all(group: string, plural: string, namespace: string): KubeObject[] {
    return this.cache.peekAll(storeKey(group, plural, namespace)).map(read)
  }

  /** Resolves when the object is there, or after so many milliseconds. */
  async appears(group: string, plural: string, namespace: string, name: string, within: number): Promise<void> {
    const key = storeKey(group, plural, namespace, name)
    await new Promise<void>((resolve) => {
      const end = () => {
        clearTimeout(timer)
        stop()
        resolve()
      }
      const timer = setTimeout(end, within)
      const stop = this.cache.watch(key, this.cache.revision, end)
      if (this.cache.peek(key)) end()
    })
  }
}

function read(stored: Stored): KubeObject {
  const known = decoded.get(stored)
  if (known) return known
  const object = decodeStored(stored)
  decoded.set(stored, object)
  return object
}
