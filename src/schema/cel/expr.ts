import type { Overload } from './overload.js'
import type { Type } from './type.js'
import type { Value } from './value.js'

/** Where an expression is in its source: an offset in UTF-16 units. */
interface Place {
  readonly at: number
  /** What the checker found; an expression is checked before it is planned or priced. */
  type?: Type
}

export interface Literal extends Place {
  readonly kind: 'literal'
  readonly value: Value
}

export interface Ident extends Place {
  readonly kind: 'ident'
  readonly name: string
}

export interface Select extends Place {
  readonly kind: 'select'
  readonly operand: Expr
  readonly field: string
  /** `has(operand.field)`. */
  readonly test: boolean
}

export interface Call extends Place {
  readonly kind: 'call'
  /** `_+_` for operators. */
  name: string
  target?: Expr | undefined
  readonly args: readonly Expr[]
  /** Those that fit the types of the arguments; with several the values decide at run time. */
  overloads?: readonly Overload[]
}

export interface ListExpr extends Place {
  readonly kind: 'list'
  readonly elements: readonly Expr[]
  /** Indices of elements such as `?x`. */
  readonly optional: ReadonlySet<number>
}

export interface MapEntry {
  readonly key: Expr
  readonly value: Expr
  readonly optional: boolean
}

export interface MapExpr extends Place {
  readonly kind: 'map'
  readonly entries: readonly MapEntry[]
}

export interface StructMember {
  readonly at: number
  readonly name: string
  readonly value: Expr
  readonly optional: boolean
}

/** `a.b.C{…}`: only where an environment has such types. */
export interface StructExpr extends Place {
  readonly kind: 'struct'
  readonly name: string
  readonly members: readonly StructMember[]
}

/** What macros such as `all` become: a fold over a range. */
export interface Comprehension extends Place {
  readonly kind: 'comprehension'
  readonly range: Expr
  readonly variable: string
  readonly variable2?: string
  readonly accu: string
  readonly init: Expr
  readonly condition: Expr
  readonly step: Expr
  readonly result: Expr
  /** It is what `all` or `exists` became. */
  readonly quantifier?: 'all' | 'exists'
}

export type Expr = Literal | Ident | Select | Call | ListExpr | MapExpr | StructExpr | Comprehension

/** The variable that a fold keeps its result in; no source can name it. */
export const accumulator = '@result'
