import type { Revision, StoreEvent } from './store.js'

/** A reader that is this many changes behind is not fed any more; it reads the history again where it stopped. */
const mostPending = 10_000

/** Where changes up to the present are read again. @throws Compacted */
export type Replay = (after: Revision) => StoreEvent[] | AsyncIterable<StoreEvent[]>

interface Watcher {
  readonly prefix: string
  /** Revision of the last change delivered or known not to concern this watcher. */
  position: Revision
  pending: StoreEvent[]
  /** Not fed: what is missing is in the history. */
  behind: boolean
  wake: () => void
}

/**
 * Fan-out of changes to any number of readers. Publishing costs only those whose prefix covers the change, and never
 * waits for a reader.
 */
export class Watchers {
  /** By `<group>/<resource>/`, or empty for prefixes shorter than that. */
  readonly #byCollection = new Map<string, Set<Watcher>>()
  #closed = false

  constructor(private readonly replay: Replay) {}

  publish(event: StoreEvent): void {
    for (const collection of [collectionOf(event.stored.key), '']) {
      for (const watcher of this.#byCollection.get(collection) ?? []) {
        if (watcher.behind || !event.stored.key.startsWith(watcher.prefix)) continue
        if (watcher.pending.length >= mostPending) {
          watcher.pending = []
          watcher.behind = true
        } else watcher.pending.push(event)
        watcher.wake()
      }
    }
  }

  /** Ends every watch. */
  close(): void {
    this.#closed = true
    for (const watchers of this.#byCollection.values()) for (const watcher of watchers) watcher.wake()
  }

  watch(
    prefix: string,
    from: Revision,
    signal: AbortSignal,
    progress?: (revision: Revision) => void,
  ): AsyncIterable<StoreEvent[]> {
    return { [Symbol.asyncIterator]: () => this.#read(prefix, from, signal, progress) }
  }

  async *#read(
    prefix: string,
    from: Revision,
    signal: AbortSignal,
    progress?: (revision: Revision) => void,
  ): AsyncGenerator<StoreEvent[]> {
    const watcher: Watcher = { prefix, position: from, pending: [], behind: true, wake: () => {} }
    const wake = () => watcher.wake()
    signal.addEventListener('abort', wake)
    this.#register(watcher)
    try {
      while (!signal.aborted && !this.#closed) {
        if (watcher.behind) {
          yield* this.#catchUp(watcher, signal)
          progress?.(watcher.position)
        } else if (watcher.pending.length > 0) {
          const events = watcher.pending
          watcher.pending = []
          const fresh = take(watcher, events)
          if (fresh.length > 0) yield fresh
        } else {
          await new Promise<void>((resolve) => {
            watcher.wake = resolve
          })
          watcher.wake = () => {}
        }
      }
    } finally {
      signal.removeEventListener('abort', wake)
      this.#unregister(watcher)
    }
  }

  async *#catchUp(watcher: Watcher, signal: AbortSignal): AsyncGenerator<StoreEvent[]> {
    // Fed again before the history is read: what happens meanwhile is pending, and take() drops what was read twice.
    watcher.behind = false
    const past = this.replay(watcher.position)
    for await (const events of Array.isArray(past) ? [past] : past) {
      if (signal.aborted || this.#closed) return
      const fresh = take(watcher, events)
      if (fresh.length > 0) yield fresh
    }
  }

  #register(watcher: Watcher): void {
    const collection = collectionOf(watcher.prefix)
    const watchers = this.#byCollection.get(collection)
    if (watchers) watchers.add(watcher)
    else this.#byCollection.set(collection, new Set([watcher]))
  }

  #unregister(watcher: Watcher): void {
    const collection = collectionOf(watcher.prefix)
    const watchers = this.#byCollection.get(collection)
    watchers?.delete(watcher)
    if (watchers?.size === 0) this.#byCollection.delete(collection)
  }
}

/** The events the watcher has not seen, and moves its position behind them. */
function take(watcher: Watcher, events: readonly StoreEvent[]): StoreEvent[] {
  const fresh = events.filter((e) => e.stored.revision > watcher.position && e.stored.key.startsWith(watcher.prefix))
  const last = events.at(-1)
  if (last) watcher.position = Math.max(watcher.position, last.stored.revision)
  return fresh
}

function collectionOf(key: string): string {
  const second = key.indexOf('/', key.indexOf('/') + 1)
  return second < 0 ? '' : key.slice(0, second + 1)
}
