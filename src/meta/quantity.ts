/** An amount of a resource, such as `500m` or `1Gi`: `unscaled` times ten to the power of `scale`. */
export interface Quantity {
  readonly unscaled: bigint
  readonly scale: number
  /** Which family of suffixes it was written with, and is printed with. */
  readonly format: 'DecimalSI' | 'BinarySI' | 'DecimalExponent'
  /** The text it was read from, where that is printed again as it is. */
  readonly text?: string
}

/** Texts of upstream's resource.ParseQuantity. */
const wrongFormat = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
const wrongNumber = 'unable to parse numeric part of quantity'
const wrongSuffix = "unable to parse quantity's suffix"

const decimalSuffixes = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E']
const binarySuffixes = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei']
const [nano, milli] = [-9, -3]
/** No amount needs more; reading huge numbers would take long. */
const maxDigits = 400
const maxInt64 = 2n ** 63n - 1n

/** Zero, as Go's zero value prints. */
export const zeroQuantity = '0'

/** Reads a quantity as upstream does. @throws Error with upstream's text */
export function parseQuantity(text: string): Quantity {
  if (text === '') throw new Error(wrongFormat)
  const [, sign, whole = '', fraction = '', suffix = ''] =
    /^([+-]?)(\d*)(?:\.(\d*))?((?:[eEinumkKMGTP]+[-+]?|[-+])\d*)?$/.exec(text) ?? []
  if (sign === undefined) throw new Error(wrongFormat)
  if (whole.length + fraction.length > maxDigits) throw new Error(wrongNumber)
  const { base, exponent, format } = readSuffix(suffix)
  const digits = (whole.replace(/^0+/, '') || '0') + fraction
  const negative = sign === '-'
  const fast = readSmall(digits, fraction.length, base, exponent)
  if (!fast) return { ...readLarge(digits, fraction.length, base, exponent, format, negative) }
  const canonical =
    format === 'BinarySI'
      ? exponent % 10 === 0 && (BigInt(digits) & 7n) !== 0n
      : fast.scale % 3 === 0 && !digits.endsWith('000') && !digits.startsWith('0')
  const unscaled = negative ? -fast.unscaled : fast.unscaled
  return { unscaled, scale: fast.scale, format, ...(canonical || text === '0' ? { text } : {}) }
}

function readSuffix(suffix: string): { base: 2 | 10; exponent: number; format: Quantity['format'] } {
  const decimal = decimalSuffixes.indexOf(suffix)
  if (decimal >= 0) return { base: 10, exponent: decimal * 3 + nano, format: 'DecimalSI' }
  const binary = binarySuffixes.indexOf(suffix)
  if (binary >= 0) return { base: 2, exponent: binary * 10, format: 'BinarySI' }
  const power = /^[eE]([+-]?\d+)$/.exec(suffix)?.[1]
  const exponent = Number(power)
  if (power === undefined || Math.abs(exponent) > 2 ** 31 - 1) throw new Error(wrongSuffix)
  return { base: 10, exponent, format: 'DecimalExponent' }
}

/** What fits Go's 64-bit path; the limits are upstream's, because they decide what is printed. */
function readSmall(digits: string, fraction: number, base: 2 | 10, exponent: number) {
  const precision =
    base === 10 ? 18 - digits.length : fraction === 0 ? 15 - digits.length - Math.trunc((exponent * 3) / 10) - 1 : -1
  const scale = base === 10 ? exponent - fraction : 0
  if (precision < 0 || scale < nano) return undefined
  const unscaled = BigInt(digits) * (base === 2 ? 2n ** BigInt(exponent) : 1n)
  return unscaled <= maxInt64 ? { unscaled, scale } : undefined
}

function readLarge(
  digits: string,
  fraction: number,
  base: 2 | 10,
  exponent: number,
  format: Quantity['format'],
  negative: boolean,
): Quantity {
  const unscaled = BigInt(digits) * (base === 2 ? 2n ** BigInt(exponent) : 1n)
  const rounded = roundUp({ unscaled, scale: (base === 10 ? exponent : 0) - fraction }, nano)
  const capped = format === 'BinarySI' && compare(rounded, maxInt64) > 0 ? { unscaled: maxInt64, scale: 0 } : rounded
  const small = format === 'BinarySI' && capped.unscaled > 0n && compare(capped, 1n) < 0
  return {
    unscaled: negative ? -capped.unscaled : capped.unscaled,
    scale: capped.scale,
    format: small ? 'DecimalSI' : format,
  }
}

type Amount = Pick<Quantity, 'unscaled' | 'scale'>

