import { ArrayList, toArray } from '../collections.js'
import { compareValues, sortOrder, valuesEqual } from '../compare.js'
import { add, anySize, type CallNode, exactly, multiply, perCharacter, times, unlimited } from '../cost-range.js'
import { doWork } from '../meter.js'
import { global, method, type Overload, type Price } from '../overload.js'
import { allocation, pairs } from '../price.js'
import { sizeOf } from '../size.js'
import { int64, span } from '../time.js'
import { Duration, fail, ListValue, MapValue, typeName, Uint, type Value } from '../value.js'

const comparable = ['int', 'uint', 'double', 'bool', 'duration', 'timestamp', 'string', 'bytes']

function isSorted(list: ListValue): boolean {
  for (let i = 1; i < list.size; i++) if (compareValues(list.at(i - 1), list.at(i)) > 0) return false
  return true
}

/** The first of the smallest (sign 1) or largest (sign -1). */
function extreme(name: string, sign: 1 | -1): (list: ListValue) => Value {
  return (list) => {
    if (list.size === 0) return fail(`${name} called on empty list`)
    let best = list.at(0)
    for (let i = 1; i < list.size; i++) {
      const next = list.at(i)
      if (compareValues(best, next) * sign > 0) best = next
    }
    return best
  }
}

/** Adds up; `T` is how the elements count. */
function sum<T>(zero: T, add: (total: T, value: T) => T): (list: ListValue) => Value {
  return (list) => {
    let total = zero
    for (let i = 0; i < list.size; i++) total = add(total, list.at(i) as T)
    return total as Value
  }
}

function addUint(a: Uint, b: Uint): Uint {
  const value = a.value + b.value
  return value > 0xffffffffffffffffn ? fail('unsigned integer overflow') : new Uint(value)
}

const sums: Readonly<Record<string, (list: ListValue) => Value>> = {
  int: sum(0n, (a, b) => int64(a + b)),
  uint: sum(new Uint(0n), addUint),
  double: sum(0, (a, b) => a + b),
  duration: sum(new Duration(0n), (a, b) => span(a.nanos + b.nanos)),
}

function indexOf(list: ListValue, item: Value): bigint {
  for (let i = 0; i < list.size; i++) if (valuesEqual(list.at(i), item)) return BigInt(i)
  return -1n
}

function lastIndexOf(list: ListValue, item: Value): bigint {
  for (let i = list.size - 1; i >= 0; i--) if (valuesEqual(list.at(i), item)) return BigInt(i)
  return -1n
}

function slice(list: ListValue, start: bigint, end: bigint): ListValue {
  const call = `cannot slice(${start}, ${end})`
  if (start < 0n || end < 0n) fail(`${call}, negative indexes not supported`)
  if (start > end) fail(`${call}, start index must be less than or equal to end index`)
  if (BigInt(list.size) < end) fail(`${call}, list is length ${list.size}`)
  doWork(5 * Number(end - start))
  return new ArrayList(Array.from({ length: Number(end - start) }, (_, i) => list.at(Number(start) + i)))
}

function flatten(list: ListValue, depth = 1n): ListValue {
  if (depth < 0n) return fail('level must be non-negative')
  const items: Value[] = []
  const visit = (from: ListValue, level: bigint) => {
    doWork(5 * from.size)
    for (let i = 0; i < from.size; i++) {
      const item = from.at(i)
      if (item instanceof ListValue && level > 0n) visit(item, level - 1n)
      else items.push(item)
    }
  }
  visit(list, depth)
  return new ArrayList(items)
}

function range(count: bigint): ListValue {
  if (count <= 0n) return new ArrayList([])
  doWork(count > 2n ** 32n ? 2 ** 32 : 5 * Number(count))
  return new ArrayList(Array.from({ length: Number(count) }, (_, i) => BigInt(i)))
}

function distinct(list: ListValue): ListValue {
  const seen: Value[] = []
  for (let i = 0; i < list.size; i++) {
    const item = list.at(i)
    if (!seen.some((other) => valuesEqual(item, other))) seen.push(item)
  }
  return new ArrayList(seen)
}

function sortByKeys(list: ListValue, keys: ListValue): ListValue {
  if (list.size !== keys.size) {
    const expected = 'expected a list of the same size as the associated keys list'
    fail(`@sortByAssociatedKeys() ${expected}, but got ${list.size} and ${keys.size} elements respectively`)
  }
  if (list.size === 0) return list
  const pairs = toArray(keys).map((key, i) => ({ key, i }))
  const type = typeName(pairs[0]?.key ?? null)
  if (pairs.some(({ key }) => typeName(key) !== type)) fail('list elements must have the same type')
  pairs.sort((a, b) => {
    doWork(5)
    return sortOrder(a.key, b.key)
  })
  return new ArrayList(pairs.map(({ i }) => list.at(i)))
}

