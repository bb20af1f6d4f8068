import { describe, expect, it } from 'vitest'
import type { Schema } from '../../src/schema/schema.js'
import { validateSchema } from '../../src/schema/validate.js'
import { said } from './said.js'

const text: Schema = { type: 'string' }
const integer: Schema = { type: 'integer' }
const number: Schema = { type: 'number' }

/** `spec.a: Invalid value: <shown>: spec.a in body <should>`. */
function invalid(shown: string, should: string): string {
  return `spec.a: Invalid value: ${shown}: spec.a in body ${should}`
}

function wrongType(expected: string, actual: string): string {
  return invalid(`"${actual}"`, `must be of type ${expected}: "${actual}"`)
}

describe('validateSchema', () => {
  it.each<[string, Schema, unknown]>([
    ['a type', text, 'x'],
    ['an integer for a number', number, 1],
    ['a whole number for an integer', integer, 3.0],
    ['a long integer', { ...integer, format: 'int64', minimum: 0 }, 9223372036854775807n],
    ['anything where nothing is said', {}, { x: [1, null] }],
    ['null where it may be', { ...text, nullable: true }, null],
    ['either of int or string', { 'x-kubernetes-int-or-string': true }, '5%'],
    ['the length in characters', { ...text, maxLength: 2, minLength: 2 }, '😀é'],
    ['a format nobody knows', { ...text, format: 'nosuch' }, 'x'],
    ['a format of another type', { type: 'boolean', format: 'date-time' }, true],
    ['a Go pattern', { ...text, pattern: '(?i)^fo+\\z' }, 'FOO'],
    ['a multiple of a fraction', { ...number, multipleOf: 0.1 }, 0.3],
    ['a number between integers', { ...number, exclusiveMaximum: true, maximum: 10.5 }, 10.4],
    ['an integer above a limit that is cut off', { ...number, minimum: 2.5 }, 2],
    ['a number that its enum has when it is cut off', { ...number, enum: [1, 2] }, 2.5],
    ['a list where a text has a format', { ...text, format: 'date-time' }, ['x']],
    ['equal objects of an enum', { enum: [{ a: [1] }] }, { a: [1n] }],
    ['one of several', { anyOf: [{ maximum: 1 }, { minimum: 5 }] }, 7],
    ['one and only one', { oneOf: [{ maximum: 1 }, { minimum: 5 }] }, 7],
    ['what is not excluded', { not: { enum: ['x'] } }, 'y'],
  ])('takes %s', (_name, schema, value) => {
    expect(said(schema, value)).toEqual([])
  })

  it.each<[Schema, unknown, string[]]>([
    [{ type: 'boolean' }, 'x', [wrongType('boolean', 'string')]],
    [{ type: 'object' }, [1], [wrongType('object', 'array')]],
    [text, null, [wrongType('string', 'null')]],
    [integer, 'x', [wrongType('integer', 'string')]],
    [{ 'x-kubernetes-int-or-string': true }, true, [wrongType('integer,string', 'boolean')]],
    [
      integer,
      1.5,
      [
        wrongType('integer', 'number'),
        '<nil>: Invalid value: "": Checked value must be of type integer (default format) in spec.a',
      ],
    ],
    [
      { ...integer, format: 'int32' },
      1.5,
      [
        wrongType('int32', 'float64'),
        '<nil>: Invalid value: "": Checked value must be of type integer with format int32 in spec.a',
      ],
    ],
    [
      { ...integer, format: 'int32' },
      2147483648,
      ['<nil>: Invalid value: "": Checked value must be of type integer with format int32 in spec.a'],
    ],
    [{ ...integer, format: 'int32' }, false, [wrongType('int32', '')]],
    [{ ...text, format: 'date-time' }, 5, [wrongType('date-time', 'int64')]],
    [{ ...text, format: 'date-time' }, 'no"date', [invalid('"no\\"date"', 'must be of type date-time: "no\\"date"')]],
    [
      { ...number, multipleOf: 0.5 },
      3,
      ['spec.a: Invalid value: 0: factor MultipleOf declared for spec.a must be positive: 0'],
    ],
    [{ ...number, exclusiveMaximum: true, maximum: 10.5 }, 10, [invalid('10', 'should be less than 10')]],
    [{ ...text, enum: ['S', 'M'] }, 'XL', ['spec.a: Unsupported value: "XL": supported values: "S", "M"']],
    [{ ...integer, enum: [1, 2] }, 3, ['spec.a: Unsupported value: 3: supported values: "1", "2"']],
    [{ ...integer, maximum: 10 }, 11, [invalid('11', 'should be less than or equal to 10')]],
    [{ ...integer, maximum: 10, exclusiveMaximum: true }, 10, [invalid('10', 'should be less than 10')]],
    [{ ...number, minimum: 0 }, -0.5, [invalid('-0.5', 'should be greater than or equal to 0')]],
    [{ ...number, minimum: 0, exclusiveMinimum: true }, 0, [invalid('0', 'should be greater than 0')]],
    [{ ...number, minimum: 1e7 }, 1.5e6 + 0.5, [invalid('1.5000005e+06', 'should be greater than or equal to 1e+07')]],
    [{ ...integer, maximum: 5 }, 9007199254740993n, [invalid('9007199254740993', 'should be less than or equal to 5')]],
    [{ ...number, multipleOf: 0.5 }, 0.3, [invalid('0.3', 'should be a multiple of 0.5')]],
    [
      { ...integer, multipleOf: 0 },
      3,
      ['spec.a: Invalid value: 0: factor MultipleOf declared for spec.a must be positive: 0'],
    ],
    [{ ...text, minLength: 2 }, 'a', [invalid('"a"', 'should be at least 2 chars long')]],
    [{ ...text, maxLength: 5 }, 'toolong', ['spec.a: Too long: may not be more than 5 bytes']],
    [{ ...text, maxLength: 1 }, 'ab', ['spec.a: Too long: may not be more than 1 byte']],
    [{ ...text, pattern: '^[a-z]+$' }, 'A', [invalid('"A"', "should match '^[a-z]+$'")]],
    [
      { ...text, pattern: '(' },
      'A',
      [invalid('"A"', "should match '(, but pattern is invalid: error parsing regexp: missing closing ): `(`'")],
    ],
    [
      { type: 'array', items: integer },
      [1, 'x'],
      ['spec.a[1]: Invalid value: "string": spec.a[1] in body must be of type integer: "string"'],
    ],
    [{ type: 'array', maxItems: 2 }, [1, 2, 3], ['spec.a: Too many: 3: must have at most 2 items']],
    [{ type: 'array', minItems: 2 }, [1], [invalid('1', 'should have at least 2 items')]],
    [{ type: 'array', uniqueItems: true }, [1, 2, 1], [invalid('""', "shouldn't contain duplicates")]],
    [{ type: 'object', maxProperties: 1 }, { a: 1, b: 2 }, ['spec.a: Too many: 2: must have at most 1 item']],
    [{ type: 'object', minProperties: 1 }, {}, [invalid('0', 'should have at least 1 properties')]],
    [
      { type: 'object', required: ['x', 'constructor'] },
      {},
      ['spec.a.x: Required value', 'spec.a.constructor: Required value'],
    ],
    [
      { type: 'object', additionalProperties: integer },
      { 'x/y': true },
      ['spec.a.x/y: Invalid value: "boolean": spec.a.x/y in body must be of type integer: "boolean"'],
    ],
    [
      { type: 'object', additionalProperties: false },
      { b: 1 },
      ['spec.a: Invalid value: "b": spec.a.b in body is a forbidden property'],
    ],
  ])('of %o says what is wrong with %o', (schema, value, errors) => {
    expect(said(schema, value)).toEqual(errors)
  })

  it.each<[Schema, unknown, string[]]>([
    [
      { anyOf: [{ required: ['x'] }, { properties: { b: { minimum: 2 } }, required: ['y', 'z'] }] },
      { b: 1 },
      ['<nil>: Invalid value: "": "spec.a" must validate at least one schema (anyOf)', 'spec.a.b: '],
    ],
    [
      { oneOf: [{ minimum: 5 }, { minimum: 6 }] },
      1,
      [
        '<nil>: Invalid value: "": "spec.a" must validate one and only one schema (oneOf). Found none valid',
        invalid('1', 'should be greater than or equal to 5'),
      ],
    ],
    [
      { oneOf: [{ minimum: 1 }, { minimum: 0 }] },
      1,
      ['<nil>: Invalid value: "": "spec.a" must validate one and only one schema (oneOf). Found 2 valid alternatives'],
    ],
    [
      { allOf: [{ minimum: 5 }, { minimum: 0 }] },
      1,
      [
        invalid('1', 'should be greater than or equal to 5'),
        '<nil>: Invalid value: "": "spec.a" must validate all the schemas (allOf)',
      ],
    ],
    [
      { allOf: [{ minimum: 5 }] },
      1,
      [
        invalid('1', 'should be greater than or equal to 5'),
        '<nil>: Invalid value: "": "spec.a" must validate all the schemas (allOf). None validated',
      ],
    ],
    [{ not: { minimum: 0 } }, 1, ['<nil>: Invalid value: "": "spec.a" must not validate the schema (not)']],
  ])('of %o combined says what is wrong with %o', (schema, value, errors) => {
    const found = said(schema, value)
    for (const error of errors) expect(found.some((one) => one.startsWith(error))).toBe(true)
  })

  it('puts the path before fields, not into texts', () => {
    const schema: Schema = { type: 'object', properties: { a: integer }, not: { required: ['a'] } }
    expect(validateSchema({ a: 'x' }, schema, 'status').map(({ field, message }) => `${field}: ${message}`)).toEqual([
      'status: Invalid value: "": "" must not validate the schema (not)',
      'status.a: Invalid value: "string": a in body must be of type integer: "string"',
    ])
    expect(validateSchema('x', { type: 'object' }, 'status')[0]?.field).toBe('status')
    expect(validateSchema('x', { type: 'object' })[0]?.field).toBe('<nil>')
  })

  it('tells at most a hundred errors', () => {
    const schema: Schema = { type: 'array', items: integer }
    expect(validateSchema(Array(5000).fill('x'), schema)).toHaveLength(100)
  })

  it('names reasons as upstream does', () => {
    const schema: Schema = {
      type: 'object',
      required: ['r'],
      properties: {
        t: integer,
        e: { enum: ['x'] },
        l: { ...text, maxLength: 1 },
        m: { type: 'array', maxItems: 0 },
        v: { ...text, minLength: 9 },
        f: { ...text, format: 'ipv4' },
      },
    }
    const found = validateSchema({ t: 'x', e: 'y', l: 'zz', m: [1], v: '', f: 'x' }, schema)
    expect(Object.fromEntries(found.map(({ field, reason }) => [field, reason]))).toEqual({
      r: 'FieldValueRequired',
      t: 'FieldValueTypeInvalid',
      e: 'FieldValueNotSupported',
      l: 'FieldValueTooLong',
      m: 'FieldValueTooMany',
      v: 'FieldValueInvalid',
      f: 'FieldValueTypeInvalid',
    })
  })
})
