import type { KubeObject } from '../../meta/object.js'
import { decodeStored, encodeStored } from '../encode.js'
import {
  type Guard,
  KeyExists,
  noLook,
  type Revision,
  RevisionMismatch,
  type Stored,
  type StoreEvent,
  StoreUnavailable,
} from '../store.js'
import type { Image } from './image.js'
import type { Journal } from './journal.js'

export interface CommitsOptions {
  readonly image: Image
  readonly journal: Journal
  /** Slows writers down when the files lag far behind. */
  admitted(): Promise<void> | undefined
  /** Why nothing may be written now. */
  refusal(): string | undefined
}

/**
 * Compare-and-set on top of the journal. Nobody sees a change, or builds on it, before it is durable: a key has one
 * write in flight, and who comes later waits, reads again and decides again.
 */
export class Commits {
  readonly #inFlight = new Set<string>()
  #lastRevision: Revision

  constructor(private readonly options: CommitsOptions) {
    this.#lastRevision = options.image.revision
  }

  create(key: string, object: KubeObject, guard?: Guard): Promise<Stored> {
    return this.#write(key, () => {
      const current = this.options.image.get(key)
      if (current) throw new KeyExists(current)
      guard?.(noLook)
      return this.#queue('create', key, object)
    })
  }

  update(key: string, object: KubeObject, expected: Revision, guard?: Guard): Promise<Stored> {
    return this.#write(key, () => {
      this.#currentAt(key, expected)
      guard?.(noLook)
      return this.#queue('update', key, object)
    })
  }

  delete(key: string, expected: Revision): Promise<Stored> {
    return this.#write(key, () => {
      const current = this.#currentAt(key, expected)
      return this.#queue('delete', key, decodeStored(current))
    })
  }

  /** A change is durable or will never be: the next writer of its key may go on. */
  landed(key: string): void {
    this.#inFlight.delete(key)
  }

  /** Calls `queue` once nothing of `key` is in flight, and resolves when what it queued is durable. */
  async #write(key: string, queue: () => Stored): Promise<Stored> {
    const { journal, refusal, admitted } = this.options
    const admission = admitted()
    if (admission) await admission
    for (;;) {
      const reason = refusal() ?? journal.failure
      if (reason !== undefined) throw new StoreUnavailable(reason)
      if (!this.#inFlight.has(key)) break
      // Whether that one failed is said to the one who asked for it, and by the next round here.
      await journal.flush().catch(() => {})
    }
    const stored = queue()
    await journal.flush()
    return stored
  }

  #currentAt(key: string, expected: Revision): Stored {
    const current = this.options.image.get(key)
    if (current?.revision !== expected) throw new RevisionMismatch(key, current)
    return current
  }

  #queue(type: StoreEvent['type'], key: string, object: KubeObject): Stored {
    const { image, journal } = this.options
    const revision = this.#lastRevision + 1
    const stored = { key, revision, json: image.slabs.copy(encodeStored(key, revision, object).json) }
    this.#lastRevision = revision
    this.#inFlight.add(key)
    journal.append({ kind: 'change', type, stored, before: image.get(key) })
    return stored
  }
}
