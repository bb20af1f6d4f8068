import type { CallEstimate, CallNode } from './cost-range.js'
import * as types from './type.js'
import { paramType, type Type } from './type.js'
import {
  Duration,
  ListValue,
  MapValue,
  OpaqueValue,
  Optional,
  Timestamp,
  TypeValue,
  Uint,
  type Value,
} from './value.js'

/** One way to call a function: for one list of types of arguments. */
export interface Overload {
  readonly name: string
  readonly isMember: boolean
  /** Of a member function the first is the target. */
  readonly params: readonly Type[]
  readonly result: Type
  readonly call: Implementation
  readonly price?: Price
}

/** What a function does; the run time hands it values of the types its declaration says. */
export type Implementation = (...args: never[]) => Value

/** What a call costs, in upstream's units. Where there is none, 1. */
export interface Price {
  /** When it is run. */
  readonly actual?: (args: readonly Value[], result: Value) => number
  /** Before it is ever run, from the sizes its arguments may have. undefined: the usual. */
  readonly estimate?: (call: CallNode) => CallEstimate | undefined
}

const named: Readonly<Record<string, Type>> = {
  dyn: types.dynType,
  null: types.nullType,
  bool: types.boolType,
  int: types.intType,
  uint: types.uintType,
  double: types.doubleType,
  string: types.stringType,
  bytes: types.bytesType,
  duration: types.durationType,
  timestamp: types.timestampType,
  'net.IP': types.opaqueType('net.IP'),
  'net.CIDR': types.opaqueType('net.CIDR'),
}

/** The overload of a declaration such as `charAt(string, int) string`, called as `'abc'.charAt(1)`. */
export function method(signature: string, call: Implementation, price?: Price): Overload {
  return { ...readSignature(signature), isMember: true, call, ...(price ? { price } : {}) }
}

/** The overload of a declaration such as `size(string) int`, called as `size('abc')`. */
export function global(signature: string, call: Implementation, price?: Price): Overload {
  return { ...readSignature(signature), isMember: false, call, ...(price ? { price } : {}) }
}

function readSignature(signature: string): Pick<Overload, 'name' | 'params' | 'result'> {
  const [, name = '', params = '', result = ''] = /^([^(]+)\((.*)\) (.+)$/.exec(signature) ?? []
  return { name, params: splitTypes(params).map(readType), result: readType(result) }
}

/** Types parted by commas that are in no parentheses. */
function splitTypes(text: string): string[] {
  const parts: string[] = []
  let depth = 0
  let start = 0
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '(') depth++
    if (text[i] === ')') depth--
    if (text[i] === ',' && depth === 0) {
      parts.push(text.slice(start, i))
      start = i + 1
    }
  }
  return [...parts, text.slice(start)].map((part) => part.trim()).filter((part) => part !== '')
}

function readType(text: string): Type {
  const [, name = '', params] = /^([^(]+)(?:\((.*)\))?$/.exec(text) ?? []
  const [first = types.dynType, second = types.dynType] = splitTypes(params ?? '').map(readType)
  if (/^[A-Z]$/.test(name)) return paramType(name)
  if (name === 'list') return types.listType(first)
  if (name === 'map') return types.mapType(first, second)
  if (name === 'optional') return types.optionalType(first)
  if (name === 'type') return types.typeOf(first)
  return named[name] ?? types.structType(name)
}

/** Whether a value is of a type, as far as calls are told apart by it: what a list holds is not looked at. */
export function acceptor(type: Type): (value: Value) => boolean {
  switch (type.kind) {
    case 'dyn':
    case 'param':
      return () => true
    case 'null':
      return (value) => value === null
    case 'bool':
      return (value) => typeof value === 'boolean'
    case 'int':
      return (value) => typeof value === 'bigint'
    case 'double':
      return (value) => typeof value === 'number'
    case 'string':
      return (value) => typeof value === 'string'
    case 'uint':
      return (value) => value instanceof Uint
    case 'bytes':
      return (value) => value instanceof Uint8Array
    case 'list':
      return (value) => value instanceof ListValue
    case 'map':
      return (value) => value instanceof MapValue
    case 'timestamp':
      return (value) => value instanceof Timestamp
    case 'duration':
      return (value) => value instanceof Duration
    case 'type':
      return (value) => value instanceof TypeValue
  }
  if (type.name === 'optional_type') return (value) => value instanceof Optional
  return (value) => value instanceof OpaqueValue && value.type === type.name
}
