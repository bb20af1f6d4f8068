import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { KubeObject } from '../../src/meta/object.js'
import { decodeStored } from '../../src/store/encode.js'
import { storeKey } from '../../src/store/keys.js'
import {
  Compacted,
  KeyExists,
  RevisionMismatch,
  type Store,
  type StoreEvent,
  StoreUnavailable,
} from '../../src/store/store.js'

/** What a backend under test is made with. */
export interface StoreUnderTest {
  /** An empty store; `historyLimit`: after that many changes the oldest may no longer be watched from. */
  open(options: { historyLimit?: number }): Promise<Store>
  /** Removes what open() left behind. */
  cleanUp?(): Promise<void>
}

const pizzas = 'restaurant.wukong.com/pizzas/'

function pizza(name: string, spec: Record<string, unknown> = {}, namespace = 'default'): KubeObject {
  return {
    apiVersion: 'restaurant.wukong.com/v1beta1',
    kind: 'Pizza',
    metadata: { name, namespace, uid: `uid-${name}` },
    spec,
  }
}

const keyOf = (name: string, namespace = 'default') => storeKey('restaurant.wukong.com', 'pizzas', namespace, name)

/** Reads a watch until `count` events came or it ends. */
async function take(watch: AsyncIterable<StoreEvent[]>, count: number): Promise<StoreEvent[]> {
  const events: StoreEvent[] = []
  for await (const batch of watch) {
    events.push(...batch)
    if (events.length >= count) break
  }
  return events
}

const brief = (events: readonly StoreEvent[]) => events.map((e) => `${e.type} ${e.stored.key.split('/').at(-1)}`)

/** The contract of store.ts, for every backend. */
export function conformance(name: string, underTest: StoreUnderTest): void {
  describe(`${name}: contract`, () => {
    let store: Store
    let abort: AbortController
    beforeEach(async () => {
      store = await underTest.open({})
      abort = new AbortController()
    })
    afterEach(async () => {
      abort.abort()
      await store.close()
      await underTest.cleanUp?.()
    })
    const context: Context = {
      store: () => store,
      reopen: async (historyLimit) => {
        await store.close()
        await underTest.cleanUp?.()
        store = await underTest.open({ historyLimit })
        return store
      },
      signal: () => abort.signal,
      abort: () => abort.abort(),
    }
    writes(context)
    reads(context)
    watches(context)
    concurrency(context)
  })
}

interface Context {
  store(): Store
  reopen(historyLimit: number): Promise<Store>
  signal(): AbortSignal
  abort(): void
}

