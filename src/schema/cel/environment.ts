import { access } from './library/access.js'
import { conversions } from './library/conversions.js'
import { namedFormats } from './library/formats.js'
import { ips } from './library/ips.js'
import { lists } from './library/lists.js'
import { maps } from './library/maps.js'
import { operators } from './library/operators.js'
import { optionals } from './library/optionals.js'
import { patterns } from './library/patterns.js'
import { quantities } from './library/quantities.js'
import { semvers } from './library/semvers.js'
import { strings } from './library/strings.js'
import { times } from './library/times.js'
import { urls } from './library/urls.js'
import type { Overload } from './overload.js'
import type { Type } from './type.js'
import * as types from './type.js'
import type { Value } from './value.js'

/** What an expression may name besides the functions that every one has: variables. */
export interface Environment {
  readonly variables: ReadonlyMap<string, Type>
  /** The types whose values expressions may make: `Name{member: value}`. */
  readonly structs?: StructTypes
}

export interface StructTypes {
  /** A type, and what members its literals may have. */
  find(name: string): Type | undefined
  make(name: string, members: ReadonlyMap<string, Value>): Value
  /** What comes with them. */
  readonly functions: readonly Overload[]
}

const anyList = types.listType(types.dynType)
const anyMap = types.mapType(types.dynType, types.dynType)

/** Types by the names expressions have for them. */
const typeNames: ReadonlyMap<string, Type> = new Map([
  ...[types.boolType, types.bytesType, types.doubleType, types.intType, types.stringType, types.uintType].map(
    (type) => [type.name, type] as const,
  ),
  ['list', anyList],
  ['map', anyMap],
  ['null_type', types.nullType],
  ['type', types.typeOf(types.dynType)],
  ['optional_type', types.optionalType(types.dynType)],
  ['google.protobuf.Duration', types.durationType],
  ['google.protobuf.Timestamp', types.timestampType],
  ...['net.IP', 'net.CIDR'].map((name) => [name, types.opaqueType(name)] as const),
  ['duration', types.durationType],
  ['timestamp', types.timestampType],
])

/** Names of types that upstream's checker knows and its interpreter does not. */
export const onlyChecked: ReadonlySet<string> = new Set(['duration', 'timestamp'])

export function typeNamed(name: string): Type | undefined {
  return typeNames.get(name)
}

function byName(overloads: readonly Overload[]): ReadonlyMap<string, readonly Overload[]> {
  const groups = new Map<string, Overload[]>()
  for (const overload of overloads) {
    const group = groups.get(overload.name)
    if (group) group.push(overload)
    else groups.set(overload.name, [overload])
  }
  return groups
}

const standard = byName([
  ...[operators, conversions, strings, lists, maps, optionals, patterns, times].flat(),
  ...[quantities, semvers, urls, ips, namedFormats, access].flat(),
])

/** The overloads of a function; undefined when there is none of that name. */
export function overloadsOf(name: string, structs?: StructTypes): readonly Overload[] | undefined {
  const own = structs?.functions.filter((overload) => overload.name === name) ?? []
  return own.length > 0 ? own : standard.get(name)
}
