import type { Type } from './type.js'
import type { Value } from './value.js'

/** The least and most that something costs or measures; `unlimited` stands for all that is more than a uint64. */
export interface Range {
  readonly min: number
  readonly max: number
}

export const unlimited = 2 ** 64

export const anySize: Range = { min: 0, max: unlimited }

/** Characters are cheaper than elements: a tenth of a unit each. A regular expression costs more per character. */
export const perCharacter = 0.1
export const perPatternCharacter = 0.25
export const listCost = 10
export const mapCost = 30
export const structCost = 40

export function exactly(size: number): Range {
  return { min: size, max: size }
}

export function add(a: Range, b: Range): Range {
  return { min: cap(a.min + b.min), max: cap(a.max + b.max) }
}

export function multiply(a: Range, b: Range): Range {
  return { min: cap(a.min * b.min), max: cap(a.max * b.max) }
}

/** Rounded up. */
export function times(a: Range, factor: number): Range {
  return { min: cap(Math.ceil(a.min * factor)), max: cap(Math.ceil(a.max * factor)) }
}

export function union(a: Range, b: Range): Range {
  return { min: Math.min(a.min, b.min), max: Math.max(a.max, b.max) }
}

export function cap(value: number): number {
  return value >= unlimited ? unlimited : value
}

/** What an estimator sees of an argument. */
export interface ArgumentNode {
  readonly type: Type
  /** The value when it is a literal. */
  readonly literal?: Value
  readonly size: Range
  /** The size of an element of a list, by the schema; `anySize` when nothing is known. */
  element(): { readonly type: Type; readonly size: Range } | undefined
}

export interface CallNode {
  readonly target?: ArgumentNode
  readonly args: readonly ArgumentNode[]
}

export interface CallEstimate {
  readonly cost: Range
  readonly size?: Range
}