function writes(c: Context): void {
  it('creates, and refuses a key that exists', async () => {
    const stored = await c.store().create(keyOf('a'), pizza('a', { size: 1 }))
    expect(stored.key).toBe('restaurant.wukong.com/pizzas/default/a')
    expect(decodeStored(stored).metadata.resourceVersion).toBe(String(stored.revision))
    expect(await c.store().get(keyOf('a'))).toEqual(stored)
    const refusal = await c
      .store()
      .create(keyOf('a'), pizza('a'))
      .catch((e: unknown) => e)
    expect(refusal).toBeInstanceOf(KeyExists)
    expect((refusal as KeyExists).current).toEqual(stored)
  })

  it('does not change or keep the object it is given', async () => {
    const object = pizza('a', { size: 1 })
    await c.store().create(keyOf('a'), object)
    expect(object.metadata.resourceVersion).toBeUndefined()
    object.spec = { size: 2 }
    const got = await c.store().get(keyOf('a'))
    expect(got && decodeStored(got).spec).toEqual({ size: 1 })
  })

  it('updates at the expected revision only', async () => {
    const first = await c.store().create(keyOf('a'), pizza('a', { size: 1 }))
    const second = await c.store().update(keyOf('a'), pizza('a', { size: 2 }), first.revision)
    expect(second.revision).toBeGreaterThan(first.revision)
    const refusal = await c
      .store()
      .update(keyOf('a'), pizza('a', { size: 3 }), first.revision)
      .catch((e: unknown) => e)
    expect(refusal).toBeInstanceOf(RevisionMismatch)
    expect((refusal as RevisionMismatch).current).toEqual(second)
    const absent = await c
      .store()
      .update(keyOf('b'), pizza('b'), first.revision)
      .catch((e: unknown) => e)
    expect(absent).toBeInstanceOf(RevisionMismatch)
    expect((absent as RevisionMismatch).current).toBeUndefined()
  })

  it('deletes at the expected revision only, and answers with the last state at the revision of the deletion', async () => {
    const first = await c.store().create(keyOf('a'), pizza('a', { size: 1 }))
    await expect(c.store().delete(keyOf('a'), first.revision + 1)).rejects.toBeInstanceOf(RevisionMismatch)
    const gone = await c.store().delete(keyOf('a'), first.revision)
    expect(gone.revision).toBeGreaterThan(first.revision)
    expect(decodeStored(gone)).toMatchObject({
      metadata: { resourceVersion: String(gone.revision), uid: 'uid-a' },
      spec: { size: 1 },
    })
    expect(await c.store().get(keyOf('a'))).toBeUndefined()
    await expect(c.store().delete(keyOf('a'), gone.revision)).rejects.toBeInstanceOf(RevisionMismatch)
    const again = await c.store().create(keyOf('a'), pizza('a'))
    expect(again.revision).toBeGreaterThan(gone.revision)
  })

  it('puts a given last state into the deletion', async () => {
    const first = await c.store().create(keyOf('a'), pizza('a', { size: 1 }))
    const gone = await c.store().delete(keyOf('a'), first.revision, pizza('a', { size: 9 }))
    expect(decodeStored(gone)).toMatchObject({
      metadata: { resourceVersion: String(gone.revision) },
      spec: { size: 9 },
    })
  })

  it('counts one sequence of revisions for all keys, above 1', async () => {
    const revisions: number[] = []
    for (const name of ['b', 'a', 'c']) {
      revisions.push((await c.store().create(keyOf(name), pizza(name))).revision)
      revisions.push(
        (await c.store().create(`core/namespaces/${name}`, { ...pizza(name), kind: 'Namespace' })).revision,
      )
    }
    expect(revisions).toEqual([...revisions].sort((x, y) => x - y))
    expect(new Set(revisions).size).toBe(6)
    expect(revisions[0]).toBeGreaterThan(1)
    expect(await c.store().currentRevision()).toBe(revisions.at(-1))
  })

  it('asks the guard last, and writes nothing when it refuses', async () => {
    const refuse = () => {
      throw new Error('namespace is terminating')
    }
    await expect(c.store().create(keyOf('a'), pizza('a'), refuse)).rejects.toThrow('namespace is terminating')
    expect(await c.store().get(keyOf('a'))).toBeUndefined()
    const first = await c.store().create(keyOf('a'), pizza('a'), () => {})
    await expect(c.store().update(keyOf('a'), pizza('a'), first.revision, refuse)).rejects.toThrow('terminating')
    await expect(c.store().update(keyOf('a'), pizza('a'), 1, refuse)).rejects.toBeInstanceOf(RevisionMismatch)
    expect((await c.store().get(keyOf('a')))?.revision).toBe(first.revision)
  })

  it('keeps integers beyond 2^53 and names that are not plain', async () => {
    const object = pizza('a', { big: 9007199254740993n, negative: -9223372036854775808n, small: 7 })
    object.metadata.annotations = { __proto__x: 'ü€😀', 'a/b': '"\\\u0000\u2028' }
    await c.store().create(keyOf('system:Röle'), object)
    const got = await c.store().get(keyOf('system:Röle'))
    expect(got && decodeStored(got)).toMatchObject({
      spec: { big: 9007199254740993n, negative: -9223372036854775808n, small: 7 },
      metadata: { annotations: object.metadata.annotations },
    })
  })

  it('refuses writes once closed', async () => {
    await c.store().close()
    await expect(c.store().create(keyOf('a'), pizza('a'))).rejects.toBeInstanceOf(StoreUnavailable)
  })
}

function reads(c: Context): void {
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

function watches(c: Context): void {
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
    const writes: Promise<unknown>[] = []
    for (let i = 0; i < total; i++) writes.push(c.store().create(keyOf(`n${i}`), pizza(`n${i}`)))
    await Promise.all(writes)
    for (const seen of await Promise.all(readers)) {
      expect(seen.length).toBe(total)
      for (let i = 1; i < seen.length; i++) expect(seen[i]).toBeGreaterThan(seen[i - 1] ?? 0)
    }
  })
}

function concurrency(c: Context): void {
  it('lets one of many concurrent writers win', async () => {
    const creates = await Promise.allSettled(
      Array.from({ length: 20 }, (_, i) => c.store().create(keyOf('a'), pizza('a', { by: i }))),
    )
    expect(creates.filter((r) => r.status === 'fulfilled')).toHaveLength(1)
    for (const r of creates) if (r.status === 'rejected') expect(r.reason).toBeInstanceOf(KeyExists)
  })

  it('loses no increment of a counter', async () => {
    let stored = await c.store().create(keyOf('a'), pizza('a', { count: 0 }))
    const writer = async (): Promise<void> => {
      for (let done = 0; done < 25; ) {
        const current = await c.store().get(keyOf('a'))
        if (!current) throw new Error('the counter is gone')
        const { count } = decodeStored(current).spec as { count: number }
        try {
          await c.store().update(keyOf('a'), pizza('a', { count: count + 1 }), current.revision)
          done++
        } catch (e) {
          if (!(e instanceof RevisionMismatch)) throw e
        }
      }
    }
    await Promise.all(Array.from({ length: 8 }, writer))
    stored = (await c.store().get(keyOf('a'))) ?? stored
    expect(decodeStored(stored).spec).toEqual({ count: 200 })
  })

  it('shows a write to every read that starts after its answer', async () => {
    for (let i = 0; i < 20; i++) {
      const stored = await c.store().create(keyOf(`n${i}`), pizza(`n${i}`))
      const listed = await c.store().list(pizzas)
      expect(listed.items.some((s) => s.revision === stored.revision)).toBe(true)
      expect(listed.revision).toBeGreaterThanOrEqual(stored.revision)
    }
  })
}
