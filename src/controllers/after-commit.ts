import { setTimeout as pause } from 'node:timers/promises'
import type { WatchCache } from '../cache/watch-cache.js'
import type { CacheEvent } from '../cache/watchers.js'
import type { Log } from '../meta/log.js'
import { StatusError } from '../meta/status.js'
import type { Backend } from '../registry/backend.js'
import { readObject } from '../registry/read.js'
import type { Resource } from '../registry/resource.js'
import type { CommitEvent } from '../registry/strategy.js'
import type { Revision } from '../store/store.js'

/** Where what has been told is noted, so that the next run goes on behind it. */
export interface CommitCursor {
  /** Undefined: nothing has ever been told. */
  load(): Promise<Revision | undefined>
  save(told: Revision): Promise<void>
}

/** Changes that wait to be told; those beyond are read from the history later. */
const maxPending = 10_000
/** What was told is noted so soon, milliseconds: a process that is killed tells no more than that twice. */
const noteWithin = 100
/** Changes of other resources pass too; a place in history that is too old would be lost. Milliseconds. */
const noteAtLeast = 60_000
/** How long the end waits for what has not been told yet, milliseconds. */
const lastWords = 2_000

const types = { create: 'created', update: 'updated', delete: 'deleted' } as const

/**
 * Tells `afterCommit` of resources what was committed, in order, one change at a time: each once, in this run and in
 * those that follow a clean end; after a kill those of the last moments again. `since`: where the first run begins.
 * Undefined: no resource has it. Answers with what ends it.
 */
export async function tellOfCommits(
  { cache, registry }: Backend,
  cursor: CommitCursor,
  log: Log,
  since: Revision,
): Promise<() => Promise<void>> {
  const listening = registry.storedResources().filter(({ definition }) => definition.strategy?.afterCommit)
  if (listening.length === 0) return async () => {}
  const known = await cursor.load()
  // A store that is younger than what was told of it is another one.
  const from = known !== undefined && known <= cache.revision ? known : since
  const teller = new Teller(cache, listening, cursor, log, from)
  teller.begin()
  return () => teller.end()
}

interface Pending {
  readonly resource: Resource
  readonly event: CacheEvent
}

class Teller {
  #pending: Pending[] = []
  #told: Revision
  #noted: Revision | undefined
  #watches: (() => void)[] = []
  /** Too much was pending: nothing is watched until it has been told. */
  #behind = false
  #telling: Promise<void> | undefined
  #noting: Promise<void> | undefined
  #ended = new AbortController()
  #timer: NodeJS.Timeout | undefined

  constructor(
    private readonly cache: WatchCache,
    private readonly resources: readonly Resource[],
    private readonly cursor: CommitCursor,
    private readonly log: Log,
    from: Revision,
  ) {
    this.#told = from
  }

  begin(): void {
    this.#watch()
    this.#note()
    this.#timer = setInterval(() => this.#note(), noteAtLeast)
    this.#timer.unref()
  }

  async end(): Promise<void> {
    this.#unwatch()
    clearInterval(this.#timer)
    await Promise.race([this.#telling, pause(lastWords, undefined, { ref: false })])
    this.#pending = []
    this.#ended.abort()
    await this.#noting
    await this.cursor.save(this.#place()).catch((error: unknown) => this.#failed('what was told is not noted', error))
  }

  /** From what was told on. */
  #watch(): void {
    this.#behind = false
    try {
      this.#watches = this.resources.map((resource) =>
        this.cache.watch(resource.prefix(''), this.#told, (event) => this.#take({ resource, event })),
      )
    } catch (error) {
      if (!(error instanceof StatusError)) throw error
      this.#unwatch()
      this.log.warn('changes are no longer known, and afterCommit is not told of them', { since: this.#told })
      this.#told = this.cache.revision
      this.#watch()
      return
    }
    this.#pending.sort((a, b) => a.event.stored.revision - b.event.stored.revision)
  }

  #unwatch(): void {
    for (const stop of this.#watches.splice(0)) stop()
  }

  #take(pending: Pending): void {
    if (this.#behind) return
    if (this.#pending.length >= maxPending) {
      this.#behind = true
      return
    }
    this.#pending.push(pending)
    this.#telling ??= this.#tellAll()
  }

  async #tellAll(): Promise<void> {
    // Whoever commits is not kept waiting, and history is sorted first.
    await Promise.resolve()
    while (this.#pending.length > 0) {
      for (let next = this.#pending.shift(); next; next = this.#pending.shift()) {
        await this.#tell(next)
        this.#told = Math.max(this.#told, next.event.stored.revision)
        this.#note()
      }
      if (!this.#behind || this.#watches.length === 0) break
      this.#unwatch()
      this.#watch()
    }
    this.#telling = undefined
  }

  async #tell({ resource, event: { type, stored, previous } }: Pending): Promise<void> {
    try {
      const object = await readObject(resource, stored)
      const before = type === 'update' && previous ? { previous: await readObject(resource, previous) } : {}
      const event: CommitEvent = { type: types[type], object, ...before, revision: stored.revision }
      await resource.definition.strategy?.afterCommit?.(event)
    } catch (error) {
      this.#failed(`afterCommit of ${resource.plural}.${resource.group} failed`, error)
    }
  }

  /** Everything up to here has been told. */
  #place(): Revision {
    return this.#telling || this.#behind ? this.#told : Math.max(this.#told, this.cache.revision)
  }

  #note(): void {
    if (this.#noting || this.#ended.signal.aborted) return
    this.#noting = this.#noteSoon().finally(() => {
      this.#noting = undefined
      if (this.#noted !== undefined && this.#told > this.#noted) this.#note()
    })
  }

  async #noteSoon(): Promise<void> {
    try {
      await pause(noteWithin, undefined, { signal: this.#ended.signal, ref: false })
      const place = this.#place()
      if (place === this.#noted) return
      await this.cursor.save(place)
      this.#noted = place
    } catch (error) {
      if (!this.#ended.signal.aborted) this.#failed('what was told is not noted', error)
    }
  }

  #failed(what: string, error: unknown): void {
    this.log.error(what, { error: error instanceof Error ? error.message : String(error) })
  }
}
