import { compile } from './compile.js'
import type { StructTypes } from './environment.js'
import { costExceeded, nestedMeter, spentCost } from './meter.js'
import type { Program } from './plan.js'
import { formatType, runtimeName, sameType, type Type } from './type.js'
import { Failure, fail, type Value } from './value.js'

/** What one expression may cost by itself. */
const perCallLimit = 1_000_000

/** An expression of a policy or webhook, compiled; or what is wrong with it, in upstream's words. */
export interface Expression {
  readonly source: string
  readonly type?: Type
  readonly program?: Program
  readonly error?: string
}

/** Compiles an expression that must give one of some types; any when none is named. */
export function compileExpression(
  source: string,
  variables: ReadonlyMap<string, Type>,
  returns: readonly Type[] = [],
  structs?: StructTypes,
): Expression {
  const found = compile(source, { variables, ...(structs ? { structs } : {}) })
  if (!('program' in found)) {
    const { issues, problem } = found
    const error = issues === undefined ? `program instantiation failed: ${problem}` : `compilation failed: ${issues}`
    return { source, error }
  }
  const { type, program } = found
  if (returns.length === 0 || returns.some((one) => sameType(one, type))) return { source, type, program }
  const [first] = returns
  const wanted = returns.length === 1 && first ? shown(first) : `one of [${returns.map(shown).join(' ')}]`
  return { source, type, error: `must evaluate to ${wanted} but got ${shown(type)}` }
}

function shown(type: Type): string {
  return type.params.length === 0 ? runtimeName(type) : formatType(type)
}

export type Evaluated =
  | { readonly value: Value; readonly cost: number }
  | { readonly failure: Failure; readonly cost: number }

/** Runs an expression with its variables, in the order they were declared. */
export function evaluate(program: Program, values: readonly (Value | undefined)[]): Evaluated {
  try {
    return program.run(values, perCallLimit)
  } catch (error) {
    if (error instanceof Failure) return { failure: error, cost: spentCost() }
    throw error
  }
}

/** The value of an expression inside of another one that runs. `spent` is told what it cost. @throws Failure */
export function evaluateWithin(
  name: string,
  { program, error }: Expression,
  values: readonly (Value | undefined)[],
  spent: (cost: number) => void,
): Value {
  if (!program) return fail(`composited variable "${name}" fails to compile: ${error}`)
  const outcome = nestedMeter(() => evaluate(program, values))
  spent(outcome.cost)
  if (!('failure' in outcome)) return outcome.value
  const { message, isFinal } = outcome.failure
  if (isFinal && message !== costExceeded) throw outcome.failure
  return fail(`composited variable "${name}" fails to evaluate: ${message}`)
}
