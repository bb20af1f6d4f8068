import { describe, expect, it } from 'vitest'
import { fieldManagerOf } from '../../src/registry/field-manager.js'

describe('the field manager', () => {
  it.each<[string | undefined, string | undefined, string]>([
    ['helm', 'kubectl/v1.30', 'helm'],
    [undefined, 'kubectl/v1.30 (linux/amd64)', 'kubectl'],
    ['', 'Mozilla 5.0', 'Mozilla 5.0'],
    [undefined, undefined, ''],
    [undefined, '/x', ''],
    [undefined, 'a\u0007b\tc', 'abc'],
    [undefined, 'ü'.repeat(100), 'ü'.repeat(64)],
  ])('%j with the user agent %j is %j', (option, userAgent, expected) => {
    expect(fieldManagerOf(option, userAgent)).toBe(expected)
  })
})
