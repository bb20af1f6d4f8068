import { describe, expect, it } from 'vitest'
import { applyMergePatch } from '../../src/apply/merge-patch.js'

describe('a merge patch', () => {
  it.each<[unknown, unknown, unknown]>([
    // The table of RFC 7386, appendix A.
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [
      ['a', 'b'],
      ['c', 'd'],
      ['c', 'd'],
    ],
    [{ a: 'b' }, ['c'], ['c']],
    [{ a: 'foo' }, null, null],
    [{ a: 'foo' }, 'bar', 'bar'],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: 'b', c: null }, { a: 'b' }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
    [{ a: 1 }, {}, { a: 1 }],
  ])('%j with %j is %j', (target, patch, expected) => {
    const before = structuredClone({ target, patch })
    expect(applyMergePatch(target, patch)).toEqual(expected)
    expect({ target, patch }).toEqual(before)
  })

  it('takes long integers and any key', () => {
    const merged = applyMergePatch({ a: 1n }, JSON.parse('{"__proto__":{"x":1},"constructor":{"y":null}}'))
    expect(Object.keys(merged as object)).toEqual(['a', '__proto__', 'constructor'])
    expect(Object.getPrototypeOf(merged)).toBe(Object.prototype)
  })
})
