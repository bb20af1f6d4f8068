import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type FieldPath,
  fieldElement,
  formatPath,
  keyElement,
  type PathElement,
  valueElement,
} from '../../src/apply/field-path.js'
import {
  difference,
  differenceBelow,
  type FieldSet,
  fieldPaths,
  fieldSet,
  hasField,
  intersection,
  isEmptySet,
  union,
} from '../../src/apply/field-set.js'
import { FieldsV1Error, parseFieldsV1 } from '../../src/apply/fields-v1.js'

const scalar = fc.oneof(
  fc.constantFrom('x', 'a<b', 'ü', '"', ''),
  fc.constantFrom(1, 80, 443, 8080, 1.5, -1),
  fc.boolean(),
)
const name = fc.constantFrom('a', 'b', 'spec', '__proto__', 'constructor', '.', '', 'f:x')
const element: fc.Arbitrary<PathElement> = fc.oneof(
  { weight: 4, arbitrary: name.map(fieldElement) },
  fc
    .array(fc.tuple(fc.constantFrom('name', 'port', 'protocol'), scalar), { minLength: 1, maxLength: 3 })
    .map((keys) => keyElement([...new Map(keys)])),
  scalar.map(valueElement),
  fc.nat(20).map((i) => `i:${i}`),
)
const path: fc.Arbitrary<FieldPath> = fc.array(element, { minLength: 1, maxLength: 4 })
const paths = fc.array(path, { maxLength: 12 })

const texts = (set: FieldSet) => [...fieldPaths(set)].map((p) => JSON.stringify(p)).sort()
const model = (all: readonly FieldPath[]) => [...new Set(all.map((p) => JSON.stringify(p)))].sort()

describe('a set of fields', () => {
  it('has the fields that were put in, and is FieldsV1 as it stands', () => {
    fc.assert(
      fc.property(paths, (all) => {
        const set = fieldSet(...all)
        expect(texts(set)).toEqual(model(all))
        for (const one of all) expect(hasField(set, one)).toBe(true)
        expect(isEmptySet(set)).toBe(all.length === 0)
        const read = parseFieldsV1(JSON.parse(JSON.stringify(set)))
        expect(JSON.stringify(read)).toBe(JSON.stringify(set))
      }),
    )
  })

  it('does not depend on the order of what is put in', () => {
    fc.assert(
      fc.property(paths, (all) => {
        expect(JSON.stringify(fieldSet(...[...all].reverse()))).toBe(JSON.stringify(fieldSet(...all)))
      }),
    )
  })

  it('knows union, intersection and differences', () => {
    fc.assert(
      fc.property(paths, paths, (left, right) => {
        const [a, b] = [fieldSet(...left), fieldSet(...right)]
        const before = JSON.stringify([a, b])
        const same = (set: FieldSet, expected: readonly FieldPath[]) => {
          expect(texts(set)).toEqual(model(expected))
          expect(JSON.stringify(set)).toBe(JSON.stringify(fieldSet(...expected)))
        }
        same(union(a, b), [...left, ...right])
        same(
          intersection(a, b),
          left.filter((p) => hasField(b, p)),
        )
        same(
          difference(a, b),
          left.filter((p) => !hasField(b, p)),
        )
        same(
          differenceBelow(a, b),
          left.filter((p) => !p.some((_, i) => hasField(b, p.slice(0, i + 1)))),
        )
        expect(JSON.stringify([a, b])).toBe(before)
      }),
    )
  })

  it('is the same object when an operation changes nothing', () => {
    const set = fieldSet(['f:spec', 'f:a'], ['f:spec', 'f:b'])
    expect(union(set, fieldSet(['f:spec', 'f:a']))).toBe(set)
    expect(difference(set, fieldSet(['f:spec'], ['f:other', 'f:a']))).toBe(set)
    expect(differenceBelow(set, fieldSet(['f:spec', 'f:c']))).toBe(set)
  })

  it('stands in upstream’s order', () => {
    const all = [
      'i:10',
      'i:2',
      'v:"b"',
      'v:"a"',
      'v:10',
      'v:9',
      'k:{"port":443}',
      'k:{"port":80}',
      'k:{"name":"x"}',
      'f:b',
      'f:B',
    ]
    const set = fieldSet(['f:x'], ...all.map((one) => ['f:x', one]))
    expect(Object.keys(set['f:x'] ?? {})).toEqual([
      ...['.', 'f:B', 'f:b', 'k:{"name":"x"}', 'k:{"port":80}', 'k:{"port":443}'],
      ...['v:9', 'v:10', 'v:"a"', 'v:"b"', 'i:2', 'i:10'],
    ])
  })

  it('shows paths as upstream does', () => {
    const shown = formatPath([
      ...['f:spec', keyElement([['protocol', 'TCP'] as const, ['port', 80] as const])],
      ...['v:"a"', 'v:1.5', 'v:true', 'i:3', 'f:a.b'],
    ])
    expect(shown).toBe('.spec[port=80,protocol="TCP"][="a"][=1.5][=true][3].a.b')
  })
})

describe('FieldsV1 from outside', () => {
  it.each<[string, string]>([
    ['{"f:a":{"k:{\\"b\\": 1, \\"a\\":\\"x\\"}":{}}}', '{"f:a":{"k:{\\"a\\":\\"x\\",\\"b\\":1}":{}}}'],
    ['{"f:b":{},"f:a":{}}', '{"f:a":{},"f:b":{}}'],
    ['{"f:a":{".":{}}}', '{"f:a":{}}'],
    ['{"f:a":{"f:b":{},".":{}}}', '{"f:a":{".":{},"f:b":{}}}'],
    ['{"f:a":{"x:new":{}},"q:y":{"bad":{}}}', '{"f:a":{}}'],
    ['{"f:a":{"v:1.0":{},"v:1":{".":{}}}}', '{"f:a":{"v:1":{}}}'],
    ['{"f:a":{"v:12345678901234567891":{}}}', '{"f:a":{"v:12345678901234567891":{}}}'],
    [
      '{"f:a":{"k:{\\"n\\":\\"1234567890123456789\\",\\"m\\":1234567890123456789}":{}}}',
      '{"f:a":{"k:{\\"m\\":1234567890123456789,\\"n\\":\\"1234567890123456789\\"}":{}}}',
    ],
    ['{"f:a":{"v:\\"<b>\\"":{}}}', '{"f:a":{"v:\\"\\\\u003cb\\\\u003e\\"":{}}}'],
    ['{"f:a":null}', '{"f:a":{}}'],
    ['{".":{}}', '{}'],
    ['null', '{}'],
  ])('%s is read as %s', (text, expected) => {
    expect(JSON.stringify(parseFieldsV1(JSON.parse(text)))).toBe(expected)
  })

  it.each([
    '[]',
    '"x"',
    '{"f:a":1}',
    '{"":{}}',
    '{"fa":{}}',
    '{"__proto__":{}}',
    '{"v:x":{}}',
    '{"k:[]":{}}',
    '{"i:x":{}}',
  ])('%s is refused', (text) => {
    expect(() => parseFieldsV1(JSON.parse(text))).toThrow(FieldsV1Error)
  })
})
