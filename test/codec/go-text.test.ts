import { expect, it } from 'vitest'
import { formatGoNumber, showGo } from '../../src/codec/go-text.js'
import { quoteGo } from '../../src/meta/go-quote.js'

it.each([
  ['', '""'],
  ['it\'s "x" \\', '"it\'s \\"x\\" \\\\"'],
  ['\n\t\x07\x00\x7f', '"\\n\\t\\a\\x00\\x7f"'],
  ['é😀 <&>', '"é😀 <&>"'],
  ['\u0085\u00a0\u2028\u200b\ufeff\u{e0001}', '"\\u0085\\u00a0\\u2028\\u200b\\ufeff\\U000e0001"'],
  ['\ud800', '"\ufffd"'],
])('quotes %j as Go does', (text, quoted) => expect(quoteGo(text)).toBe(quoted))

it.each<[number | bigint, string]>([
  [0, '0'],
  [11, '11'],
  [3000000, '3000000'],
  [9007199254740993n, '9007199254740993'],
  [2 ** 63, '9.223372036854776e+18'],
  [0.5, '0.5'],
  [123456.5, '123456.5'],
  [1234567.5, '1.2345675e+06'],
  [0.0001, '0.0001'],
  [0.00001, '1e-05'],
  [1e-12, '1e-12'],
  [-1e100, '-1e+100'],
])('prints %s as Go does', (number, text) => expect(formatGoNumber(number)).toBe(text))

it.each<[unknown, string]>([
  ['x', '"x"'],
  [true, 'true'],
  [null, 'null'],
  [undefined, 'null'],
  [{ b: 1n, a: [{ d: '<', c: null }] }, '{"a":[{"c":null,"d":"\\u003c"}],"b":1}'],
])('shows %o in an error', (value, text) => expect(showGo(value)).toBe(text))
