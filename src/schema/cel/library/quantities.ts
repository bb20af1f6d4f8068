import { compareQuantities, formatQuantity, parseQuantity, type Quantity } from '../../../meta/quantity.js'
import { global, method, type Overload } from '../overload.js'
import { fixed, traversal } from '../price.js'
import { fail, OpaqueValue } from '../value.js'

class QuantityValue extends OpaqueValue {
  readonly type = 'kubernetes.Quantity'

  constructor(readonly amount: Quantity) {
    super()
  }

  equals(other: OpaqueValue): boolean {
    return other instanceof QuantityValue && compareQuantities(this.amount, other.amount) === 0
  }

  override toString(): string {
    return formatQuantity(this.amount)
  }
}

function parse(text: string): QuantityValue {
  try {
    return new QuantityValue(parseQuantity(text))
  } catch (error) {
    return fail((error as Error).message)
  }
}

function isQuantity(text: string): boolean {
  try {
    parseQuantity(text)
    return true
  } catch {
    return false
  }
}

/** The amount as an int64; undefined when it is none. Exponents are bounded, so that no huge number is written out. */
function asInteger({ amount: { unscaled, scale } }: QuantityValue): bigint | undefined {
  if (unscaled === 0n) return 0n
  if (scale > 19 || scale < -400) return undefined
  const divisor = 10n ** BigInt(Math.max(0, -scale))
  if (unscaled % divisor !== 0n) return undefined
  const value = scale >= 0 ? unscaled * 10n ** BigInt(scale) : unscaled / divisor
  return BigInt.asIntN(64, value) === value ? value : undefined
}

function asFloat({ amount: { unscaled, scale } }: QuantityValue): number {
  return Number(`${unscaled}e${scale}`)
}

function sum(a: Quantity, b: Quantity, sign: 1n | -1n): QuantityValue {
  const scale = Math.max(Math.min(a.scale, b.scale), -400)
  const at = (q: Quantity) => q.unscaled * 10n ** BigInt(Math.min(Math.max(q.scale - scale, 0), 400))
  // Zero has no suffix of its own: the sum is written as the other one.
  const format = a.unscaled === 0n ? b.format : a.format
  return new QuantityValue({ unscaled: at(a) + sign * at(b), scale, format })
}

function whole(value: bigint): Quantity {
  return { unscaled: value, scale: 0, format: 'DecimalExponent' }
}

const one = fixed(1)
const order = (a: QuantityValue, b: QuantityValue) => compareQuantities(a.amount, b.amount)

const type = 'kubernetes.Quantity'

export const quantities: readonly Overload[] = [
  global(`quantity(string) ${type}`, parse, traversal()),
  global('isQuantity(string) bool', isQuantity, traversal()),
  global(`sign(${type}) int`, ({ amount }: QuantityValue) => BigInt(compareQuantities(amount, whole(0n))), one),
  method(`isGreaterThan(${type}, ${type}) bool`, (a: QuantityValue, b: QuantityValue) => order(a, b) > 0, one),
  method(`isLessThan(${type}, ${type}) bool`, (a: QuantityValue, b: QuantityValue) => order(a, b) < 0, one),
  method(`compareTo(${type}, ${type}) int`, (a: QuantityValue, b: QuantityValue) => BigInt(order(a, b)), one),
  method(`asApproximateFloat(${type}) double`, asFloat, one),
  method(`asInteger(${type}) int`, (q: QuantityValue) => asInteger(q) ?? fail('cannot convert value to integer'), one),
  method(`isInteger(${type}) bool`, (q: QuantityValue) => asInteger(q) !== undefined, one),
  method(`add(${type}, ${type}) ${type}`, (a: QuantityValue, b: QuantityValue) => sum(a.amount, b.amount, 1n), one),
  method(`add(${type}, int) ${type}`, (a: QuantityValue, b: bigint) => sum(a.amount, whole(b), 1n), one),
  method(`sub(${type}, ${type}) ${type}`, (a: QuantityValue, b: QuantityValue) => sum(a.amount, b.amount, -1n), one),
  method(`sub(${type}, int) ${type}`, (a: QuantityValue, b: bigint) => sum(a.amount, whole(b), -1n), one),
]
