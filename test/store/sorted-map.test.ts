import fc from 'fast-check'
import { expect, it } from 'vitest'
import { compareBytewise } from '../../src/store/key-order.js'
import { SortedMap } from '../../src/store/sorted-map.js'

const bytewise = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b))
const key = fc.string({ unit: 'grapheme', maxLength: 4 })

it('compares as the UTF-8 bytes do', () => {
  fc.assert(
    fc.property(key, key, (a, b) => {
      expect(Math.sign(compareBytewise(a, b))).toBe(Math.sign(bytewise(a, b)))
    }),
  )
})

it('is a map with its keys in order', () => {
  const steps = fc.array(fc.tuple(key, fc.boolean()), { maxLength: 60 })
  fc.assert(
    fc.property(steps, key, key, (operations, prefix, start) => {
      const [map, model] = [new SortedMap<number>(), new Map<string, number>()]
      for (const [i, [k, adds]] of operations.entries()) {
        if (adds) map.set(k, i)
        else expect(map.delete(k)).toBe(model.has(k))
        if (adds) model.set(k, i)
        else model.delete(k)
      }
      const sorted = [...model].sort(([a], [b]) => bytewise(a, b))
      expect([...map.below('')]).toEqual(sorted)
      const below = sorted.filter(([k]) => k.startsWith(prefix) && bytewise(k, start) >= 0)
      expect([...map.below(prefix, start)]).toEqual(below)
      expect(map.keysAfter(start, 3)).toEqual(
        sorted
          .filter(([k]) => bytewise(k, start) > 0)
          .slice(0, 3)
          .map(([k]) => k),
      )
    }),
  )
})

it('stays in order with many more keys than a bucket holds', () => {
  const map = new SortedMap<number>()
  for (let i = 0; i < 20_000; i++) map.set(`k${(i * 7919) % 20_011}`, i)
  for (let i = 0; i < 20_000; i += 2) map.delete(`k${(i * 7919) % 20_011}`)
  const keys = [...map.below('')].map(([k]) => k)
  expect(keys).toHaveLength(10_000)
  expect(keys).toEqual([...keys].sort(bytewise))
})
