import { type FieldError, fieldError } from '../../meta/field-error.js'
import { qualifiedNameErrors } from '../../meta/names.js'
import { each, invalidBy } from '../field-checks.js'
import type { MatchCondition } from './webhook-spec.js'

const mostConditions = 64

/** Names and presence; whether the expressions compile is asked where they are. */
export function validateMatchConditions(conditions: readonly MatchCondition[] = [], path: string): FieldError[] {
  const names = conditions.map(({ name }) => name)
  const found = each(conditions, path, ({ name, expression }, at, i) => {
    const wrong: FieldError[] = []
    if (expression.trim() === '') wrong.push(fieldError.required(`${at}.expression`))
    if (name === '') return [...wrong, fieldError.required(`${at}.name`)]
    wrong.push(...invalidBy(`${at}.name`, name, qualifiedNameErrors(name)))
    if (names.indexOf(name) < i) wrong.push(fieldError.duplicate(`${at}.name`, name))
    return wrong
  })
  if (conditions.length <= mostConditions) return found
  return [fieldError.tooMany(path, conditions.length, mostConditions), ...found]
}
