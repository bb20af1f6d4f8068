import { expect, it } from 'vitest'
import { History } from '../../src/store/history.js'
import type { Stored, StoreEvent } from '../../src/store/store.js'

const minute = 60_000
const state = (revision: number): Stored => ({ key: 'a/b/c', revision, json: Buffer.alloc(1_000) })
const change = (type: StoreEvent['type'], revision: number, before?: Stored): StoreEvent => ({
  type,
  stored: state(revision),
  previous: before,
})

it('counts the bytes that are kept for the past alone', () => {
  const limits = { count: 10, milliseconds: 5 * minute, bytes: 100_000 }
  const created = new History(0, limits)
  for (let n = 1; n <= 300; n++) created.append(change('create', n))
  expect(created.oldest, 'of what is created the object has the bytes').toBe(0)

  const updated = new History(0, limits)
  for (let n = 1; n <= 300; n++) updated.append(change('update', n, state(n - 1)))
  expect(300 - updated.oldest, 'each keeps what was before it, and a little of its own').toBe(79)

  const deleted = new History(0, limits)
  for (let n = 1; n <= 300; n++) deleted.append(change('delete', n, state(n - 1)))
  expect(300 - deleted.oldest, 'a deletion keeps the last state too').toBe(44)
})

it('goes by how long ago a change happened, also of those read after a restart', () => {
  const history = new History(0, { count: 10, milliseconds: 5 * minute, bytes: 100_000 }, () => 0)
  for (let n = 1; n <= 20; n++) history.append(change('create', n), 6 * minute)
  expect(history.oldest, 'the last ones are kept however old they are').toBe(10)
  for (let n = 21; n <= 40; n++) history.append(change('create', n), minute)
  expect(history.oldest, 'younger ones all are').toBe(20)
  expect(history.since(20).map((event) => event.stored.revision)).toEqual(Array.from({ length: 20 }, (_, i) => 21 + i))
})
