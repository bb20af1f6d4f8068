import { expect, it } from 'vitest'
import { decodeStored } from '../../../src/store/encode.js'
import { KeyExists, RevisionMismatch, StoreUnavailable } from '../../../src/store/store.js'
import { type Context, keyOf, pizza, pizzas } from './context.js'

export function writes(c: Context): void {
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

export function concurrency(c: Context): void {
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
