import { ArrayList, toArray } from '../collections.js'
import { global, method, type Overload } from '../overload.js'
import { Duration, fail, ListValue, MapValue, none, OpaqueValue, Optional, Uint, type Value } from '../value.js'

/** What is evaluated only as far as it is needed, which the planner does. */
function planned(): never {
  return fail('no such overload')
}

function isZero(value: Value): boolean {
  if (value instanceof Uint) return value.value === 0n
  if (value instanceof Uint8Array) return value.length === 0
  if (value instanceof ListValue || value instanceof MapValue) return value.size === 0
  if (value instanceof Duration) return value.nanos === 0n
  if (value instanceof Optional) return value.value === undefined
  return (
    !(value instanceof OpaqueValue) &&
    (value === null || value === false || value === 0 || value === 0n || value === '')
  )
}

function unwrap(list: ListValue): ListValue {
  return new ArrayList(
    toArray(list).flatMap((item) => {
      if (!(item instanceof Optional)) return fail(`value ${String(item)} is not optional`)
      return item.value === undefined ? [] : [item.value]
    }),
  )
}

export const optionals: readonly Overload[] = [
  method('first(list(V)) optional(V)', (list: ListValue) => (list.size === 0 ? none : new Optional(list.at(0)))),
  method('last(list(V)) optional(V)', (list: ListValue) =>
    list.size === 0 ? none : new Optional(list.at(list.size - 1)),
  ),
  global('optional.unwrap(list(optional(V))) list(V)', unwrap),
  method('unwrapOpt(list(optional(V))) list(V)', unwrap),
  global('optional.of(V) optional(V)', (value: Value) => new Optional(value)),
  global('optional.ofNonZeroValue(V) optional(V)', (value: Value) => (isZero(value) ? none : new Optional(value))),
  global('optional.none() optional(V)', () => none),
  method('value(optional(V)) V', ({ value }: Optional) => value ?? fail('optional.none() dereference')),
  method('hasValue(optional(V)) bool', ({ value }: Optional) => value !== undefined),
  method('or(optional(V), optional(V)) optional(V)', planned),
  method('orValue(optional(V), V) V', planned),
  global('_?._(dyn, string) optional(V)', planned),
  global('_[?_](list(V), int) optional(V)', planned),
  global('_[?_](optional(list(V)), int) optional(V)', planned),
  global('_[?_](map(K, V), K) optional(V)', planned),
  global('_[?_](optional(map(K, V)), K) optional(V)', planned),
  global('_[_](optional(list(V)), int) optional(V)', planned),
  global('_[_](optional(map(K, V)), K) optional(V)', planned),
]
