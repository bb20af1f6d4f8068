import type { KubeObject } from '../../meta/object.js'
import { decodeStored, encodeStored } from '../encode.js'
import { History, type HistoryLimits } from '../history.js'
import { SortedMap } from '../sorted-map.js'
import {
  type Guard,
  KeyExists,
  noLook,
  type Revision,
  RevisionMismatch,
  type Store,
  type Stored,
  type StoreEvent,
  StoreUnavailable,
} from '../store.js'
import { Watchers } from '../watchers.js'

/**
 * Everything in memory, gone with the process. Each call is done in one step, in the order of the calls, so that
 * reads and writes are linearizable without locks.
 */
export class MemoryStore implements Store {
  readonly #objects = new SortedMap<Stored>()
  readonly #history: History
  readonly #watchers: Watchers
  /** 1 before the first write, as with etcd: 0 has a meaning of its own for clients. */
  #revision: Revision = 1
  #closed = false

  constructor(limits?: HistoryLimits) {
    this.#history = new History(this.#revision, limits)
    this.#watchers = new Watchers((after) => this.#history.since(after))
  }

  async get(key: string): Promise<Stored | undefined> {
    return this.#objects.get(key)
  }

  async list(prefix: string): Promise<{ items: Stored[]; revision: Revision }> {
    const items: Stored[] = []
    for (const [, stored] of this.#objects.below(prefix)) items.push(stored)
    return { items, revision: this.#revision }
  }

  async create(key: string, object: KubeObject, guard?: Guard): Promise<Stored> {
    this.#checkOpen()
    const current = this.#objects.get(key)
    if (current) throw new KeyExists(current)
    guard?.(noLook)
    return this.#commit('create', encodeStored(key, this.#revision + 1, object), undefined)
  }

  async update(key: string, object: KubeObject, expected: Revision, guard?: Guard): Promise<Stored> {
    this.#checkOpen()
    const current = this.#currentAt(key, expected)
    guard?.(noLook)
    return this.#commit('update', encodeStored(key, this.#revision + 1, object), current)
  }

  async delete(key: string, expected: Revision): Promise<Stored> {
    this.#checkOpen()
    const current = this.#currentAt(key, expected)
    return this.#commit('delete', encodeStored(key, this.#revision + 1, decodeStored(current)), current)
  }

  watch(
    prefix: string,
    from: Revision,
    signal: AbortSignal,
    progress?: (revision: Revision) => void,
  ): AsyncIterable<StoreEvent[]> {
    return this.#watchers.watch(prefix, from, signal, progress)
  }

  async currentRevision(): Promise<Revision> {
    return this.#revision
  }

  async oldestRevision(): Promise<Revision> {
    return this.#history.oldest
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#watchers.close()
  }

  #checkOpen(): void {
    if (this.#closed) throw new StoreUnavailable('the store is closed')
  }

  #currentAt(key: string, expected: Revision): Stored {
    const current = this.#objects.get(key)
    if (current?.revision !== expected) throw new RevisionMismatch(key, current)
    return current
  }

  #commit(type: StoreEvent['type'], stored: Stored, previous: Stored | undefined): Stored {
    this.#revision = stored.revision
    if (type === 'delete') this.#objects.delete(stored.key)
    else this.#objects.set(stored.key, stored)
    const event: StoreEvent = { type, stored, previous }
    this.#history.append(event)
    this.#watchers.publish(event)
    return stored
  }
}
