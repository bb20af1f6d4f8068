import { check } from './checker.js'
import type { Environment } from './environment.js'
import type { Expr } from './expr.js'
import { typeOf } from './expr-type.js'
import { Issues } from './issues.js'
import { checkLiterals } from './literal-checks.js'
import { parse } from './parser.js'
import { type Program, plan } from './plan.js'
import type { Type } from './type.js'
import { Failure } from './value.js'

/** An expression that is right: its tree, to price it, and its program. */
export interface Compiled {
  readonly expr: Expr
  readonly type: Type
  readonly program: Program
}

/** What is wrong with an expression; `issues` where it is one that the checker tells with places in the source. */
export interface CompileError {
  readonly issues?: string
  /** What failed when the program was made of a tree that is right, such as `int('a')`. */
  readonly problem?: string
}

/** Parses, checks and plans a source. The errors are upstream's, word for word. */
export function compile(source: string, environment: Environment): Compiled | CompileError {
  const checked = checkSource(source, environment)
  if (!('expr' in checked)) return checked
  try {
    return { ...checked, program: plan(checked.expr, environment) }
  } catch (error) {
    if (error instanceof Failure) return { problem: error.message }
    throw error
  }
}

/** Parses and checks a source without making a program of it. */
function checkSource(source: string, environment: Environment): { expr: Expr; type: Type } | CompileError {
  const issues = new Issues(source)
  const expr = parse(source, issues)
  if (expr && issues.isEmpty) check(expr, environment, issues)
  if (expr && issues.isEmpty) checkLiterals(expr, issues)
  return expr && issues.isEmpty ? { expr, type: typeOf(expr) } : { issues: issues.toString() }
}
