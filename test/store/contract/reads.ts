import { expect, it } from 'vitest'
import { storeKey } from '../../../src/store/keys.js'
import { Compacted } from '../../../src/store/store.js'
import { brief, type Context, keyOf, pizza, pizzas, take } from './context.js'

export function reads(c: Context): void {
  it('lists in bytewise order, below the prefix only, at one revision', async () => {
    const names = ['b', 'a', 'a-b', 'a.b', 'a0', 'A', '😀', '\uffee', 'ü']
    for (const name of names) await c.store().create(keyOf(name), pizza(name))
    await c.store().create(keyOf('z', 'other'), pizza('z', {}, 'other'))
    await c.store().create(storeKey('restaurant.wukong.com', 'pizzas-extra', 'default', 'x'), pizza('x'))
    const all = await c.store().list(pizzas)
    expect(all.items.map((i) => i.key)).toEqual([...names.map((n) => keyOf(n)), keyOf('z', 'other')].sort(bytewise))
    expect(all.revision).toBe(await c.store().currentRevision())
    const one = await c.store().list(storeKey('restaurant.wukong.com', 'pizzas', 'other'))
    expect(one.items.map((i) => i.key)).toEqual([keyOf('z', 'other')])
    expect((await c.store().list('nothing/')).items).toEqual([])
    expect((await c.store().list('')).items).toHaveLength(names.length + 2)
  })

  it('keeps its order through many inserts and deletes', async () => {
    const alive = new Map<string, number>()
    for (let i = 0; i < 600; i++) {
      const name = `n${(i * 7919) % 300}`
      const revision = alive.get(name)
      if (revision === undefined) alive.set(name, (await c.store().create(keyOf(name), pizza(name))).revision)
      else if (i % 3 === 0) {
        await c.store().delete(keyOf(name), revision)
        alive.delete(name)
      }
    }
    const listed = (await c.store().list(pizzas)).items.map((i) => i.key)
    expect(listed).toEqual([...alive.keys()].map((n) => keyOf(n)).sort(bytewise))
  })
}

const bytewise = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b))

export function watches(c: Context): void {
  it('tells what happens from now on', async () => {
    const from = await c.store().currentRevision()
    const events = take(c.store().watch(pizzas, from, c.signal()), 3)
    const first = await c.store().create(keyOf('a'), pizza('a'))
    await c.store().create('core/namespaces/x', { ...pizza('x'), kind: 'Namespace' })
    const second = await c.store().update(keyOf('a'), pizza('a', { size: 2 }), first.revision)
    const gone = await c.store().delete(keyOf('a'), second.revision)
    expect(await events).toEqual([
      { type: 'create', stored: first, previous: undefined },
      { type: 'update', stored: second, previous: first },
      { type: 'delete', stored: gone, previous: second },
    ])
  })

  it('tells what has happened since an older revision, and goes on', async () => {
    const first = await c.store().create(keyOf('a'), pizza('a'))
    await c.store().create(keyOf('b'), pizza('b'))
    const second = await c.store().update(keyOf('a'), pizza('a', { size: 2 }), first.revision)
    await c.store().delete(keyOf('a'), second.revision)
    const events = take(c.store().watch(pizzas, first.revision, c.signal()), 4)
    await c.store().create(keyOf('c'), pizza('c'))
    const got = await events
    expect(brief(got)).toEqual(['create b', 'update a', 'delete a', 'create c'])
    expect(got[1]?.previous).toEqual(first)
    expect(got[2]?.previous).toEqual(second)
  })

  it('waits for a revision that has not come yet', async () => {
    const { revision } = await c.store().create(keyOf('a'), pizza('a'))
    const events = take(c.store().watch(pizzas, revision + 1, c.signal()), 1)
    await c.store().create(keyOf('b'), pizza('b'))
    await c.store().create(keyOf('c'), pizza('c'))
    expect(brief(await events)).toEqual(['create c'])
  })

  it('is refused below the oldest known revision', async () => {
    const store = await c.reopen(10)
    const first = await store.create(keyOf('a'), pizza('a'))
    for (let i = 0; i < 40; i++) await store.create(keyOf(`b${i}`), pizza(`b${i}`))
    const oldest = await store.oldestRevision()
    expect(oldest).toBeGreaterThan(first.revision)
    const refusal = await take(store.watch('', first.revision, c.signal()), 1).catch((e: unknown) => e)
    expect(refusal).toBeInstanceOf(Compacted)
    expect((refusal as Compacted).oldest).toBe(oldest)
    const rest = await take(store.watch('', oldest, c.signal()), 1)
    expect(rest[0]?.stored.revision).toBe(oldest + 1)
  })

  it('ends when the signal aborts, and when the store closes', async () => {
    const from = await c.store().currentRevision()
    const aborted = take(c.store().watch('', from, c.signal()), 1)
    c.abort()
    expect(await aborted).toEqual([])
    expect(await take(c.store().watch('', from, c.signal()), 1)).toEqual([])
    const closed = take(c.store().watch('', from, new AbortController().signal), 1)
    await new Promise((resolve) => setTimeout(resolve, 5))
    await c.store().close()
    expect(await closed).toEqual([])
  })

  it('gives every reader every change once, in order, however slow the reader is', async () => {
    const from = await c.store().currentRevision()
    const total = 12_000
    const readers = [0, 1, 2].map(async (slow) => {
      const seen: number[] = []
      for await (const events of c.store().watch('', from, c.signal())) {
        for (const e of events) seen.push(e.stored.revision)
        if (seen.length >= total) break
        // The first reader sleeps through more changes than are kept for it.
        if (slow === 0 && seen.length < 10) await new Promise((resolve) => setTimeout(resolve, 1000))
      }
      return seen
    })
    let begun = 0
    const write = async () => {
      for (let i = begun++; i < total; i = begun++) await c.store().create(keyOf(`n${i}`), pizza(`n${i}`))
    }
    await Promise.all(Array.from({ length: 100 }, write))
    for (const seen of await Promise.all(readers)) {
      expect(seen.length).toBe(total)
      for (let i = 1; i < seen.length; i++) expect(seen[i]).toBeGreaterThan(seen[i - 1] ?? 0)
    }
  })
}
