import { describe, expect, it } from 'vitest'
import { type Source, said, saidOfA } from './said-of-schema.js'

const text = { type: 'string' }

describe('validateStructuralSchema, of roots and rules', () => {
  it.each<[Source, string[]]>([
    [{ type: 'string' }, ['.type: Invalid value: "string": must be object at the root']],
    [{}, ['.type: Required value: must not be empty at the root']],
    [{ type: 'object', nullable: true }, ['.nullable: Forbidden: nullable cannot be true at the root']],
    [
      { type: 'object', additionalProperties: text },
      ['.additionalProperties: Forbidden: must not be used at the root'],
    ],
    [
      { type: 'object', properties: { metadata: { type: 'object', properties: { foo: text } } } },
      [
        '.properties[metadata]: Forbidden: must not specify anything other than name and generateName, but metadata is implicitly specified',
      ],
    ],
    [
      { type: 'object', properties: { kind: { type: 'integer' }, metadata: { type: 'object', default: {} } } },
      [
        '.properties[kind].type: Invalid value: "integer": must be string',
        '.properties[metadata].default: Forbidden: must not be set in top-level metadata',
      ],
    ],
    [
      { type: 'object', anyOf: [{ properties: { b: { minLength: 1 } } }], not: { items: {} } },
      [
        '.properties[b]: Required value: because it is defined in spec.validation.openAPIV3Schema.anyOf[0].properties[b]',
        '.items: Required value: because it is defined in spec.validation.openAPIV3Schema.not.items',
      ],
    ],
    [{ type: 'object', $schema: 'x' }, [': Invalid value: "": OpenAPIV3Schema \'schema\' is not supported']],
  ])('of the root %j says what is wrong', (schema, errors) => {
    expect(said(schema)).toEqual(errors)
  })

  it('allows a root with status less', () => {
    expect(said({ type: 'object', properties: {}, nullable: false, description: 'd' }, true)).toEqual([])
    expect(said({ type: 'array', items: text }, true)[0]).toMatch(
      /^\.type: Invalid value: "array": only "object" is allowed/,
    )
    const [tooMuch = ''] = said({ type: 'object', minProperties: 1 }, true)
    expect(tooMuch).toMatch(/^: Invalid value: {"ID":"","Schema":"","Ref":null,"Description":"","Type":"object",/)
    expect(tooMuch).toMatch(/,"MinProperties":1,"Required":null,/)
    expect(tooMuch.replace(/^.*}: /, '')).toBe(
      'only [Description Type Format Title Maximum ExclusiveMaximum ' +
        'Minimum ExclusiveMinimum MaxLength MinLength Pattern MaxItems MinItems UniqueItems MultipleOf Required Items ' +
        'Properties ExternalDocs Example XPreserveUnknownFields XValidations] fields are allowed at the root of the ' +
        'schema if the status subresource is enabled',
    )
  })

  it.each<[Source, string[]]>([
    [{ rule: ' ' }, ['.rule: Required value: rule is not specified']],
    [{ rule: 'true', message: ' ' }, ['.message: Invalid value: " ": must be non-empty if specified']],
    [{ rule: 'true', message: 'a\nb' }, ['.message: Invalid value: "a\\nb": must not contain line breaks']],
    [{ rule: 'true ||\n true' }, ['.message: Required value: message must be specified if rule contains line breaks']],
    [
      { rule: 'true', messageExpression: ' ' },
      ['.messageExpression: Required value: messageExpression must be non-empty if specified'],
    ],
    [
      { rule: 'true', reason: 'Foo' },
      [
        '.reason: Unsupported value: "Foo": supported values: "FieldValueDuplicate", "FieldValueForbidden", ' +
          '"FieldValueInvalid", "FieldValueRequired"',
      ],
    ],
    [{ rule: 'true', fieldPath: '.b' }, []],
    [{ rule: 'true', fieldPath: ".b['x.y'].z" }, []],
    [{ rule: 'true', fieldPath: '.c' }, ['.fieldPath: Invalid value: ".c": must be a valid path']],
    [{ rule: 'true', fieldPath: '.constructor' }, ['.fieldPath: Invalid value: ".constructor": must be a valid path']],
  ])('of the rule %j says what is wrong', (rule, errors) => {
    const b = { type: 'object', additionalProperties: { type: 'object', properties: { z: text } } }
    const found = saidOfA({ type: 'object', properties: { b }, 'x-kubernetes-validations': [rule] })
    expect(found.map((one) => one.replace('a.x-kubernetes-validations[0]', ''))).toEqual(errors)
  })
})
