import type { Log } from '../../meta/log.js'
import type { KubeObject } from '../../meta/object.js'
import { errors } from '../../meta/status.js'
import { compareBytewise } from '../key-order.js'
import {
  Compacted,
  type Guard,
  KeyExists,
  type Revision,
  RevisionMismatch,
  type Store,
  type Stored,
  type StoreEvent,
  StoreUnavailable,
} from '../store.js'
import { CompactedRevision, type EtcdClient } from './client.js'
import { compactRegularly } from './compaction.js'
import { EtcdHealth } from './etcd-health.js'
import { EtcdWatch } from './etcd-watch.js'
import { EventLeases } from './event-leases.js'
import { RevisionsLost } from './failures.js'
import { endOf } from './keys.js'
import type { Objects } from './objects.js'
import { readAll } from './pages.js'
import { type Compare, isAt, isQuiet, type PutRequest, type RequestOp, type ResponseOp } from './protocol.js'
import { SharedQuestion } from './shared-question.js'
import { encodeValue, storedOf } from './values.js'

/** How long a write is tried again when what its guard looks at keeps changing, in milliseconds. */
const guardPatience = 10_000
const events = 'core/events/'

export interface EtcdStoreOptions {
  /** How many changes before the newest one can be watched from, unless they are compacted. */
  readonly history: number
  /** How long Events are kept, in milliseconds; 0: for good. */
  readonly eventTtl: number
  /** How often etcd is made to forget what is older than that, in milliseconds; 0: never. */
  readonly compactionInterval: number
}

/**
 * Objects in etcd, side by side with any number of other servers: what is written is compared and set by etcd, in one
 * transaction, and the revision is etcd's.
 */
export class EtcdStore implements Store {
  readonly isShared = true
  readonly #newest: SharedQuestion<Revision>
  readonly #watches = new Set<EtcdWatch>()
  readonly #leases: EventLeases | undefined
  readonly #health: EtcdHealth
  readonly #closed = new AbortController()
  /** From then on nothing is answered: what is known here is of data that is gone. */
  #lost: RevisionsLost | undefined

