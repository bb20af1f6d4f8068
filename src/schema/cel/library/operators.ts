import { concatLists } from '../collections.js'
import { compareValues, valuesEqual } from '../compare.js'
import { exactly } from '../cost-range.js'
import { global, type Overload } from '../overload.js'
import { comparison, concatenation, eitherSize, equality, listConcatenation } from '../price.js'
import { addToTimestamp, int64, span } from '../time.js'
import { type Duration, fail, type ListValue, type MapValue, type Timestamp, Uint, type Value } from '../value.js'

function uint64(value: bigint): Uint {
  return value < 0n || value > 0xffffffffffffffffn ? fail('unsigned integer overflow') : new Uint(value)
}

function divisor<T>(value: T, zero: T, what = 'division'): T {
  return value === zero ? fail(`${what} by zero`) : value
}

/** Go's remainder has the sign of the dividend, as BigInt's has; the one that overflows is an error. */
function remainder(a: bigint, b: bigint): bigint {
  divisor(b, 0n, 'modulus')
  return b === -1n && a === -(2n ** 63n) ? fail('integer overflow') : a % b
}

const arithmetic: readonly Overload[] = [
  global('_+_(bytes, bytes) bytes', (a: Uint8Array, b: Uint8Array) => Buffer.concat([a, b]), concatenation),
  global('_+_(double, double) double', (a: number, b: number) => a + b),
  global('_+_(duration, duration) duration', (a: Duration, b: Duration) => span(a.nanos + b.nanos)),
  global('_+_(duration, timestamp) timestamp', (a: Duration, b: Timestamp) => addToTimestamp(b, a.nanos)),
  global('_+_(timestamp, duration) timestamp', (a: Timestamp, b: Duration) => addToTimestamp(a, b.nanos)),
  global('_+_(int, int) int', (a: bigint, b: bigint) => int64(a + b)),
  global('_+_(list(A), list(A)) list(A)', concatLists, listConcatenation),
  global('_+_(string, string) string', (a: string, b: string) => a + b, concatenation),
  global('_+_(uint, uint) uint', (a: Uint, b: Uint) => uint64(a.value + b.value)),
  global('_-_(double, double) double', (a: number, b: number) => a - b),
  global('_-_(duration, duration) duration', (a: Duration, b: Duration) => span(a.nanos - b.nanos)),
  global('_-_(int, int) int', (a: bigint, b: bigint) => int64(a - b)),
  global('_-_(timestamp, duration) timestamp', (a: Timestamp, b: Duration) => addToTimestamp(a, -b.nanos)),
  global('_-_(timestamp, timestamp) duration', (a: Timestamp, b: Timestamp) => span(a.nanos - b.nanos)),
  global('_-_(uint, uint) uint', (a: Uint, b: Uint) => uint64(a.value - b.value)),
  global('_*_(double, double) double', (a: number, b: number) => a * b),
  global('_*_(int, int) int', (a: bigint, b: bigint) => int64(a * b)),
  global('_*_(uint, uint) uint', (a: Uint, b: Uint) => uint64(a.value * b.value)),
  global('_/_(double, double) double', (a: number, b: number) => a / b),
  global('_/_(int, int) int', (a: bigint, b: bigint) => int64(a / divisor(b, 0n))),
  global('_/_(uint, uint) uint', (a: Uint, b: Uint) => new Uint(a.value / divisor(b.value, 0n))),
  global('_%_(int, int) int', remainder),
  global('_%_(uint, uint) uint', (a: Uint, b: Uint) => new Uint(a.value % divisor(b.value, 0n, 'modulus'))),
  global('-_(double) double', (a: number) => -a),
  global('-_(int) int', (a: bigint) => int64(-a)),
  global('-_(duration) duration', (a: Duration) => span(-a.nanos)),
]

const comparable = ['bool', 'int', 'uint', 'double', 'string', 'bytes', 'timestamp', 'duration']
const mixed = ['int, double', 'int, uint', 'uint, double', 'uint, int', 'double, int', 'double, uint']
const orders: Readonly<Record<string, (order: number) => boolean>> = {
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
}

const comparisons: readonly Overload[] = Object.entries(orders).flatMap(([operator, holds]) => {
  const compare = (a: Value, b: Value) => holds(compareValues(a, b))
  return [...comparable.map((type) => `${type}, ${type}`), ...mixed].map((params) => {
    const isText = /^(?:string|bytes)/.test(params)
    return global(`_${operator}_(${params}) bool`, compare, isText ? comparison : undefined)
  })
})

/** Their arguments are evaluated only when needed: `call` is never reached, the planner knows them by name. */
function planned(): never {
  return fail('no such overload')
}

/** Both sides cost, but the left one may decide alone. */
const logic: readonly Overload[] = [
  global('_&&_(bool, bool) bool', planned),
  global('_||_(bool, bool) bool', planned),
  global('_?_:_(bool, A, A) A', planned, {
    estimate: ({ args }) => ({ cost: exactly(0), size: eitherSize(args[1], args[2]) }),
  }),
  global('@not_strictly_false(bool) bool', planned),
  global('!_(bool) bool', (value: boolean) => !value),
  global('_==_(A, A) bool', valuesEqual, equality),
  global('_!=_(A, A) bool', (a: Value, b: Value) => !valuesEqual(a, b), comparison),
]

function inList(item: Value, list: ListValue): boolean {
  const { size } = list
  for (let i = 0; i < size; i++) if (valuesEqual(list.at(i), item)) return true
  return false
}

const collections: readonly Overload[] = [
  global('@in(A, list(A)) bool', inList, {
    actual: ([, list]) => (list as ListValue).size,
    estimate: ({ args }) => ({ cost: args[1]?.size ?? exactly(0) }),
  }),
  global('@in(A, map(A, B)) bool', (key: Value, map: MapValue) => map.find(key) !== undefined),
  global('_[_](list(A), int) A', planned),
  global('_[_](map(A, B), A) B', planned),
]

export const operators: readonly Overload[] = [...arithmetic, ...comparisons, ...logic, ...collections]