/** What looking at all of a value costs: texts by their bytes. */
function traversalCost(value: Value): number {
  doWork(4)
  if (typeof value === 'string') return Math.floor(Buffer.byteLength(value) * perCharacter)
  if (value instanceof Uint8Array) return Math.floor(value.length * perCharacter)
  let total = 0
  if (value instanceof ListValue) for (let i = 0; i < value.size; i++) total += traversalCost(value.at(i))
  else if (value instanceof MapValue) {
    for (const key of value.keys()) total += traversalCost(key) + traversalCost(value.find(key) ?? null)
  } else return 1
  return total
}

/** Each element is looked at once. */
const scan: Price = {
  actual: ([list = null]) => traversalCost(list),
  estimate: ({ target }) => {
    const element = target?.element()
    if (!target || !element) return undefined
    const isText = element.type.kind === 'string' || element.type.kind === 'bytes'
    const each = isText ? add(exactly(1), times(element.size, perCharacter)) : exactly(1)
    return { cost: multiply(target.size, each) }
  },
}

const targetSize = ({ target }: CallNode) => target?.size ?? anySize

function literalSize(node: { readonly literal?: Value } | undefined, otherwise: number): number {
  const literal = node?.literal
  return typeof literal === 'bigint' ? Math.max(0, Number(literal)) : otherwise
}

const sameSize = allocation(
  (_args, result) => sizeOf(result),
  (call) => ({ factor: 1, size: targetSize(call) }),
)
const slicing = allocation(
  (_args, result) => sizeOf(result),
  (call) => {
    const [start, end] = [literalSize(call.args[0], 0), literalSize(call.args[1], targetSize(call).max)]
    return { factor: 1, size: exactly(end >= start ? end - start : unlimited) }
  },
)
const ranging = allocation(
  (_args, result) => sizeOf(result),
  ({ args }) => ({ factor: 1, size: exactly(literalSize(args[0], unlimited)) }),
)
const flattening = allocation(
  ([list = null, depth = 1n]) => sizeOf(list) * Number(depth),
  (call) => ({ factor: call.args[0] ? literalSize(call.args[0], unlimited) : 1, size: targetSize(call) }),
)
const distinguishing = allocation(
  ([list = null]) => selfComparison(list),
  (call) => ({ factor: 2, size: multiply(targetSize(call), targetSize(call)) }),
)

function selfComparison(list: Value): number {
  const size = sizeOf(list)
  const first = list instanceof ListValue && size > 0 ? list.at(0) : null
  return size * size * (typeof first === 'string' || first instanceof Uint8Array ? 2 + perCharacter : 2)
}

function sorting(type: string, keys: number): Price {
  const factor = type === 'string' || type === 'bytes' ? 2 + perCharacter : 2
  return allocation(
    (args) => selfComparison(args[keys] ?? null),
    (call) => {
      const size = (keys === 0 ? call.target : call.args[0])?.size ?? anySize
      return { factor, size: multiply(size, size) }
    },
  )
}

function contains(list: ListValue, part: ListValue): boolean {
  for (let i = 0; i < part.size; i++) if (indexOf(list, part.at(i)) < 0n) return false
  return true
}

function intersects(a: ListValue, b: ListValue): boolean {
  for (let i = 0; i < a.size; i++) if (indexOf(b, a.at(i)) >= 0n) return true
  return false
}

export const lists: readonly Overload[] = [
  ...comparable.flatMap((type) => [
    method(`isSorted(list(${type})) bool`, isSorted, scan),
    method(`min(list(${type})) ${type}`, extreme('min', 1), scan),
    method(`max(list(${type})) ${type}`, extreme('max', -1), scan),
    method(`sort(list(${type})) list(${type})`, (list: ListValue) => sortByKeys(list, list), sorting(type, 0)),
    method(`@sortByAssociatedKeys(list(T), list(${type})) list(T)`, sortByKeys, sorting(type, 1)),
  ]),
  ...Object.entries(sums).map(([type, total]) => method(`sum(list(${type})) ${type}`, total, scan)),
  method('indexOf(list(A), A) int', indexOf, scan),
  method('lastIndexOf(list(A), A) int', lastIndexOf, scan),
  method('slice(list(T), int, int) list(T)', slice, slicing),
  method('flatten(list(list(T))) list(T)', (list: ListValue) => flatten(list), flattening),
  method('flatten(list(dyn), int) list(dyn)', flatten, flattening),
  global('lists.range(int) list(int)', range, ranging),
  method('reverse(list(T)) list(T)', (list: ListValue) => new ArrayList(toArray(list).reverse()), sameSize),
  method('distinct(list(T)) list(T)', distinct, distinguishing),
  global('sets.contains(list(T), list(T)) bool', contains, pairs(1)),
  global(
    'sets.equivalent(list(T), list(T)) bool',
    (a: ListValue, b: ListValue) => contains(a, b) && contains(b, a),
    pairs(2),
  ),
  global('sets.intersects(list(T), list(T)) bool', intersects, pairs(1)),
]
