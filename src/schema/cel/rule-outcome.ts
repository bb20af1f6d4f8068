import { showGo } from '../../codec/go-text.js'
import type { FieldError } from '../../meta/field-error.js'
import { quoteGo } from '../../meta/go-quote.js'
import type { Schema, ValidationRule } from '../schema.js'
import { costExceeded, spentCost } from './meter.js'
import type { Program } from './plan.js'
import { perCallLimit } from './rule-program.js'
import { Failure, type Value } from './value.js'

/** The longest message that a messageExpression may make, in bytes. */
const maxMessage = 5 * 1024

export const outOfBudget =
  'validation failed due to running out of cost budget, no further validation rules will be run'

export type Outcome =
  | { readonly value: Value; readonly cost: number }
  | { readonly failure: Failure; readonly cost: number }

/** Runs a program with what it may cost by itself; a failure costs what was spent until then. */
export function runProgram(program: Program, variables: readonly (Value | undefined)[]): Outcome {
  try {
    return program.run(variables, perCallLimit)
  } catch (error) {
    if (error instanceof Failure) return { failure: error, cost: spentCost() }
    throw error
  }
}

/** How messages call a rule. */
function nameOf({ rule, message = '' }: ValidationRule): string {
  return (message === '' ? rule : message).trim()
}

/** What is said of a rule that could not be evaluated. `isFinal`: no other rule is tried. */
export function failureText({ message }: Failure, rule: ValidationRule): { text: string; isFinal: boolean } {
  const name = nameOf(rule)
  if (message.startsWith('no such overload')) {
    const why = 'call arguments did not match a supported operator, function or macro signature for rule'
    return { text: `'${message}': ${why}: ${name}`, isFinal: false }
  }
  if (message.startsWith(costExceeded)) {
    const why = 'no further validation rules will be run due to call cost exceeds limit for rule'
    return { text: `'${message}': ${why}: ${name}`, isFinal: true }
  }
  return { text: `${message} evaluating rule: ${name}`, isFinal: false }
}

export function messageOf(rule: ValidationRule): string {
  return rule.message ? rule.message.trim() : `failed rule: ${nameOf(rule)}`
}

/** What a messageExpression says, or why the budget ends there; neither when it gives no message that can be shown. */
export function evaluateMessage(
  program: Program,
  source: string,
  variables: readonly (Value | undefined)[],
  budget: number,
): { readonly text?: string; readonly problem?: string; readonly cost: number } {
  const outcome = runProgram(program, variables)
  const { cost } = outcome
  if (cost > budget) {
    const why = 'messageExpression evaluation failed due to running out of cost budget'
    return { problem: `${why}, no further validation rules will be run`, cost }
  }
  if ('failure' in outcome) {
    if (!outcome.failure.message.startsWith(costExceeded)) return { cost }
    const why = 'no further validation rules will be run due to call cost exceeds limit for messageExpression'
    return { problem: `${why}: ${quoteGo(source)}`, cost }
  }
  const text = typeof outcome.value === 'string' ? outcome.value.trim() : ''
  const fits = text !== '' && !text.includes('\n') && Buffer.byteLength(text) <= maxMessage
  return fits ? { text, cost } : { cost }
}

/** The error of a rule that does not hold; its reason changes the text. Lists and objects are not shown. */
export function ruleError(
  field: string,
  json: unknown,
  schema: Schema,
  detail: string,
  rule: ValidationRule,
): FieldError {
  const isShown = schema.type !== 'object' && schema.type !== 'array'
  switch (rule.reason) {
    case 'FieldValueForbidden':
      return { reason: rule.reason, field, message: `Forbidden: ${detail}` }
    case 'FieldValueRequired':
      return { reason: rule.reason, field, message: `Required value: ${detail}` }
    case 'FieldValueDuplicate':
      return { reason: rule.reason, field, message: isShown ? `Duplicate value: ${showGo(json)}` : 'Duplicate value' }
  }
  const message = isShown ? `Invalid value: ${showGo(json)}: ${detail}` : `Invalid value: ${detail}`
  return { reason: 'FieldValueInvalid', field, message }
}

/** An error that is about a rule, not about the value: upstream shows the value's type instead. */
export function invalidRule(field: string, schema: Schema, text: string): FieldError {
  return { reason: 'FieldValueInvalid', field, message: `Invalid value: ${quoteGo(schema.type ?? '')}: ${text}` }
}
