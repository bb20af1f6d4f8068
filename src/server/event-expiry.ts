import type { CacheEvent } from '../cache/watchers.js'
import type { Backend } from '../registry/backend.js'
import { type Revision, RevisionMismatch, type Stored } from '../store/store.js'

interface Entry {
  readonly revision: Revision
  /** Milliseconds of Backend.now. */
  readonly until: number
}

/** So that a store that is away is not asked all the time. Milliseconds. */
const shortestSleep = 100
/** As seldom as possible, and as often as somebody who looks would notice. Milliseconds. */
const longestSleep = 60_000

/**
 * Events go `ttl` milliseconds after they were last written (kube-apiserver's --event-ttl), those of earlier runs after
 * the start. For stores that end nothing by themselves. Answers with what ends it.
 */
export async function expireEvents(
  { store, cache, registry, now }: Backend,
  ttl: number,
): Promise<() => Promise<void>> {
  const resource = registry.stored('', 'events')
  if (ttl === 0 || !resource) return async () => {}
  const prefix = resource.prefix('')
  /** In the order of their ends. */
  const waiting = new Map<string, Entry>()
  const note = ({ key, revision }: Stored) => {
    waiting.delete(key)
    waiting.set(key, { revision, until: now().getTime() + ttl })
  }
  const see = ({ type, stored }: CacheEvent) => {
    if (type === 'delete') waiting.delete(stored.key)
    else note(stored)
  }
  for (const stored of cache.peekAll(prefix)) note(stored)
  const stopWatching = cache.watch(prefix, cache.revision, see)
  let timer: NodeJS.Timeout
  let working: Promise<void> = Promise.resolve()
  const sweep = async () => {
    for (const [key, { revision, until }] of waiting) {
      if (until > now().getTime()) break
      waiting.delete(key)
      await store.delete(key, revision).catch((error: unknown) => {
        // Written again meanwhile, or the store is away: the watch or the next sweep has it.
        if (!(error instanceof RevisionMismatch)) waiting.set(key, { revision, until })
      })
    }
    sleep()
  }
  const sleep = () => {
    const [next] = waiting.values()
    // One that is yet to come has its whole time before it.
    const left = next ? next.until - now().getTime() : ttl
    const wait = Math.min(Math.max(left, shortestSleep), longestSleep)
    timer = setTimeout(() => {
      working = sweep()
    }, wait)
    timer.unref()
  }
  sleep()
  return async () => {
    stopWatching()
    waiting.clear()
    clearTimeout(timer)
    await working
    clearTimeout(timer)
  }
}
