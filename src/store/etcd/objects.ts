import type { Log } from '../../meta/log.js'
import { Compacted, type Revision, type Stored, type StoreEvent } from '../store.js'
import type { EtcdKeys } from './keys.js'
import type { KeyValue, WatchEvent } from './protocol.js'
import { readStored } from './values.js'

const deletion = 1
/** A prefix that belongs to somebody else may hold any number of other things. */
const mostReports = 10

/** What etcd holds, as objects; what is no object is left out, and the log says so. */
export class Objects {
  #reports = 0

  constructor(
    readonly keys: EtcdKeys,
    private readonly log: Log,
  ) {}

  /** Undefined: no object. */
  read(kv: KeyValue): Stored | undefined {
    const key = this.keys.fromEtcd(kv.key)
    return key === undefined ? undefined : this.#readAt(key, kv.modRevision.toNumber(), kv)
  }

  /**
   * Undefined: it is none of an object. What can't be read any more counts as deleted, what can be read again as created.
   * @throws Compacted when the state before, which there was, is not known any more
   */
  changeOf({ type, kv, prevKv }: WatchEvent): StoreEvent | undefined {
    const key = this.keys.fromEtcd(kv.key)
    if (key === undefined) return undefined
    const revision = kv.modRevision.toNumber()
    const isNew = type !== deletion && kv.createRevision.toNumber() === revision
    if (!isNew && !prevKv) throw new Compacted(revision - 1, revision)
    const previous = prevKv ? this.#readAt(key, prevKv.modRevision.toNumber(), prevKv) : undefined
    const stored = type === deletion ? undefined : this.#readAt(key, revision, kv)
    if (stored) return { type: previous ? 'update' : 'create', stored, previous }
    const last = prevKv ? this.#readAt(key, revision, prevKv) : undefined
    return last && { type: 'delete', stored: last, previous }
  }

  #readAt(key: string, revision: Revision, { value }: KeyValue): Stored | undefined {
    try {
      return readStored(key, revision, value as Buffer)
    } catch (error) {
      this.#report(key, (error as Error).message)
      return undefined
    }
  }

  #report(key: string, reason: string): void {
    this.#reports++
    if (this.#reports > mostReports) return
    const last = this.#reports === mostReports ? '; more of the kind is not logged' : ''
    const path = this.keys.toEtcd(key).toString()
    this.log.warn(`etcd holds something that is no object: it is not served${last}`, { key: path, reason })
  }
}
