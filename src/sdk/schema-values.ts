import fc, { type Arbitrary } from 'fast-check'
import type { Schema } from '../schema/schema.js'

const jsonText = () => fc.string({ maxLength: 12 })
/** What may stand where a schema says nothing. */
const anything = () =>
  fc.oneof(
    jsonText(),
    fc.integer(),
    fc.boolean(),
    fc.dictionary(memberName(), jsonText(), { maxKeys: 3, noNullPrototype: true }),
  )
const memberName = () => fc.stringMatching(/^[a-z][a-z0-9]{0,7}$/)

const formats: Readonly<Record<string, () => Arbitrary<string>>> = {
  'date-time': () => fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }).map(toTime),
  date: () =>
    fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }).map((d) => toTime(d).slice(0, 10)),
  byte: () => fc.base64String({ maxLength: 16 }),
  uuid: () => fc.uuid(),
  ipv4: () => fc.ipV4(),
  ipv6: () => fc.ipV6(),
  duration: () => fc.nat(10_000).map((seconds) => `${seconds}s`),
}

const toTime = (date: Date) => `${date.toISOString().slice(0, 19)}Z`

/** Values that a schema allows, as far as it says so by itself: rules in CEL, `not` and the like may still refuse one. */
export function schemaValues(schema: Schema): Arbitrary<unknown> {
  const values = plainValues(schema)
  return schema.nullable ? fc.option(values) : values
}

function plainValues(schema: Schema): Arbitrary<unknown> {
  if (schema.enum) return fc.constantFrom(...schema.enum)
  if (schema['x-kubernetes-int-or-string']) return fc.oneof(fc.integer({ min: 0, max: 1_000 }), jsonText())
  switch (schema.type) {
    case 'string':
      return strings(schema)
    case 'integer':
      return integers(schema)
    case 'number':
      return numbers(schema)
    case 'boolean':
      return fc.boolean()
    case 'array':
      return arrays(schema)
    case 'object':
      return objects(schema)
    default:
      return anything()
  }
}

function strings({ pattern, format, minLength = 0, maxLength = minLength + 12 }: Schema): Arbitrary<unknown> {
  const made = format === undefined ? undefined : formats[format]
  if (made) return made()
  const fits = (text: string) => [...text].length >= minLength && [...text].length <= maxLength
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern, 'u')).filter(fits)
  return fc.string({ minLength, maxLength: Math.min(maxLength, minLength + 12), unit: 'grapheme-ascii' })
}

function integers(schema: Schema): Arbitrary<unknown> {
  const { multipleOf: step = 1 } = schema
  const [min, max] = bounds(schema, schema.format === 'int32' ? 2 ** 31 : Number.MAX_SAFE_INTEGER, step)
  return fc.integer({ min: Math.ceil(min / step), max: Math.floor(max / step) }).map((n) => n * step)
}

/** Halves: what is computed with them comes back as it was. */
function numbers(schema: Schema): Arbitrary<unknown> {
  const step = schema.multipleOf ?? 0.5
  const [min, max] = bounds(schema, 1_000_000, step)
  const values = fc.integer({ min: Math.ceil(min / step), max: Math.floor(max / step) }).map((n) => n * step)
  // An integer is compared with integers: of 0.25 that is 0, of which nothing is a multiple.
  return schema.multipleOf !== undefined && step < 1 ? values.filter((value) => !Number.isInteger(value)) : values
}

function bounds(schema: Schema, limit: number, step: number): [number, number] {
  const { minimum = -limit, maximum = limit - 1, exclusiveMinimum, exclusiveMaximum } = schema
  return [exclusiveMinimum ? minimum + step : minimum, exclusiveMaximum ? maximum - step : maximum]
}

function arrays(schema: Schema): Arbitrary<unknown> {
  const { items = {}, minItems: minLength = 0, maxItems = minLength + 4, uniqueItems } = schema
  const maxLength = Math.min(maxItems, minLength + 4)
  const keys = schema['x-kubernetes-list-map-keys']
  const selector =
    keys && ((item: unknown) => JSON.stringify(keys.map((key) => (item as Record<string, unknown>)[key])))
  if (selector || uniqueItems || schema['x-kubernetes-list-type'] === 'set') {
    return fc.uniqueArray(schemaValues(items), { minLength, maxLength, selector: selector ?? JSON.stringify })
  }
  return fc.array(schemaValues(items), { minLength, maxLength })
}

function objects(schema: Schema): Arbitrary<unknown> {
  const { properties, required = [], additionalProperties, minProperties: minKeys = 0 } = schema
  if (properties) {
    const members = Object.entries(properties).map(([name, member]) => [name, schemaValues(member)] as const)
    return fc.record(Object.fromEntries(members), {
      requiredKeys: required.filter((name) => name in properties),
      noNullPrototype: true,
    })
  }
  if (additionalProperties || schema['x-kubernetes-preserve-unknown-fields']) {
    const values = typeof additionalProperties === 'object' ? schemaValues(additionalProperties) : jsonText()
    return fc.dictionary(memberName(), values, {
      minKeys,
      maxKeys: Math.min(schema.maxProperties ?? 3, minKeys + 3),
      noNullPrototype: true,
    })
  }
  return fc.constant({})
}
