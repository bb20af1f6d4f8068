import { describe, expect, it } from 'vitest'
import { formatFieldError } from '../../src/meta/field-error.js'
import {
  formatSelector,
  isEmptySelector,
  type SelectorObject,
  selectorMatches,
  validateSelector,
} from '../../src/meta/selector-object.js'

const whole: SelectorObject = {
  matchLabels: { c: 'd' },
  matchExpressions: [
    { key: 'b', operator: 'In', values: ['y', 'x'] },
    { key: 'a', operator: 'Exists' },
    { key: 'z', operator: 'DoesNotExist' },
    { key: 'e', operator: 'NotIn', values: ['f'] },
  ],
}

describe('selectors in objects', () => {
  it.each<[string, SelectorObject | undefined]>([
    ['a,b in (x,y),c=d,e notin (f),!z', whole],
    ['', {}],
    ['', undefined],
  ])('%s', (text, selector) => expect(formatSelector(selector)).toBe(text))

  it.each<[boolean, SelectorObject | undefined, Record<string, string>]>([
    [true, whole, { a: '', b: 'x', c: 'd' }],
    [false, whole, { a: '', b: 'x', c: 'd', e: 'f' }],
    [false, whole, { a: '', b: 'x', c: 'd', z: '' }],
    [false, whole, { b: 'x', c: 'd' }],
    [false, whole, { a: '', c: 'd' }],
    [true, {}, {}],
    [false, undefined, {}],
    [false, { matchLabels: { constructor: 'x' } }, {}],
  ])('%s: %j and %j', (matches, selector, labels) => expect(selectorMatches(selector, labels)).toBe(matches))

  it('may be empty', () => {
    expect(isEmptySelector({ matchLabels: {}, matchExpressions: [] })).toBe(true)
    expect(isEmptySelector(whole)).toBe(false)
  })

  it('say what is wrong with them', () => {
    const wrong: SelectorObject = {
      matchLabels: { a: 'b c' },
      matchExpressions: [
        { key: 'a', operator: 'In' },
        { key: 'a', operator: 'Exists', values: ['x'] },
        { key: '', operator: 'in' },
      ],
    }
    expect(validateSelector(whole, 's')).toEqual([])
    expect(validateSelector(wrong, 's').map((e) => formatFieldError(e).replace(/(:.*?:.*?):.*/, '$1'))).toEqual([
      's.matchLabels: Invalid value: "b c"',
      "s.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
      "s.matchExpressions[1].values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
      's.matchExpressions[2].operator: Invalid value: "in"',
      's.matchExpressions[2].key: Invalid value: ""',
      's.matchExpressions[2].key: Invalid value: ""',
    ])
  })
})
