import type { Expr } from './expr.js'
import type { Failure, Value } from './value.js'

/** Variables at run time; undefined: it has no value; a failure: that of a fold, which may yet be absorbed. */
export type Slots = (Value | Failure | undefined)[]

/** A planned expression. */
export interface Node {
  readonly run: (slots: Slots) => Value
  /** It gives the same each time, and costs nothing. */
  readonly constant?: boolean
  /** A variable, or what is selected of one: selecting more of it costs less than of anything else. */
  readonly isAttribute?: boolean
  readonly isConditional?: boolean
}

export interface Planner {
  plan(expr: Expr): Node
  /** A place for a variable of a fold, until it is forgotten. */
  declare(name: string): number
  forget(name: string): void
}

export function constant(value: Value): Node {
  return { constant: true, run: () => value }
}
