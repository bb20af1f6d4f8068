import { type FieldError, fieldError } from '../../meta/field-error.js'
import { qualifiedNameErrors } from '../../meta/names.js'
import type { NamedExpression } from '../../schema/admission/policy-expressions.js'
import { each, invalidBy } from '../field-checks.js'
import { compileCondition, expressionErrors } from './expressions.js'

const mostConditions = 64

/** `params`: the conditions may name them. */
export function validateMatchConditions(
  conditions: readonly NamedExpression[] = [],
  path: string,
  params = false,
): FieldError[] {
  const names = conditions.map(({ name }) => name)
  const found = each(conditions, path, ({ name, expression }, at, i) => {
    const wrong: FieldError[] = []
    if (expression.trim() === '') wrong.push(fieldError.required(`${at}.expression`))
    else wrong.push(...expressionErrors(`${at}.expression`, compileCondition(expression, params)))
    if (name === '') return [...wrong, fieldError.required(`${at}.name`)]
    wrong.push(...invalidBy(`${at}.name`, name, qualifiedNameErrors(name)))
    if (names.indexOf(name) < i) wrong.push(fieldError.duplicate(`${at}.name`, name))
    return wrong
  })
  if (conditions.length <= mostConditions) return found
  return [fieldError.tooMany(path, conditions.length, mostConditions), ...found]
}
