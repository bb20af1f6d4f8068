import { doWork } from './meter.js'
import {
  Duration,
  Failure,
  ListValue,
  MapValue,
  noSuchOverload,
  OpaqueValue,
  Optional,
  Timestamp,
  TypeValue,
  Uint,
  type Value,
} from './value.js'

/** Whether two values are equal; values of different types are not, but numbers compare as numbers. */
export function valuesEqual(a: Value, b: Value): boolean {
  doWork(4)
  if (a === b) return typeof a !== 'number' || !Number.isNaN(a)
  if (isNumeric(a) && isNumeric(b)) return compareNumbers(a, b) === 0
  if (a instanceof ListValue) return b instanceof ListValue && listsEqual(a, b)
  if (a instanceof MapValue) return b instanceof MapValue && mapsEqual(a, b)
  if (a instanceof Uint8Array) return b instanceof Uint8Array && Buffer.compare(a, b) === 0
  if (a instanceof Timestamp) return b instanceof Timestamp && a.nanos === b.nanos
  if (a instanceof Duration) return b instanceof Duration && a.nanos === b.nanos
  if (a instanceof TypeValue) return b instanceof TypeValue && a.name === b.name
  if (a instanceof Optional) return b instanceof Optional && optionalsEqual(a, b)
  if (a instanceof OpaqueValue) return b instanceof OpaqueValue && a.type === b.type && a.equals(b)
  return false
}

type Numeric = bigint | number | Uint

function isNumeric(value: Value): value is Numeric {
  return typeof value === 'bigint' || typeof value === 'number' || value instanceof Uint
}

function listsEqual(a: ListValue, b: ListValue): boolean {
  if (a.equals) return a.equals(b)
  if (a.size !== b.size) return false
  for (let i = 0; i < a.size; i++) if (!valuesEqual(a.at(i), b.at(i))) return false
  return true
}

function mapsEqual(a: MapValue, b: MapValue): boolean {
  if (a.equals) return a.equals(b)
  if (a.size !== b.size) return false
  for (const key of a.keys()) {
    doWork(30)
    const [left, right] = [a.find(key), b.find(key)]
    if (left === undefined || right === undefined || !valuesEqual(left, right)) return false
  }
  return true
}

function optionalsEqual(a: Optional, b: Optional): boolean {
  if (a.value === undefined || b.value === undefined) return a.value === b.value
  return valuesEqual(a.value, b.value)
}

/** Negative, zero or positive; NaN when one of them is. An int and a double compare as doubles, as upstream's do. */
function compareNumbers(a: Numeric, b: Numeric): number {
  const [x, y] = [a instanceof Uint ? a.value : a, b instanceof Uint ? b.value : b]
  if (typeof x === typeof y) return x < y ? -1 : x > y ? 1 : x === y ? 0 : Number.NaN
  const [left, right] = [Number(x), Number(y)]
  return left < right ? -1 : left > right ? 1 : left === right ? 0 : Number.NaN
}

/** Negative, zero or positive for two values that have an order; NaN where there is none (NaN). @throws Failure */
export function compareValues(a: Value, b: Value): number {
  if (isNumeric(a) && isNumeric(b)) return compareNumbers(a, b)
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b)
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b)
  if (a instanceof Timestamp && b instanceof Timestamp) return order(a.nanos, b.nanos)
  if (a instanceof Duration && b instanceof Duration) return order(a.nanos, b.nanos)
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b)
  return noSuchOverload()
}

function order(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** By code points, which is by the bytes of UTF-8. */
function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  doWork(length >> 4)
  let i = 0
  while (i < length && a.charCodeAt(i) === b.charCodeAt(i)) i++
  if (i === length) return a.length - b.length
  const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)]
  // Surrogates stand for code points above all others.
  const [xs, ys] = [x >= 0xd800 && x < 0xe000, y >= 0xd800 && y < 0xe000]
  return xs === ys ? x - y : xs ? 1 : -1
}

/** For sorting: values of one type. @throws Failure when they are not, or have no order */
export function sortOrder(a: Value, b: Value): number {
  const result = compareValues(a, b)
  if (Number.isNaN(result)) throw new Failure('NaN values cannot be ordered')
  return result
}