/** Away from zero, so that a little of something does not become nothing. */
function roundUp({ unscaled, scale }: Amount, to: number): Amount {
  if (scale >= to || unscaled === 0n) return { unscaled, scale: Math.max(scale, to) }
  const sign = unscaled < 0n ? -1n : 1n
  const drop = to - scale
  if (drop > unscaled.toString().length) return { unscaled: sign, scale: to }
  const divisor = 10n ** BigInt(drop)
  const [quotient, rest] = [unscaled / divisor, unscaled % divisor]
  return { unscaled: rest === 0n ? quotient : quotient + sign, scale: to }
}

/** Negative, zero or positive, as the first is less, equal or more. Both are amounts as people write them. */
export function compareQuantities(a: Quantity, b: Quantity): number {
  const scale = Math.min(a.scale, b.scale)
  const align = (q: Quantity) => q.unscaled * 10n ** BigInt(Math.min(q.scale - scale, maxDigits))
  const difference = align(a) - align(b)
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

/** Compares with an integer. Numbers whose exponents are far apart are not written out. */
function compare({ unscaled, scale }: Amount, integer: bigint): number {
  const magnitude = unscaled.toString().replace('-', '').length + scale
  if (magnitude > 40 && unscaled !== 0n) return unscaled > 0n ? 1 : -1
  const left = scale >= 0 ? unscaled * 10n ** BigInt(scale) : unscaled
  const right = scale >= 0 ? integer : integer * 10n ** BigInt(-scale)
  return left < right ? -1 : left > right ? 1 : 0
}

/** At most three decimal places: what upstream makes of the amounts in lists of resources. */
export function roundToMilli(quantity: Quantity): Quantity {
  if (quantity.scale >= milli) return quantity
  return { ...roundUp(quantity, milli), format: quantity.format }
}

/** The canonical text: no fraction, the largest suffix that loses nothing. */
export function formatQuantity(quantity: Quantity): string {
  if (quantity.text !== undefined) return quantity.text
  if (quantity.unscaled === 0n) return zeroQuantity
  return (quantity.format === 'BinarySI' ? formatBinary(quantity) : undefined) ?? formatDecimal(quantity)
}

/** undefined: not a whole number, or too small for a binary suffix. */
function formatBinary(quantity: Quantity): string | undefined {
  if (compare(quantity, -1024n) > 0 && compare(quantity, 1024n) < 0) return undefined
  const { unscaled, scale } = roundUp(quantity, 0)
  if (compare(quantity, unscaled * 10n ** BigInt(scale)) !== 0) return undefined
  let value = unscaled * 10n ** BigInt(scale)
  let times = 0
  while (value % 1024n === 0n) {
    value /= 1024n
    times++
  }
  return `${value}${binarySuffixes[times] ?? ''}`
}

function formatDecimal({ unscaled, scale, format }: Quantity): string {
  let [value, exponent] = [unscaled, scale]
  while (value % 10n === 0n) {
    value /= 10n
    exponent++
  }
  const above = ((exponent % 3) + 3) % 3
  value *= 10n ** BigInt(above)
  exponent -= above
  if (format === 'DecimalExponent') return `${value}${exponent === 0 ? '' : `e${exponent}`}`
  return `${value}${decimalSuffixes[(exponent - nano) / 3] ?? ''}`
}

/** The sum, in the form of the first unless that is zero. */
export function addQuantities(a: Quantity, b: Quantity): Quantity {
  const scale = Math.min(a.scale, b.scale)
  const align = (q: Quantity) => q.unscaled * 10n ** BigInt(q.scale - scale)
  const { format } = a.unscaled === 0n ? b : a
  return { unscaled: align(a) + align(b), scale, format }
}

export function subtractQuantities(a: Quantity, b: Quantity): Quantity {
  const { unscaled, scale, format } = b
  return addQuantities(a, { unscaled: -unscaled, scale, format })
}

/** Of two amounts as texts. */
export function sumOfQuantities(a: string, b: string): string {
  return formatQuantity(addQuantities(parseQuantity(a), parseQuantity(b)))
}

export function wholeQuantity(value: number): Quantity {
  return { unscaled: BigInt(value), scale: 0, format: 'DecimalSI' }
}

/** No fraction: rounded away from zero. */
export function roundToWhole(quantity: Quantity): Quantity {
  if (quantity.scale >= 0) return quantity
  const rounded = roundUp(quantity, 0)
  return compare(quantity, rounded.unscaled) === 0 ? quantity : { ...rounded, format: quantity.format }
}
