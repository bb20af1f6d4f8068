import type { Expr } from './expr.js'
import type { Type } from './type.js'
import * as types from './type.js'

/** What the checker found; dyn for what it never came to. */
export function typeOf(expr: Expr): Type {
  return expr.type ?? types.dynType
}

/** `a.b.c` as one name; undefined for anything but names. */
export function qualifiedName(expr: Expr): string | undefined {
  if (expr.kind === 'ident') return expr.name
  if (expr.kind !== 'select' || expr.test) return undefined
  const operand = qualifiedName(expr.operand)
  return operand === undefined ? undefined : `${operand}.${expr.field}`
}

export function literalType(value: unknown): Type {
  switch (typeof value) {
    case 'boolean':
      return types.boolType
    case 'bigint':
      return types.intType
    case 'number':
      return types.doubleType
    case 'string':
      return types.stringType
  }
  if (value === null) return types.nullType
  return value instanceof Uint8Array ? types.bytesType : types.uintType
}
