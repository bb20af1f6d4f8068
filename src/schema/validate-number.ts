import { formatGoDouble, formatGoNumber } from '../codec/go-text.js'
import type { Findings } from './findings.js'
import { fitsFormat, isMultipleOf } from './numbers.js'
import type { Schema } from './schema.js'
import type { TypeAndFormat } from './validate-type.js'

/** Range of the format, multipleOf, maximum and minimum. */
export function checkNumber(
  value: number | bigint,
  schema: Schema,
  { types, format }: TypeAndFormat,
  name: string,
  into: Findings,
): void {
  const type = types.length === 1 ? (types[0] ?? '') : ''
  const fits = (number: number | bigint, what: string) => {
    if (fitsFormat(number, type, format)) return true
    const as = format === '' ? '(default format)' : `with format ${format}`
    into.composite(`${what} value must be of type ${type} ${as} in ${name}`)
    return false
  }
  fits(value, 'Checked')
  /** As what the limit is compared with: integers with integers, which cuts limits off, unless the type can't hold it. */
  const limit = (given: number | undefined, what: string) => {
    if (given === undefined) return undefined
    const double = Number(given)
    return fits(double, what) && isInt64(value) ? asInt64(double) : double
  }
  const violates = (should: string, bound: number | bigint) => {
    const shown = typeof bound === 'bigint' ? String(value) : formatGoDouble(Number(value))
    const text = `Invalid value: ${shown}: ${name} in body should be ${should} ${formatLimit(bound)}`
    into.add('FieldValueInvalid', name, text)
  }
  const { exclusiveMaximum = false, exclusiveMinimum = false } = schema
  const multipleOf = limit(schema.multipleOf, 'MultipleOf')
  if (multipleOf !== undefined) {
    if (multipleOf <= 0) noFactor(multipleOf, name, into)
    else if (!isMultipleOf(value, multipleOf)) violates('a multiple of', multipleOf)
  }
  const maximum = limit(schema.maximum, 'Maximum boundary')
  if (maximum !== undefined && (value > maximum || (exclusiveMaximum && equals(value, maximum)))) {
    violates(`less than${exclusiveMaximum ? '' : ' or equal to'}`, maximum)
  }
  const minimum = limit(schema.minimum, 'Minimum boundary')
  if (minimum !== undefined && (value < minimum || (exclusiveMinimum && equals(value, minimum)))) {
    violates(`greater than${exclusiveMinimum ? '' : ' or equal to'}`, minimum)
  }
  into.matches++
}

function isInt64(value: number | bigint): boolean {
  return typeof value === 'bigint' ? fitsFormat(value, 'integer', 'int64') : Number.isSafeInteger(value)
}

const [least, most] = [-(2n ** 63n), 2n ** 63n - 1n]

function asInt64(double: number): bigint {
  if (Number.isNaN(double)) return 0n
  if (Math.abs(double) >= 2 ** 63) return double < 0 ? least : most
  return BigInt(Math.trunc(double))
}

function formatLimit(limit: number | bigint): string {
  return typeof limit === 'bigint' ? String(limit) : formatGoDouble(limit)
}

function equals(a: number | bigint, b: number | bigint): boolean {
  return !(a < b) && !(a > b)
}

function noFactor(factor: number | bigint, name: string, into: Findings): void {
  const shown = typeof factor === 'bigint' ? String(factor) : formatGoNumber(factor)
  const text = `factor MultipleOf declared for ${name} must be positive: ${shown}`
  into.add('FieldValueInvalid', name, `Invalid value: ${shown}: ${text}`)
}
