/** A static type of CEL, as the checker gives one to every expression (cel-spec, langdef "Gradual type checking"). */
export interface Type {
  readonly kind: Kind
  /** As messages show it, without parameters. */
  readonly name: string
  readonly params: readonly Type[]
  /** The members of a struct by their escaped names; a struct without them, such as a URL, has none to select. */
  readonly fields?: ReadonlyMap<string, Type>
}

export type Kind =
  | 'dyn'
  | 'error'
  | 'null'
  | 'bool'
  | 'int'
  | 'uint'
  | 'double'
  | 'string'
  | 'bytes'
  | 'duration'
  | 'timestamp'
  | 'type'
  | 'list'
  | 'map'
  | 'struct'
  | 'opaque'
  | 'param'

function simple(kind: Kind, name: string = kind): Type {
  return { kind, name, params: [] }
}

export const dynType = simple('dyn')
/** What an expression with an error has, so that one error is told once. */
export const errorType = simple('error', '!error!')
export const nullType = simple('null')
export const boolType = simple('bool')
export const intType = simple('int')
export const uintType = simple('uint')
export const doubleType = simple('double')
export const stringType = simple('string')
export const bytesType = simple('bytes')
export const durationType = simple('duration')
export const timestampType = simple('timestamp')
const typeType = simple('type')

export function listType(element: Type): Type {
  return { kind: 'list', name: 'list', params: [element] }
}

export function mapType(key: Type, value: Type): Type {
  return { kind: 'map', name: 'map', params: [key, value] }
}

/** The type of a type: `type(int)` is that of the name `int`. */
export function typeOf(type: Type): Type {
  return { ...typeType, params: [type] }
}

export function optionalType(value: Type): Type {
  return opaqueType('optional_type', value)
}

export function opaqueType(name: string, ...params: Type[]): Type {
  return { kind: 'opaque', name, params }
}

export function structType(name: string, fields?: ReadonlyMap<string, Type>): Type {
  return { kind: 'struct', name, params: [], ...(fields ? { fields } : {}) }
}

export function paramType(name: string): Type {
  return simple('param', name)
}

export function isOptional(type: Type): boolean {
  return type.kind === 'opaque' && type.name === 'optional_type'
}

/** What an optional holds; any other type as it is. */
export function unwrapOptional(type: Type): Type {
  return isOptional(type) ? (type.params[0] ?? dynType) : type
}

export function sameType(a: Type, b: Type): boolean {
  if (a === b) return true
  if (a.kind !== b.kind || a.name !== b.name || a.params.length !== b.params.length) return false
  return a.params.every((param, i) => sameType(param, b.params[i] ?? dynType))
}

/** As messages show it: `map(string, list(int))`; a struct by its name. */
export function formatType(type: Type): string {
  if (type.kind === 'timestamp' || type.kind === 'duration' || type.params.length === 0) return shownName(type)
  return `${type.name}(${type.params.map(formatType).join(', ')})`
}

/** How values are called at run time; types of times have their protobuf names there. */
export function runtimeName(type: Type): string {
  if (type.kind === 'timestamp') return 'google.protobuf.Timestamp'
  if (type.kind === 'duration') return 'google.protobuf.Duration'
  return type.kind === 'null' ? 'null_type' : type.name
}

function shownName(type: Type): string {
  return type.name
}
