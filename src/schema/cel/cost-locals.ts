import { exactly, type Range } from './cost-range.js'
import type { Comprehension, Expr } from './expr.js'
import { sizeOf } from './size.js'
import { isOptional, type Type } from './type.js'

/** A value by the way to it from a variable: `['self', 'items', '@items']`. */
export type Path = readonly string[]

/** What is known of the members of a list or map. */
export interface EntrySize {
  readonly kind: 'list' | 'map'
  readonly key: Range
  readonly value: Range
}

export interface Local {
  readonly path: Path | undefined
  readonly size: Range | undefined
  readonly entry: EntrySize | undefined
}

/** The variables of folds, the innermost of each name first. */
export class Locals {
  readonly #stacks = new Map<string, Local[]>()

  get(name: string): Local | undefined {
    return this.#stacks.get(name)?.at(-1)
  }

  push(name: string, local: Local): void {
    const stack = this.#stacks.get(name)
    if (stack) stack.push(local)
    else this.#stacks.set(name, [local])
  }

  pop(name: string): void {
    this.#stacks.get(name)?.pop()
  }
}

export function literalSize(expr: Expr): Range | undefined {
  if (expr.kind === 'literal') return exactly(sizeOf(expr.value))
  if (expr.kind === 'list') return exactly(expr.elements.length)
  return expr.kind === 'map' ? exactly(expr.entries.length) : undefined
}

export function isScalar(type: Type): boolean {
  if (isOptional(type)) return type.params[0] !== undefined && isScalar(type.params[0])
  return ['bool', 'double', 'duration', 'int', 'timestamp', 'uint'].includes(type.kind)
}

/** A name for a value: a fold over nothing. */
export function isBinding({ range, condition, accu }: Comprehension): boolean {
  return range.kind === 'list' && range.elements.length === 0 && condition.kind === 'literal' && accu !== '@result'
}
