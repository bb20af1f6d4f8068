import { expect, it } from 'vitest'
import { WatchCache } from '../../src/cache/watch-cache.js'
import type { CacheEvent } from '../../src/cache/watchers.js'
import type { KubeObject } from '../../src/meta/object.js'
import { MemoryStore } from '../../src/store/memory/memory-store.js'
import { Compacted, type Revision, type StoreEvent } from '../../src/store/store.js'

const prefix = 'g/things/'
const thing = (name: string, uid = `uid-${name}`): KubeObject => ({
  ...{ apiVersion: 'g/v1', kind: 'Thing' },
  metadata: { name, uid },
})

/** A store that can lose sight of its watchers for a while, and has forgotten what happened then. */
class Forgetful extends MemoryStore {
  #sight = new AbortController()
  #again: Promise<void> = Promise.resolve()

  override async *watch(
    below: string,
    from: Revision,
    signal: AbortSignal,
    progress?: (revision: Revision) => void,
  ): AsyncGenerator<StoreEvent[]> {
    const sight = this.#sight.signal
    yield* super.watch(below, from, AbortSignal.any([signal, sight]), progress)
    if (signal.aborted || !sight.aborted) return
    await this.#again
    throw new Compacted(from, await this.currentRevision())
  }

  async outOfSight(work: () => Promise<void>): Promise<void> {
    let resume = () => {}
    this.#again = new Promise((resolve) => {
      resume = resolve
    })
    this.#sight.abort()
    await work()
    this.#sight = new AbortController()
    resume()
  }
}

it('what a store has forgotten is told as the difference, in order; older revisions are gone', async () => {
  const store = new Forgetful()
  for (const name of ['stays', 'goes', 'changes', 'again']) await store.create(prefix + name, thing(name))
  const cache = await WatchCache.open(store)
  const told: CacheEvent[] = []
  const before = cache.revision
  cache.watch(prefix, before, (event) => told.push(event))
  const revisionOf = (name: string) => cache.peek(prefix + name)?.revision ?? 0
  await store.outOfSight(async () => {
    await store.delete(`${prefix}goes`, revisionOf('goes'))
    await store.delete(`${prefix}again`, revisionOf('again'))
    await store.create(`${prefix}new`, thing('new'))
    await store.create(`${prefix}again`, thing('again', 'another uid'))
    await store.update(`${prefix}changes`, { ...thing('changes'), size: 2 }, revisionOf('changes'))
  })
  await cache.fresh()
  const said = told.map(({ type, stored }) => `${type} ${stored.key.slice(prefix.length)}`)
  expect(said).toEqual(['create new', 'delete again', 'create again', 'update changes', 'delete goes'])
  const revisions = told.map(({ stored }) => stored.revision)
  expect(revisions).toEqual([...revisions].sort((a, b) => a - b))
  expect(JSON.parse(told[1]?.stored.json.toString() ?? '').metadata.uid).toBe('uid-again')
  const { items } = await cache.list({ prefix, limit: 0 })
  expect(items).toEqual((await store.list(prefix)).items)
  expect(() => cache.watch(prefix, before, () => {})).toThrow(/too old resource version/)
  await store.create(`${prefix}later`, thing('later'))
  await cache.fresh()
  expect(told.at(-1)?.stored.key).toBe(`${prefix}later`)
  await cache.close()
  await store.close()
})
