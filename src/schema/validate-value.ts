import { showGo } from '../codec/go-text.js'
import { stringifyJson } from '../codec/json.js'
import { quoteGo } from '../meta/go-quote.js'
import { jsonEquals } from '../meta/json-equal.js'
import type { JsonObject } from '../meta/object.js'
import type { Correlation } from './correlation.js'
import type { Findings } from './findings.js'
import { stringFormat } from './formats.js'
import { additionalOf, propertyOf } from './member.js'
import { patternOf } from './pattern.js'
import type { Schema } from './schema.js'
import { type Check, checkCombinations } from './validate-combinations.js'
import { checkNumber } from './validate-number.js'
import { checkNull, checkType, type TypeAndFormat, typeAndFormat } from './validate-type.js'

/**
 * Validates a value and all below it, with the texts of upstream's validator (kube-openapi). What counts as a match is
 * also upstream's: it decides which schema's errors are told when none of several fits. What is wrong and was so in
 * `old` is not told, as far as the two can be correlated.
 */
export function checkValue(value: unknown, schema: Schema, name: string, into: Findings, old?: Correlation): void {
  const mark = into.mark()
  checkAnew(value, schema, name, into, old)
  if (old && into.mark() > mark && old.isSame) into.forgetSince(mark)
}

function checkAnew(value: unknown, schema: Schema, name: string, into: Findings, old: Correlation | undefined): void {
  const expected = typeAndFormat(schema)
  if (value === null || value === undefined) {
    checkNull(schema.nullable === true, expected, name, into)
    checkEnum(null, schema, name, into)
    return
  }
  if (expected.types.length > 0 || expected.format !== '') {
    checkType(value, expected, name, into)
    into.matches++
  }
  const branch: Check = (one, findings) => checkAnew(value, one, name, findings, old)
  checkCombinations(schema, name, into, branch)
  checkByType(value, schema, expected, name, into, old)
  checkEnum(value, schema, name, into)
  into.matches += 2
}

function checkByType(
  value: unknown,
  schema: Schema,
  expected: TypeAndFormat,
  name: string,
  into: Findings,
  old: Correlation | undefined,
): void {
  if (typeof value === 'string') {
    checkString(value, schema, name, into)
    checkFormat(value, expected.format, name, into)
  } else if (typeof value === 'number' || typeof value === 'bigint') checkNumber(value, schema, expected, name, into)
  else if (Array.isArray(value)) checkArray(value, schema, name, into, old)
  else if (typeof value === 'object') checkObject(value as JsonObject, schema, name, into, old)
  else return
  into.matches++
}

function checkEnum(value: unknown, schema: Schema, name: string, into: Findings): void {
  const allowed = schema.enum
  if (!allowed || allowed.length === 0) return
  if (value !== null && allowed.some((one) => jsonEquals(one, value) || isCutTo(one, value))) return
  const shown = allowed.map((one) => quoteGo(typeof one === 'string' ? one : stringifyJson(one))).join(', ')
  into.add('FieldValueNotSupported', name, `Unsupported value: ${showGo(value)}: supported values: ${shown}`)
}

/** Upstream makes a number what the enum has before it compares: 2.5 is 2 where that is allowed. */
function isCutTo(allowed: unknown, value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(allowed) && Math.trunc(value) === allowed
}

/** Only the first thing that is wrong is told. Lengths count characters, not UTF-16 units. */
function checkString(text: string, schema: Schema, name: string, into: Findings): void {
  const { maxLength, minLength, pattern } = schema
  if (maxLength !== undefined && text.length > maxLength && characters(text) > maxLength) {
    into.add(
      'FieldValueTooLong',
      name,
      `Too long: may not be more than ${maxLength} ${maxLength === 1 ? 'byte' : 'bytes'}`,
    )
  } else if (minLength !== undefined && characters(text) < minLength) {
    into.invalid(name, text, `should be at least ${minLength} chars long`)
  } else if (pattern) {
    const compiled = patternOf(schema, pattern)
    if ('problem' in compiled) {
      into.invalid(name, text, `should match '${pattern}, but pattern is invalid: ${compiled.problem}'`)
    } else if (!compiled.matches(text)) into.invalid(name, text, `should match '${pattern}'`)
  }
}

function characters(text: string): number {
  let count = text.length
  for (let i = 0; i < text.length - 1; i++) {
    const pair = (text.charCodeAt(i) & 0xfc00) === 0xd800 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00
    if (pair) count--
  }
  return count
}

function checkFormat(text: string, format: string, name: string, into: Findings): void {
  const check = format === '' ? undefined : stringFormat(format)
  if (!check) return
  into.matches++
  if (check(text)) return
  const shown = quoteGo(text)
  into.add(
    'FieldValueTypeInvalid',
    name,
    `Invalid value: ${shown}: ${name} in body must be of type ${format}: ${shown}`,
  )
}

function checkArray(
  items: unknown[],
  schema: Schema,
  name: string,
  into: Findings,
  old: Correlation | undefined,
): void {
  const { minItems, maxItems } = schema
  if (schema.items) {
    for (const [i, item] of items.entries()) checkValue(item, schema.items, `${name}[${i}]`, into, old?.index(i))
  }
  if (minItems !== undefined && items.length < minItems) {
    into.invalid(name, items.length, `should have at least ${minItems} items`)
  }
  if (maxItems !== undefined && items.length > maxItems) tooMany(name, items.length, maxItems, into)
  if (schema.uniqueItems && new Set(items.map(showGo)).size < items.length) {
    into.add('FieldValueInvalid', name, `Invalid value: "": ${name} in body shouldn't contain duplicates`)
  }
  into.matches++
}

function checkObject(
  object: JsonObject,
  schema: Schema,
  name: string,
  into: Findings,
  old: Correlation | undefined,
): void {
  const { minProperties, maxProperties, additionalProperties } = schema
  const keys = Object.keys(object)
  if (minProperties !== undefined && keys.length < minProperties) {
    into.invalid(name, keys.length, `should have at least ${minProperties} properties`)
  }
  if (maxProperties !== undefined && keys.length > maxProperties) tooMany(name, keys.length, maxProperties, into)
  const additional = additionalOf(schema)
  for (const key of keys) {
    const property = propertyOf(schema, key)
    // apiVersion and kind of the object itself are those of the request, whatever they were.
    const before = name === '' && (key === 'apiVersion' || key === 'kind') ? undefined : old?.key(key)
    if (property) checkValue(object[key], property, name === '' ? key : `${name}.${key}`, into, before)
    else if (additional) checkValue(object[key], additional, `${name}.${key}`, into, before)
    else if (additionalProperties === false) {
      into.add(
        'FieldValueInvalid',
        name,
        `Invalid value: ${quoteGo(key)}: ${name}.${key} in body is a forbidden property`,
      )
    }
  }
  for (const key of schema.required ?? []) {
    if (!Object.hasOwn(object, key)) into.add('FieldValueRequired', `${name}.${key}`, 'Required value')
  }
}

function tooMany(name: string, count: number, max: number, into: Findings): void {
  into.add('FieldValueTooMany', name, `Too many: ${count}: must have at most ${max} ${max === 1 ? 'item' : 'items'}`)
}
