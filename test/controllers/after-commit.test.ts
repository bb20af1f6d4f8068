import { describe, expect, test } from 'vitest'
import { WatchCache } from '../../src/cache/watch-cache.js'
import { type CommitCursor, tellOfCommits } from '../../src/controllers/after-commit.js'
import type { Log } from '../../src/meta/log.js'
import { silentLog } from '../../src/meta/log.js'
import type { Backend } from '../../src/registry/backend.js'
import { Registry } from '../../src/registry/registry.js'
import type { CommitEvent } from '../../src/registry/strategy.js'
import { historyLimits } from '../../src/store/history.js'
import { MemoryStore } from '../../src/store/memory/memory-store.js'
import { eventually } from '../support/eventually.js'

async function opened(history?: number) {
  const store = new MemoryStore(historyLimits(history))
  const cache = await WatchCache.open(store, historyLimits(history))
  const told: CommitEvent[] = []
  const gate = { open: Promise.resolve() as Promise<void> }
  const registry = new Registry()
  registry.add({
    group: 'x.io',
    names: { plural: 'things', singular: 'thing', kind: 'Thing' },
    scope: 'Cluster',
    versions: [{ name: 'v1', served: true, storage: true, schema: { type: 'object' } }],
    strategy: {
      async afterCommit(event) {
        await gate.open
        told.push(event)
      },
    },
  })
  const create = (name: string) =>
    store.create(`x.io/things/${name}`, { apiVersion: 'x.io/v1', kind: 'Thing', metadata: { name } })
  const opening = cache.revision
  const begin = (cursor: CommitCursor, log: Log = silentLog) =>
    tellOfCommits({ cache, registry } as unknown as Backend, cursor, log, opening)
  return { cache, told, gate, create, begin, names: () => told.map(({ object }) => object.metadata.name) }
}

function cursorAt(place: number | undefined): CommitCursor & { saved: number | undefined } {
  return {
    saved: place,
    load: async () => place,
    async save(told) {
      this.saved = told
    },
  }
}

describe('telling of commits', () => {
  test('more than can wait is read from history, in order and once', async () => {
    const { told, gate, create, begin, cache } = await opened(30_000)
    let letGo = () => {}
    gate.open = new Promise((resolve) => {
      letGo = resolve
    })
    const cursor = cursorAt(undefined)
    const end = await begin(cursor)
    const all = 10_500
    for (let i = 0; i < all; i++) await create(`n${String(i).padStart(5, '0')}`)
    await cache.fresh()
    letGo()
    await eventually('all is told', () => told.length === all)
    expect(told.every(({ revision }, i) => i === 0 || revision > (told[i - 1]?.revision ?? 0))).toBe(true)
    await end()
    expect(told).toHaveLength(all)
    expect(cursor.saved).toBe(cache.revision)
  })

  test('goes on where the last run ended, and begins anew over another store', async () => {
    const { create, begin, names, cache } = await opened()
    const first = await create('a')
    await create('b')
    await cache.fresh()
    await (await begin(cursorAt(first.revision)))()
    expect(names()).toEqual(['b'])
    await (await begin(cursorAt(2 ** 50)))()
    expect(names()).toEqual(['b', 'a', 'b'])
  })

  test('says so when changes are no longer known', async () => {
    const { create, begin, names, cache } = await opened(2)
    const first = await create('a')
    for (const name of ['b', 'c', 'd', 'e']) await create(name)
    await cache.fresh()
    const warnings: string[] = []
    const end = await begin(cursorAt(first.revision), { ...silentLog, warn: (text) => void warnings.push(text) })
    await create('f')
    await eventually('what comes is told', () => names().includes('f'))
    expect(names()).toEqual(['f'])
    expect(warnings).toEqual(['changes are no longer known, and afterCommit is not told of them'])
    await end()
  })
})
