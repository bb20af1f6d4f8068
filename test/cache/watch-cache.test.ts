import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WatchCache } from '../../src/cache/watch-cache.js'
import type { CacheEvent } from '../../src/cache/watchers.js'
import { formatContinueToken, parseContinueToken } from '../../src/registry/continue-token.js'
import { MemoryStore } from '../../src/store/memory/memory-store.js'
import type { Stored } from '../../src/store/store.js'

const prefix = 'g/things/'
const thing = (name: string, value = 0) => ({ apiVersion: 'g/v1', kind: 'Thing', metadata: { name }, value })

let store: MemoryStore
let cache: WatchCache

beforeEach(async () => {
  store = new MemoryStore()
  cache = await WatchCache.open(store)
})

afterEach(async () => {
  await cache.close()
  await store.close()
})

const put = (name: string, value = 0) => store.create(`${prefix}${name}`, thing(name, value))
const keys = (items: readonly Stored[]) => items.map(({ key }) => key.slice(prefix.length))
const values = (items: readonly Stored[]) => items.map(({ json }) => JSON.parse(json.toString()).value as number)

describe('lists', () => {
  it('are in bytewise order of the keys, namespaces first', async () => {
    for (const name of ['a/x', 'a-b/x', 'b1', 'b.1', 'b-1', 'b', 'c']) await put(name)
    const { items } = await cache.list({ prefix, limit: 0 })
    expect(keys(items)).toEqual(['a-b/x', 'a/x', 'b', 'b-1', 'b.1', 'b1', 'c'])
  })

  it('count what is selected against the limit, and say what is left only without a selector', async () => {
    for (const name of ['a', 'b', 'c', 'd']) await put(name)
    const page = await cache.list({ prefix, limit: 1 })
    expect([keys(page.items), page.next, page.remaining]).toEqual([['a'], `${prefix}a\0`, 3])
    const selects = ({ key }: Stored) => key !== `${prefix}a`
    const selected = await cache.list({ prefix, limit: 2, selects })
    expect([keys(selected.items), selected.next, selected.remaining]).toEqual([['b', 'c'], `${prefix}c\0`, undefined])
  })

  it('at an older revision show what was there then', async () => {
    const a = await put('a', 1)
    const b = await put('b', 1)
    const at = b.revision
    await store.update(a.key, thing('a', 2), a.revision)
    await store.delete(b.key, b.revision)
    await put('aa', 1)
    const old = await cache.list({ prefix, limit: 0, at, exact: true })
    expect([keys(old.items), values(old.items), old.revision]).toEqual([['a', 'b'], [1, 1], at])
    const now = await cache.list({ prefix, limit: 0, at })
    expect([keys(now.items), values(now.items)]).toEqual([
      ['a', 'aa'],
      [2, 1],
    ])
  })

  it('at an older revision page through that state', async () => {
    const stored: Stored[] = []
    for (const name of ['a', 'b', 'c', 'd']) stored.push(await put(name))
    const at = stored.at(-1)?.revision ?? 0
    for (const { key, revision } of stored.slice(1, 3)) await store.delete(key, revision)
    const first = await cache.list({ prefix, limit: 2, at, exact: true })
    const second = await cache.list({ prefix, limit: 2, at, exact: true, start: first.next ?? '' })
    expect([keys(first.items), keys(second.items), second.next]).toEqual([['a', 'b'], ['c', 'd'], undefined])
  })

  it('of a revision that is to come wait, and give up in the end', async () => {
    const { revision } = await put('a')
    const waiting = cache.list({ prefix, limit: 0, at: revision + 1 })
    await put('b')
    expect(keys((await waiting).items)).toEqual(['a', 'b'])
    await expect(cache.get(`${prefix}a`, revision + 1000)).rejects.toMatchObject({
      code: 504,
      message: `Timeout: Too large resource version: ${revision + 1000}, current: ${revision + 1}`,
    })
  })
})

describe('watches', () => {
  it('tell a collection, a namespace, one key what concerns them', async () => {
    const told: Record<string, string[]> = {}
    for (const below of ['g/things/', 'g/things/a/', 'g/things/a/x', 'g/thing']) {
      const seen: string[] = []
      told[below] = seen
      cache.watch(below, cache.revision, ({ stored }) => seen.push(stored.key))
    }
    for (const name of ['a/x', 'a/xy', 'b/x']) await put(name)
    await cache.fresh()
    expect(told).toEqual({
      'g/things/': ['g/things/a/x', 'g/things/a/xy', 'g/things/b/x'],
      'g/things/a/': ['g/things/a/x', 'g/things/a/xy'],
      'g/things/a/x': ['g/things/a/x'],
      'g/thing': [],
    })
  })

  it('from an older revision repeat nothing and miss nothing', async () => {
    const first = await put('a')
    for (const name of ['b', 'c']) await put(name)
    await cache.fresh()
    const seen: CacheEvent[] = []
    const stop = cache.watch(prefix, first.revision, (event) => seen.push(event))
    await put('d')
    await cache.fresh()
    stop()
    await put('e')
    await cache.fresh()
    expect(keys(seen.map((e) => e.stored))).toEqual(['b', 'c', 'd'])
  })

  it('from a revision that is to come begin there', async () => {
    const seen: CacheEvent[] = []
    cache.watch(prefix, cache.revision + 1, (event) => seen.push(event))
    await put('a')
    await put('b')
    await cache.fresh()
    expect(keys(seen.map((e) => e.stored))).toEqual(['b'])
  })
})

describe('continue tokens', () => {
  it('come back as they were', () => {
    const token = { revision: 42, start: 'default/a' }
    expect(parseContinueToken(formatContinueToken(token))).toEqual(token)
  })

  for (const text of [
    '',
    'x',
    '%%%',
    Buffer.from('{"v":"v0"}').toString('base64url'),
    Buffer.from('null').toString('base64url'),
  ]) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      expect(() => parseContinueToken(text)).toThrow(/^invalid continue token: continue key is not valid: /)
    })
  }
})
