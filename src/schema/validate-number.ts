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
    if (fitsFormat(number, type, format)) return
    const as = format === '' ? '(default format)' : `with format ${format}`
    into.composite(`${what} value must be of type ${type} ${as} in ${name}`)
  }
  fits(value, 'Checked')
  const { exclusiveMaximum = false, exclusiveMinimum = false } = schema
  const [multipleOf, maximum, minimum] = [schema.multipleOf, schema.maximum, schema.minimum].map(asDouble)
  if (multipleOf !== undefined) {
    fits(multipleOf, 'MultipleOf')
    if (multipleOf <= 0) noFactor(multipleOf, name, into)
    else if (!isMultipleOf(value, multipleOf)) {
      into.invalid(name, value, `should be a multiple of ${bound(multipleOf, value)}`)
    }
  }
  if (maximum !== undefined) {
    fits(maximum, 'Maximum boundary')
    if (value > maximum || (exclusiveMaximum && equals(value, maximum))) {
      into.invalid(name, value, `should be less than ${exclusiveMaximum ? '' : 'or equal to '}${bound(maximum, value)}`)
    }
  }
  if (minimum !== undefined) {
    fits(minimum, 'Minimum boundary')
    if (value < minimum || (exclusiveMinimum && equals(value, minimum))) {
      const text = `should be greater than ${exclusiveMinimum ? '' : 'or equal to '}${bound(minimum, value)}`
      into.invalid(name, value, text)
    }
  }
  into.matches++
}

/** Limits are doubles to upstream; a schema that was read as JSON can have a long integer there. */
function asDouble(limit: number | undefined): number | undefined {
  return limit === undefined ? undefined : Number(limit)
}

/** Upstream compares integers with integers, and prints the limit as what it is compared with. */
function bound(limit: number, value: number | bigint): string {
  const integers = Number.isInteger(limit) && (typeof value === 'bigint' || Number.isSafeInteger(value))
  return integers ? String(BigInt(limit)) : formatGoDouble(limit)
}

function equals(a: number | bigint, b: number | bigint): boolean {
  return !(a < b) && !(a > b)
}

function noFactor(factor: number, name: string, into: Findings): void {
  const shown = formatGoNumber(factor)
  const text = `factor MultipleOf declared for ${name} must be positive: ${shown}`
  into.add('FieldValueInvalid', name, `Invalid value: ${shown}: ${text}`)
}
