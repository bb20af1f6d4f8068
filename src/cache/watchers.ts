import type { StoreEvent } from '../store/store.js'

/** One change, the same object for every watcher: what is made of it can be kept beside it. */
export type CacheEvent = StoreEvent

/** Takes an event at once and returns at once; a slow receiver must end itself, nobody waits for it. */
export type WatchSink = (event: CacheEvent) => void

/**
 * Who watches what. A watcher stands under the prefix it asked for (a collection, a namespace, one key), so that an
 * event looks only at those it concerns, however many there are.
 */
export class Watchers {
  private readonly byPrefix = new Map<string, Set<WatchSink>>()

  add(prefix: string, sink: WatchSink): () => void {
    const sinks = this.byPrefix.get(prefix) ?? new Set()
    this.byPrefix.set(prefix, sinks.add(sink))
    return () => {
      sinks.delete(sink)
      if (sinks.size === 0 && this.byPrefix.get(prefix) === sinks) this.byPrefix.delete(prefix)
    }
  }

  tell(event: CacheEvent): void {
    const { key } = event.stored
    for (let slash = key.indexOf('/'); slash >= 0; slash = key.indexOf('/', slash + 1)) {
      this.tellAll(key.slice(0, slash + 1), event)
    }
    this.tellAll(key, event)
    this.tellAll('', event)
  }

  private tellAll(prefix: string, event: CacheEvent): void {
    const sinks = this.byPrefix.get(prefix)
    if (sinks) for (const sink of sinks) sink(event)
  }
}
