import { describe, expect, it } from 'vitest'
import { compareQuantities, formatQuantity, parseQuantity, roundToMilli } from '../../src/meta/quantity.js'

describe('quantities', () => {
  it.each<[string, string]>([
    ['0', '0'],
    ['', 'quantities must match'],
    ['1', '1'],
    ['1000m', '1'],
    ['1500m', '1500m'],
    ['1.5', '1500m'],
    ['0.5', '500m'],
    ['.5', '500m'],
    ['5.', '5.'],
    ['+5', '+5'],
    ['-5', '-5'],
    ['-0.1', '-100m'],
    ['0001', '0001'],
    ['1000', '1k'],
    ['1234', '1234'],
    ['12e6', '12e6'],
    ['1e3', '1e3'],
    ['100e1', '1e3'],
    ['1E', '1E'],
    ['1E3', '1E3'],
    ['1024', '1024'],
    ['1Ki', '1Ki'],
    ['1024Ki', '1Mi'],
    ['1025Ki', '1025Ki'],
    ['1.5Gi', '1536Mi'],
    ['1.1Ki', '1126400m'],
    ['0.5Ki', '512'],
    ['512Ki', '512Ki'],
    ['99999999999999999999Gi', '9223372036854775807'],
    ['1234567890123456789012', '1234567890123456789012'],
    ['0.0000000001', '1n'],
    ['1e-999999999', '1e-9'],
    ['1n', '1n'],
    ['1x', 'quantities must match'],
    ['abc', 'quantities must match'],
    ['1 ', 'quantities must match'],
    ['1kk', 'unable to parse quantity'],
    ['1e', 'unable to parse quantity'],
    ['5+3', 'unable to parse quantity'],
    ['1e99999999999', 'unable to parse quantity'],
  ])('%j is %s', (text, expected) => {
    if (/^(quantities|unable)/.test(expected)) expect(() => parseQuantity(text)).toThrow(expected)
    else expect(formatQuantity(parseQuantity(text))).toBe(expected)
  })

  it.each([
    ['1u', '1m'],
    ['-1n', '-1m'],
    ['1500u', '2m'],
    ['100m', '100m'],
    ['1.0005', '1001m'],
    ['0', '0'],
  ])('%s is %s with three decimal places', (text, expected) => {
    expect(formatQuantity(roundToMilli(parseQuantity(text)))).toBe(expected)
  })

  it.each([
    ['1', '1000m', 0],
    ['1Gi', '1G', 1],
    ['500m', '1', -1],
    ['-1', '0', -1],
  ] as const)('%s against %s: %i', (a, b, order) => {
    expect(compareQuantities(parseQuantity(a), parseQuantity(b))).toBe(order)
  })

  it('take no long time over long texts', () => {
    for (const text of ['1'.repeat(1e6), `${'1'.repeat(1e6)}x`, `0.${'0'.repeat(1e6)}`, `${'E'.repeat(1e6)}`]) {
      expect(() => parseQuantity(text)).toThrow()
    }
  })
})
