/**
 * A value at run time. int is bigint, double is number; what an error is travels as an exception (`Failure`), except in
 * folds, which keep it until they know whether it counts.
 */
export type Value =
  | null
  | boolean
  | bigint
  | number
  | string
  | Uint8Array
  | Uint
  | Timestamp
  | Duration
  | TypeValue
  | Optional
  | ListValue
  | MapValue
  | OpaqueValue

export class Uint {
  constructor(readonly value: bigint) {}
}

/** An instant, in nanoseconds since 1970, between the years 1 and 9999. */
export class Timestamp {
  constructor(readonly nanos: bigint) {}
}

/** A span in nanoseconds, an int64. */
export class Duration {
  constructor(readonly nanos: bigint) {}
}

/** A type as a value: what `type(x)` gives, and what names such as `int` stand for. */
export class TypeValue {
  constructor(readonly name: string) {}
}

export class Optional {
  constructor(readonly value: Value | undefined) {}
}

export const none = new Optional(undefined)

export abstract class ListValue {
  abstract readonly size: number
  /** The element at an index below `size`. */
  abstract at(index: number): Value

  /** Lists that are sets or maps have their own. undefined: element by element. */
  equals?(other: ListValue): boolean
  concat?(other: ListValue): ListValue
}

export abstract class MapValue {
  abstract readonly size: number
  abstract find(key: Value): Value | undefined
  abstract keys(): Iterable<Value>

  /** Objects have their own. undefined: key by key. */
  equals?(other: MapValue): boolean
}

/** A value of a type that Kubernetes adds, such as a URL. */
export abstract class OpaqueValue {
  abstract readonly type: string
  abstract equals(other: OpaqueValue): boolean
  /** How many characters it counts as when functions are priced; 1 unless it says. */
  size?(): number

  /** Members, where it has any: `.name` of values that stand for objects. */
  select?(field: string): Value | undefined
}

/** Evaluation failed: `message` is upstream's text. No Error: a stack would cost more than most expressions. */
export class Failure {
  constructor(
    readonly message: string,
    /** The rule may spend no more: nothing absorbs this. */
    readonly isFinal = false,
  ) {}
}

export function fail(message: string): never {
  throw new Failure(message)
}

export function noSuchOverload(name?: string): never {
  throw new Failure(name === undefined ? 'no such overload' : `no such overload: ${name}`)
}

/** The name of a value's type as `type()` shows it. */
export function typeName(value: Value): string {
  switch (typeof value) {
    case 'boolean':
      return 'bool'
    case 'bigint':
      return 'int'
    case 'number':
      return 'double'
    case 'string':
      return 'string'
  }
  if (value === null) return 'null_type'
  if (value instanceof ListValue) return 'list'
  if (value instanceof MapValue) return 'map'
  if (value instanceof Uint) return 'uint'
  if (value instanceof Uint8Array) return 'bytes'
  if (value instanceof Timestamp) return 'google.protobuf.Timestamp'
  if (value instanceof Duration) return 'google.protobuf.Duration'
  if (value instanceof Optional) return 'optional_type'
  return value instanceof TypeValue ? 'type' : value.type
}
