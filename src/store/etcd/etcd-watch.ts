import { setTimeout as pause } from 'node:timers/promises'
import { Compacted, type Revision, type StoreEvent } from '../store.js'
import type { EtcdClient, WatchCall } from './client.js'
import { RevisionsLost } from './failures.js'
import { endOf } from './keys.js'
import type { Objects } from './objects.js'
import { ProgressRequests } from './progress-requests.js'
import type { WatchResponse } from './protocol.js'

/** A stream that has ended is begun again after this long, in milliseconds. */
const pauseBetweenStreams = 100

export interface WatchRange {
  /** As Store.watch has it. */
  readonly prefix: string
  readonly from: Revision
  readonly signal: AbortSignal
  /** Told that everything up to a revision has been taken by the reader. */
  readonly progress: ((revision: Revision) => void) | undefined
  /** The newest revision there is. @throws RevisionsLost */
  newest(): Promise<Revision>
}

/**
 * One reader of the changes below a prefix, over as many of etcd's watch streams as it takes: each begins behind what
 * the reader has taken from the last one.
 */
export class EtcdWatch {
  /** The reader has taken every change up to this revision. */
  #position: Revision
  #told: Revision = 0
  /** Up to here everything had happened before the reader began; it is told of no progress within. */
  #past: Revision | undefined
  readonly #requests: ProgressRequests
  readonly #waiting = new Set<{ readonly revision: Revision; resolve(): void }>()

  constructor(
    private readonly client: EtcdClient,
    private readonly objects: Objects,
    private readonly range: WatchRange,
  ) {
    this.#position = range.from
    this.#requests = new ProgressRequests(client, objects.keys.ownKey('progress'))
  }

  /**
   * Resolves when the reader has taken every change up to `revision`, or has ended. etcd is asked how far the stream is
   * when no change says so soon.
   */
  reached(revision: Revision): Promise<void> {
    if (revision <= this.#position || this.range.signal.aborted) return Promise.resolve()
    this.#requests.want(revision)
    return new Promise((resolve) => this.#waiting.add({ revision, resolve }))
  }

  /** Up to here etcd has told; 0: nothing yet. */
  get told(): Revision {
    return this.#told
  }

  /** @throws Compacted, RevisionsLost */
  async *read(): AsyncGenerator<StoreEvent[]> {
    const { signal } = this.range
    try {
      while (!signal.aborted) {
        try {
          yield* this.#stream()
        } catch (error) {
          if (error instanceof Compacted || error instanceof RevisionsLost) throw error
        }
        // Whatever it was, the next stream tells what is missing; readiness is judged by other calls.
        await pause(pauseBetweenStreams, undefined, { signal }).catch(() => {})
      }
    } finally {
      this.#requests.close()
      for (const { resolve } of this.#waiting) resolve()
    }
  }

  async *#stream(): AsyncGenerator<StoreEvent[]> {
    const { signal } = this.range
    const { call, version } = await this.client.openWatch()
    const cancel = () => call.cancel()
    signal.addEventListener('abort', cancel)
    // What happens when nobody reads any more does not matter.
    call.on('error', () => {})
    try {
      if (signal.aborted) return
      this.#begin(call, version)
      await this.#lookAhead()
      // Events of one revision come, and are handed on, together.
      let events: StoreEvent[] = []
      for await (const response of call as AsyncIterable<WatchResponse>) {
        if (this.#isEnd(response)) return
        this.#collect(response, events)
        if (response.fragment) continue
        if (events.length > 0) yield events
        events = []
        this.#taken(response)
      }
    } finally {
      signal.removeEventListener('abort', cancel)
      this.#requests.detach()
      cancel()
    }
  }

  #begin(call: WatchCall, version: string): void {
    const key = this.objects.keys.toEtcd(this.range.prefix)
    const startRevision = this.#position + 1
    call.write({
      create: { key, rangeEnd: endOf(key), startRevision, progressNotify: true, prevKv: true, fragment: true },
    })
    this.#requests.attach(call, version)
  }

  async #lookAhead(): Promise<void> {
    const { progress } = this.range
    // Asked for each stream: between two of them etcd's data may have become another.
    const newest = await this.range.newest()
    if (!progress || this.#past !== undefined) return
    this.#past = newest
    if (newest <= this.#position) progress(this.#position)
    else this.#requests.want(newest)
  }

  /** @throws Compacted */
  #isEnd({ compactRevision, canceled }: WatchResponse): boolean {
    const compacted = compactRevision.toNumber()
    if (compacted > 0) throw new Compacted(this.#position, compacted)
    return canceled
  }

  #collect(response: WatchResponse, into: StoreEvent[]): void {
    for (const event of response.events) {
      const change = this.objects.changeOf(event)
      if (change?.stored.key.startsWith(this.range.prefix)) into.push(change)
    }
  }

  /** The reader has what the response told. */
  #taken({ events, created, header }: WatchResponse): void {
    const last = events.at(-1)
    if (last) this.#advance(last.kv.modRevision.toNumber())
    else if (!created) this.#advance(header.revision.toNumber())
  }

  #advance(revision: Revision): void {
    if (revision <= this.#position) return
    this.#position = revision
    this.#told = revision
    this.#requests.reached(revision)
    if (this.#past !== undefined && revision >= this.#past) this.range.progress?.(revision)
    for (const waiting of this.#waiting) {
      if (waiting.revision > revision) continue
      this.#waiting.delete(waiting)
      waiting.resolve()
    }
  }
}
