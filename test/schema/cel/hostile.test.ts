import { describe, expect, it } from 'vitest'
import { formatFieldError } from '../../../src/meta/field-error.js'
import { checkRules } from '../../../src/schema/cel/check-rules.js'
import { compileRules } from '../../../src/schema/cel/compile-rules.js'
import { validateRules } from '../../../src/schema/cel/validate-rules.js'
import type { Schema } from '../../../src/schema/schema.js'

const integers = { type: 'array', items: { type: 'integer' } } as const
const properties: Record<string, Schema> = {
  few: integers,
  many: integers,
  text: { type: 'string' },
  map: { type: 'object', additionalProperties: { type: 'string' } },
  set: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
  any: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
}
const numbers = (count: number) => Array.from({ length: count }, (_, i) => i)
const object = {
  few: numbers(2000),
  many: numbers(100_000),
  text: 'x'.repeat(100_000),
  map: Object.fromEntries(numbers(20_000).map((i) => [`k${i}`, 'v'])),
  set: numbers(20_000).map(String),
  any: { list: numbers(50_000) },
}

function run(rules: readonly string[]): string[] {
  const schema: Schema = { type: 'object', properties, 'x-kubernetes-validations': rules.map((rule) => ({ rule })) }
  const compiled = compileRules(schema)
  return compiled ? validateRules(compiled, object).map(formatFieldError) : []
}

const exceeded = /operation cancelled: actual cost limit exceeded': no further validation rules will be run/

/** They would take minutes, or all memory, if nothing ended them: that the tests end is what they show. */
describe('rules that could block the server', () => {
  it.each([
    'self.few.all(a, self.few.all(b, self.few.all(c, a + b + c >= 0)))',
    'self.few.map(a, self.few.map(b, [a, b])).size() > 0',
    'self.few.map(a, self.many).flatten().size() > 0',
    'self.few.map(a, self.few).map(x, x + x).map(x, x + x).map(x, x + x).size() > 0',
    "self.few.map(x, self.text + string(x)).join('').size() > 0",
    'self.few.all(x, self.text.size() > 0)',
    "self.few.all(x, !self.text.matches('(.*)(.*)(.*)[^x]'))",
    'self.few.all(x, self.many == self.many)',
    'self.few.all(x, self.map == self.map)',
    'self.few.all(x, self.set == self.set)',
    'self.few.all(x, self.any == self.any)',
    "self.few.all(x, '%s'.format([self.many]) != '')",
    'self.many.all(x, 1 / (x - x) > 0 && 1 / (x - x) > 0 && 1 / (x - x) > 0)',
    'lists.range(9223372036854775807).size() > 0',
  ])('%s', (rule) => expect(run([rule])).toEqual([expect.stringMatching(exceeded)]))

  it.each(['self.text.replace("x", self.text).size() > 0', 'self.text.replace("", self.text).size() > 0'])(
    '%s',
    (rule) => expect(run([rule])).toHaveLength(1),
  )

  it('ends all of an object when its budget is spent, though each rule is within its own', () => {
    const rule = 'self.many.all(a, a >= 0)'
    const errors = run(Array.from({ length: 40 }, () => rule))
    const why = 'validation failed due to running out of cost budget, no further validation rules will be run'
    expect(errors).toEqual([`<nil>: Invalid value: "object": ${why}`])
  })
})

/** A source is checked in time that goes with its length, whatever it is. */
describe('sources that could block the server', () => {
  it.each([
    ['expression is too complex', `optional.of(1)${'.optMap(x, x)'.repeat(30)}.hasValue()`],
    ['max recursion depth exceeded', `1${'+1'.repeat(40_000)} == 1`],
    ['expression recursion limit exceeded: 250', '('.repeat(50_000)],
    ['expression code point size exceeds limit: size: 100001, limit 100000', 'a'.repeat(100_001)],
    ['more errors were truncated', '$'.repeat(50_000)],
    ['mismatched input', '"'.repeat(50_000)],
    ['more errors were truncated', '+ '.repeat(40_000)],
  ])('%s', (why, rule) => {
    const errors = checkRules({ type: 'object', properties, 'x-kubernetes-validations': [{ rule }] }, 'schema')
    expect(errors.map(formatFieldError)).toEqual([expect.stringContaining(why)])
  })

  it.each([
    `true${'&&true'.repeat(10_000)}`,
    `[${'1,'.repeat(20_000)}1].size() > 0`,
    `${'!'.repeat(50_000)}true`,
    `"${'a'.repeat(50_000)}".size() > 0`,
  ])('long, and right', (rule) => {
    expect(checkRules({ type: 'object', properties, 'x-kubernetes-validations': [{ rule }] }, 'schema')).toEqual([])
  })
})
