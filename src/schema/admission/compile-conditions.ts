import { compileExpression, type Expression } from '../cel/expression.js'
import { boolType } from '../cel/type.js'
import type { NamedExpression } from './policy-expressions.js'
import { type Declared, declaredVariables } from './variables.js'

export interface CompiledCondition {
  readonly name: string
  readonly expression: Expression
}

/** matchConditions of webhooks and policies, which know no variables of policies. */
export function compileConditions(
  conditions: readonly NamedExpression[],
  declared: Declared,
): readonly CompiledCondition[] {
  const variables = declaredVariables(declared)
  return conditions.map(({ name, expression }) => ({
    name,
    expression: compileExpression(expression.trim(), variables, [boolType]),
  }))
}
