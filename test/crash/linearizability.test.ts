import { describe, expect, test } from 'vitest'
import { type Answer, firstUnexplained, type Operation } from './linearizability.js'

const found = (value: string, revision: number): Answer => ({ result: 'found', value, revision })
const done = (revision: number): Answer => ({ result: 'done', revision })
const absent: Answer = { result: 'absent' }
const refused: Answer = { result: 'refused' }
const lost: Answer = { result: 'lost' }

type Times = readonly [began: number, ended: number]
const read = ([began, ended]: Times, answer: Answer): Operation => ({ kind: 'read', answer, began, ended })
const create = ([began, ended]: Times, value: string, answer: Answer): Operation => {
  return { kind: 'create', value, answer, began, ended }
}
const swap = ([began, ended]: Times, expected: string, value: string, answer: Answer): Operation => {
  return { kind: 'swap', expected, value, answer, began, ended }
}
const remove = ([began, ended]: Times, expected: string, answer: Answer): Operation => {
  return { kind: 'delete', expected, answer, began, ended }
}

/** There from moment 1 on. */
const a = create([0, 1], 'a', done(5))

describe('histories that an order explains', () => {
  test.each<[string, Operation[]]>([
    ['nothing', []],
    ['one after the other', [read([0, 1], absent), create([2, 3], 'a', done(5)), read([4, 5], found('a', 5))]],
    ['a read during a write, before it', [a, swap([2, 9], 'a', 'b', done(6)), read([3, 4], found('a', 5))]],
    ['and after it', [a, swap([2, 9], 'a', 'b', done(6)), read([3, 4], found('b', 6))]],
    ['two that want the same, one refused', [a, swap([2, 9], 'a', 'b', done(6)), swap([3, 8], 'a', 'c', refused)]],
    ['refused before the other was answered', [a, swap([2, 9], 'a', 'b', done(6)), swap([3, 4], 'a', 'c', refused)]],
    ['deleted and made again', [a, remove([2, 3], 'a', done(7)), create([4, 5], 'b', done(8))]],
    ['deleted, and not told when', [a, remove([2, 3], 'a', done(0)), create([4, 5], 'b', done(8))]],
    ['a create refused', [a, create([2, 3], 'b', refused)]],
    ['a swap of what is not there', [a, remove([2, 3], 'a', done(7)), swap([4, 5], 'a', 'b', absent)]],
    ['unanswered and not done', [a, swap([2, 9], 'a', 'b', lost), read([10, 11], found('a', 5))]],
    ['unanswered and done', [a, swap([2, 9], 'a', 'b', lost), read([10, 11], found('b', 6))]],
    [
      'unanswered, built upon',
      [a, swap([2, 9], 'a', 'b', lost), swap([3, 4], 'b', 'c', done(7)), read([10, 11], found('c', 7))],
    ],
    [
      'three at once in the one order their revisions tell',
      [
        a,
        swap([2, 9], 'c', 'd', done(8)),
        swap([2, 9], 'b', 'c', done(7)),
        swap([2, 9], 'a', 'b', done(6)),
        read([10, 11], found('d', 8)),
      ],
    ],
  ])('%s', (_, operations) => expect(firstUnexplained(operations)).toBeUndefined())
})

describe('histories that none explains', () => {
  const b = swap([2, 3], 'a', 'b', lost)
  test.each<[string, Operation[], number]>([
    ['a stale read', [a, swap([2, 3], 'a', 'b', done(6)), read([4, 5], found('a', 5))], 2],
    [
      'a read that goes back',
      [a, swap([2, 9], 'a', 'b', done(6)), read([3, 4], found('b', 6)), read([5, 6], found('a', 5))],
      3,
    ],
    ['a lost update', [a, swap([2, 8], 'a', 'b', done(6)), swap([2, 9], 'a', 'c', done(7))], 2],
    ['a write that is gone', [a, read([2, 3], absent)], 1],
    ['a value nobody wrote', [a, read([2, 3], found('z', 6))], 1],
    ['a value before it was written', [read([0, 1], found('a', 5)), create([2, 3], 'a', done(5))], 0],
    ['refused for no reason', [a, swap([2, 3], 'a', 'b', refused)], 1],
    ['made twice', [a, create([2, 3], 'b', done(6))], 1],
    ['deleted and there again', [a, remove([2, 3], 'a', done(6)), read([4, 5], found('a', 5))], 2],
    ['made again at a revision too old', [a, remove([2, 3], 'a', done(0)), create([4, 5], 'b', done(6))], 2],
    ['unanswered, done and undone', [a, b, read([4, 5], found('b', 6)), read([6, 7], found('a', 5))], 3],
    ['unanswered, done when it was too late', [a, b, read([4, 5], found('a', 5)), read([6, 7], found('b', 6))], 3],
    ['a revision used twice', [a, swap([2, 3], 'a', 'b', done(5))], 1],
    ['a revision that goes back', [a, swap([2, 3], 'a', 'b', done(4))], 1],
    ['one state at two revisions', [a, read([2, 3], found('a', 6))], 1],
  ])('%s', (_, operations, wrong) => expect(firstUnexplained(operations)).toBe(operations[wrong]))
})

test('eight at a time, for thousands of operations', () => {
  const operations: Operation[] = [create([0, 1], 'v0', done(1))]
  for (let n = 1; n < 500; n++) {
    const times: Times = [n * 8 - 6, n * 8 + 5]
    operations.push(swap(times, `v${n - 1}`, `v${n}`, done(n + 1)))
    for (let other = 0; other < 7; other++) {
      operations.push(other % 2 === 0 ? swap(times, 'old', `x${n}`, refused) : read(times, found(`v${n}`, n + 1)))
    }
  }
  expect(firstUnexplained(operations)).toBeUndefined()
  operations.push(read([8_000, 8_001], found('v498', 499)))
  expect(firstUnexplained(operations)).toBe(operations.at(-1))
})
