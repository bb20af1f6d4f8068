import { describe, expect, it } from 'vitest'
import { type Source, said, saidOfA } from './said-of-schema.js'

const text = { type: 'string' }
const keysOf = (items: Source, ...keys: string[]) => ({
  type: 'array',
  items: { type: 'object', ...items },
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': keys,
})
const intOrString = { 'x-kubernetes-int-or-string': true }
const spelledOut = { anyOf: [{ type: 'integer' }, { type: 'string' }] }

describe('validateStructuralSchema (R10, R11)', () => {
  it.each<[string, Source]>([
    ['scalars', { type: 'object', properties: { s: text, n: { type: 'number' }, f: { ...text, format: 'nosuch' } } }],
    ['preserved fields', { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }],
    [
      'names that are restricted',
      { type: 'object', properties: { metadata: { type: 'object', properties: { name: text } } } },
    ],
    ['int-or-string', { type: 'object', properties: { a: intOrString, b: { ...intOrString, ...spelledOut } } }],
    [
      'int-or-string below allOf',
      { type: 'object', properties: { a: { ...intOrString, allOf: [spelledOut, { minimum: 1 }] } } },
    ],
    [
      'rules for what is there',
      { type: 'object', properties: { a: text }, anyOf: [{ properties: { a: { minLength: 1 } } }] },
    ],
    [
      'a list with keys',
      { type: 'object', properties: { a: keysOf({ required: ['k'], properties: { k: text } }, 'k') } },
    ],
    [
      'a set of atoms',
      { type: 'object', properties: { a: { type: 'array', items: text, 'x-kubernetes-list-type': 'set' } } },
    ],
    [
      'defaults that fit',
      { type: 'object', properties: { a: { type: 'object', default: { b: 'x' }, properties: { b: text } } } },
    ],
    [
      'an embedded resource',
      {
        type: 'object',
        properties: {
          a: { type: 'object', 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true },
        },
      },
    ],
  ])('takes %s', (_name, schema) => {
    expect(said(schema)).toEqual([])
    expect(said(schema, !('anyOf' in schema))).toEqual([])
  })

  it.each<[Source, string[]]>([
    [{ properties: {} }, ['a.type: Required value: must not be empty for specified object fields']],
    [{ type: 'array' }, ['a.items: Required value: must be specified']],
    [{ type: 'array', items: {} }, ['a.items.type: Required value: must not be empty for specified array items']],
    [{ $ref: '#/x' }, ['a.$ref: Forbidden: $ref is not supported']],
    [
      { type: 'object', patternProperties: { x: text }, definitions: { x: text } },
      [
        'a.patternProperties: Forbidden: patternProperties is not supported',
        'a.definitions: Forbidden: definitions is not supported',
      ],
    ],
    [{ type: 'array', items: [text] }, ['a.items: Forbidden: items must be a schema object and not an array']],
    [
      { oneOf: [text, { type: 'integer' }] },
      [
        'a.oneOf[0].type: Forbidden: must be empty to be structural',
        'a.oneOf[1].type: Forbidden: must be empty to be structural',
        'a.type: Required value: must not be empty for specified object fields',
      ],
    ],
    [
      { ...text, not: { items: { default: 1, nullable: true, description: 'd', additionalProperties: true } } },
      [
        'a.not.items.additionalProperties: Forbidden: must be undefined to be structural',
        'a.not.items.default: Forbidden: must be undefined to be structural',
        'a.not.items.description: Forbidden: must be empty to be structural',
        'a.not.items.nullable: Forbidden: must be false to be structural',
      ],
    ],
    [
      { type: 'strin' },
      [
        'a.type: Unsupported value: "strin": supported values: "array", "boolean", "integer", "number", "object", "string"',
      ],
    ],
    [
      { ...text, pattern: '(' },
      [
        'a.pattern: Invalid value: "(": must be a valid regular expression, but isn\'t: error parsing regexp: missing closing ): `(`',
      ],
    ],
    [
      { type: 'array', items: text, uniqueItems: true },
      ['a.uniqueItems: Forbidden: uniqueItems cannot be set to true since the runtime complexity becomes quadratic'],
    ],
    [
      { type: 'object', properties: { b: text }, additionalProperties: text },
      ['a.additionalProperties: Forbidden: additionalProperties and properties are mutual exclusive'],
    ],
    [
      { type: 'object', 'x-kubernetes-embedded-resource': true },
      [
        'a.properties: Required value: must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields',
      ],
    ],
    [
      { ...intOrString, 'x-kubernetes-preserve-unknown-fields': true },
      [
        'a.x-kubernetes-preserve-unknown-fields: Invalid value: true: must be false if x-kubernetes-int-or-string is true',
      ],
    ],
    [
      { ...text, 'x-kubernetes-preserve-unknown-fields': false },
      ['a.x-kubernetes-preserve-unknown-fields: Invalid value: false: must be true or undefined'],
    ],
    [
      { ...text, 'x-kubernetes-map-type': 'foo' },
      [
        'a.type: Invalid value: "string": must be object if x-kubernetes-map-type is specified',
        'a.x-kubernetes-map-type: Unsupported value: "foo": supported values: "atomic", "granular"',
      ],
    ],
  ])('of the property %j says what is wrong', (schema, errors) => {
    expect(saidOfA(schema)).toEqual(errors)
  })

  it.each<[Source, string[]]>([
    [
      keysOf({ properties: { k: text } }, 'k'),
      [
        'a.items.properties[k].default: Required value: this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property',
      ],
    ],
    [
      keysOf({ required: ['k'], properties: { k: { type: 'object', nullable: true } } }, 'k', 'k', 'z'),
      [
        'a.items.properties[k].type: Invalid value: "object": must be a scalar type if parent array\'s x-kubernetes-list-type is map',
        'a.items.properties[k].type: Invalid value: "object": must be a scalar type if parent array\'s x-kubernetes-list-type is map',
        'a.x-kubernetes-list-map-keys: Invalid value: ["k","k","z"]: must not contain duplicate entries',
        'a.x-kubernetes-list-map-keys: Invalid value: ["k","k","z"]: entries must all be names of item properties',
        'a.items.properties[k].nullable: Forbidden: this property is in x-kubernetes-list-map-keys, so it cannot be nullable',
        'a.items.properties[k].nullable: Forbidden: this property is in x-kubernetes-list-map-keys, so it cannot be nullable',
      ],
    ],
    [keysOf({}), ['a.x-kubernetes-list-map-keys: Required value: must not be empty if x-kubernetes-list-type is map']],
    [
      { type: 'array', items: text, 'x-kubernetes-list-map-keys': ['k'] },
      ['a.x-kubernetes-list-type: Required value: must be map if x-kubernetes-list-map-keys is non-empty'],
    ],
    [
      { type: 'array', items: { type: 'object' }, 'x-kubernetes-list-type': 'set' },
      [
        'a.items.x-kubernetes-map-type: Invalid value: null: must be atomic as item of a list with x-kubernetes-list-type=set',
      ],
    ],
    [
      { type: 'array', items: { ...text, nullable: true }, 'x-kubernetes-list-type': 'set' },
      ['a.items.nullable: Forbidden: cannot be nullable when x-kubernetes-list-type is set'],
    ],
    [
      { ...text, 'x-kubernetes-list-type': 'foo' },
      [
        'a.type: Invalid value: "string": must be array if x-kubernetes-list-type is specified',
        'a.x-kubernetes-list-type: Unsupported value: "foo": supported values: "atomic", "set", "map"',
      ],
    ],
  ])('of the list %j says what is wrong', (schema, errors) => {
    expect(saidOfA(schema)).toEqual(errors)
  })

  it.each<[Source, string[]]>([
    [{ ...text, default: 5 }, ['a.default: Invalid value: "integer":  in body must be of type string: "integer"']],
    [
      { type: 'object', properties: { x: text }, default: { y: '1' } },
      ['a.default: Invalid value: {"y":"1"}: must not have unknown fields'],
    ],
    [{ ...text, enum: ['x'], default: 'y' }, ['a.default: Unsupported value: "y": supported values: "x"']],
    [
      { type: 'object', properties: { x: { ...text, default: 1 } } },
      ['a.properties[x].default: Invalid value: "integer":  in body must be of type string: "integer"'],
    ],
  ])('of the default in %j says what is wrong', (schema, errors) => {
    expect(saidOfA(schema)).toEqual(errors)
  })
})
