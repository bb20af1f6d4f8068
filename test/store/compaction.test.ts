import { expect, it } from 'vitest'
import { Compaction } from '../../src/store/file/compaction.js'
import { Image } from '../../src/store/file/image.js'
import type { StoreEvent } from '../../src/store/store.js'

it('moves what is in use out of slabs that few objects are left in, and changes no byte', async () => {
  const image = new Image(0)
  const history: StoreEvent[] = []
  const text = (n: number) => `{"n":${n},"padding":"${'x'.repeat(900)}"}`
  const keyOf = (n: number) => `a/b/c/${n}`
  for (let n = 0; n < 10_000; n++) {
    const stored = { key: keyOf(n), revision: n + 1, json: image.slabs.copy(Buffer.from(text(n))) }
    image.objects.set(stored.key, stored)
  }
  // One in ten stays; of the others one in ten is still in the history.
  for (let n = 0; n < 10_000; n++) {
    const previous = image.get(keyOf(n))
    if (!previous || n % 10 === 0) continue
    image.objects.delete(previous.key)
    const stored = { ...previous, revision: 10_000 + n, json: image.slabs.copy(previous.json) }
    if (n % 10 === 1) history.push({ type: 'delete', stored, previous })
  }
  const kept = () => [
    ...[...image.objects.below('')].map(([, stored]) => stored),
    ...history.flatMap(({ stored, previous }) => [stored, previous ?? stored]),
  ]
  const slabs = () => new Set(kept().map(({ json }) => json.buffer)).size
  expect(slabs()).toBeGreaterThan(15)
  await new Compaction(image, () => history).run()
  // 3,000 states of less than a kilobyte, in slabs of a megabyte; the last one that was there is never moved out of.
  expect(slabs()).toBeLessThan(6)
  expect(kept()).toHaveLength(3_000)
  for (const { key, json } of kept()) expect(json.toString()).toBe(text(Number(key.split('/')[3])))
})