  constructor(
    private readonly client: EtcdClient,
    private readonly objects: Objects,
    private readonly options: EtcdStoreOptions,
    private readonly log: Log,
  ) {
    this.#newest = new SharedQuestion(async () => {
      const key = objects.keys.ownKey('newest')
      return (await client.range({ key, countOnly: true })).header.revision.toNumber()
    })
    if (options.eventTtl > 0) this.#leases = new EventLeases(client, options.eventTtl / 1_000)
    this.#health = new EtcdHealth(() => this.#newest.ask(), log)
    const { compactionInterval } = options
    if (compactionInterval > 0) void compactRegularly(client, compactionInterval, log, this.#closed.signal)
  }

  async get(key: string): Promise<Stored | undefined> {
    const { kvs } = await this.client.range({ key: this.objects.keys.toEtcd(key) })
    return kvs[0] && this.objects.read(kvs[0])
  }

  async list(prefix: string): Promise<{ items: Stored[]; revision: Revision }> {
    const { items, revision } = await readAll(this.client, this.objects, prefix)
    return { items: inOrder(items), revision }
  }

  async listAt(prefix: string, revision: Revision): Promise<Stored[]> {
    try {
      return inOrder((await readAll(this.client, this.objects, prefix, revision)).items)
    } catch (error) {
      if (error instanceof CompactedRevision) throw new Compacted(revision, await this.oldestRevision())
      throw error
    }
  }

  async create(key: string, object: KubeObject, guard?: Guard): Promise<Stored> {
    const value = encodeValue(key, object)
    const { revision, current } = await this.#commit(key, 0, { put: await this.#put(key, value) }, guard)
    if (current) throw new KeyExists(current)
    return storedOf(key, revision, value)
  }

  async update(key: string, object: KubeObject, expected: Revision, guard?: Guard): Promise<Stored> {
    const value = encodeValue(key, object)
    const { revision, current, failed } = await this.#commit(key, expected, { put: await this.#put(key, value) }, guard)
    if (failed) throw new RevisionMismatch(key, current)
    return storedOf(key, revision, value)
  }

  async delete(key: string, expected: Revision): Promise<Stored> {
    const remove = { delete: { key: this.objects.keys.toEtcd(key), prevKv: true } }
    const { revision, current, failed, done } = await this.#commit(key, expected, remove)
    if (failed) throw new RevisionMismatch(key, current)
    const value = done?.delete?.prevKvs[0]?.value ?? Buffer.alloc(0)
    return storedOf(key, revision, value as Buffer)
  }

  async *watch(
    prefix: string,
    from: Revision,
    signal: AbortSignal,
    progress?: (revision: Revision) => void,
  ): AsyncGenerator<StoreEvent[]> {
    const ends = AbortSignal.any([signal, this.#closed.signal])
    const newest = () => this.#askNewest()
    const watch = new EtcdWatch(this.client, this.objects, { prefix, from, signal: ends, progress, newest })
    this.#watches.add(watch)
    try {
      yield* watch.read()
    } finally {
      this.#watches.delete(watch)
    }
  }

  /**
   * Asked of etcd, once for all who ask at the same time; whoever watches is then told of that revision soon.
   * @throws RevisionsLost
   */
  async currentRevision(): Promise<Revision> {
    const revision = await this.#askNewest()
    for (const watch of this.#watches) void watch.reached(revision)
    return revision
  }

  async oldestRevision(): Promise<Revision> {
    const wanted = Math.max(1, (await this.#newest.ask()) - this.options.history)
    try {
      await this.client.range({ key: this.objects.keys.ownKey('oldest'), revision: wanted, countOnly: true })
      return wanted
    } catch (error) {
      if (!(error instanceof CompactedRevision)) throw error
      return this.#compactedRevision()
    }
  }

  /** Why etcd can't be relied on now. undefined: all is well. */
  health(): string | undefined {
    return this.#lost?.message ?? this.#health.problem
  }

  async close(): Promise<void> {
    this.#closed.abort()
    this.#health.close()
    this.client.close()
  }

  /** What etcd has told before it was asked is not newer than its answer, unless its data has become another. */
  async #askNewest(): Promise<Revision> {
    const told = Math.max(0, ...[...this.#watches].map((watch) => watch.told))
    const revision = await this.#newest.ask()
    if (revision < told && !this.#lost) {
      this.#lost = new RevisionsLost(told, revision)
      this.log.error(this.#lost.reason)
    }
    if (this.#lost) throw this.#lost
    return revision
  }

  /** Only a watch is told which revision that is. */
  async #compactedRevision(): Promise<Revision> {
    try {
      for await (const _ of this.watch('', 0, this.#closed.signal)) break
    } catch (error) {
      if (error instanceof Compacted) return error.oldest
      throw error
    }
    throw new StoreUnavailable('the store is closed')
  }

  async #put(key: string, value: Buffer): Promise<PutRequest> {
    const put = { key: this.objects.keys.toEtcd(key), value }
    return this.#leases && key.startsWith(events) ? { ...put, lease: await this.#leases.get() } : put
  }

  /**
   * Does `operation` while `key` is at `expected` (0: absent) and what the guard has looked at is as it was seen here;
   * when it is not, the guard is asked again once this process has seen the change. `failed`: the key is not at
   * `expected`; `current` is what is there.
   */
  async #commit(key: string, expected: Revision, operation: RequestOp, guard?: Guard): Promise<Outcome> {
    if (this.#lost) throw this.#lost
    const { keys } = this.objects
    const at = keys.toEtcd(key)
    const until = Date.now() + guardPatience
    for (;;) {
      const compare: Compare[] = [isAt(at, expected)]
      try {
        guard?.({
          at: (stored) => compare.push(isAt(keys.toEtcd(stored.key), stored.revision)),
          below: (prefix, upTo) => {
            const begin = keys.toEtcd(prefix)
            compare.push(isQuiet(begin, endOf(begin), upTo))
          },
        })
      } catch (refusal) {
        const current = await this.get(key)
        if ((current?.revision ?? 0) === expected) throw refusal
        return { failed: true, current, revision: 0, done: undefined }
      }
      const { header, succeeded, responses } = await this.client.txn({
        compare,
        success: [operation],
        failure: [{ range: { key: at } }],
      })
      const revision = header.revision.toNumber()
      if (succeeded) return { failed: false, current: undefined, revision, done: responses[0] }
      const found = responses[0]?.range?.kvs[0]
      if ((found?.modRevision.toNumber() ?? 0) !== expected) {
        const current = found && this.objects.read(found)
        if (found && !current) throw new StoreUnavailable(`etcd holds something at ${at} that is no object`)
        return { failed: true, current, revision, done: undefined }
      }
      if (Date.now() > until) throw errors.timeout('what the write depends on keeps changing', 1)
      await Promise.all([...this.#watches].map((watch) => watch.reached(revision)))
    }
  }
}

interface Outcome {
  readonly failed: boolean
  readonly current: Stored | undefined
  readonly revision: Revision
  readonly done: ResponseOp | undefined
}

/** etcd's order is another one only between collections. */
function inOrder(items: Stored[]): Stored[] {
  return items.sort((a, b) => compareBytewise(a.key, b.key))
}
