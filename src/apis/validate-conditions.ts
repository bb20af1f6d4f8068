import { type FieldError, fieldError } from '../meta/field-error.js'
import { qualifiedNameErrors } from '../meta/names.js'
import { checkChoice, each, invalidBy, repeated } from './field-checks.js'

/** meta/v1 Condition. */
export interface Condition {
  readonly type?: string
  readonly status?: string
  readonly observedGeneration?: number
  readonly lastTransitionTime?: string
  readonly reason?: string
  readonly message?: string
}

const reasonForm = /^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$/
const notAReason =
  "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName',  or 'ReasonA,ReasonB',  or 'ReasonA:ReasonB', regex used for validation is '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?')"
const [longestReason, longestMessage] = [1024, 32 * 1024]

/** Conditions as the API's machinery has them: one of each type, with a reason and a time. */
export function validateConditions(conditions: readonly Condition[] | undefined, path: string): FieldError[] {
  const again = repeated(conditions, ({ type = '' }) => type)
  return each(conditions, path, (condition, at, i) => {
    const { type = '', status = '', observedGeneration = 0, lastTransitionTime, reason = '', message = '' } = condition
    const found = again[i]
      ? [fieldError.duplicate(`${at}.type`, type)]
      : invalidBy(`${at}.type`, type, qualifiedNameErrors(type))
    found.push(...checkChoice(status, ['False', 'True', 'Unknown'], `${at}.status`))
    if (observedGeneration < 0) {
      const why = 'must be greater than or equal to zero'
      found.push(fieldError.invalid(`${at}.observedGeneration`, observedGeneration, why))
    }
    if (!lastTransitionTime) found.push(fieldError.required(`${at}.lastTransitionTime`))
    if (reason === '') found.push(fieldError.required(`${at}.reason`))
    else {
      if (!reasonForm.test(reason)) found.push(fieldError.invalid(`${at}.reason`, reason, notAReason))
      if (Buffer.byteLength(reason) > longestReason) found.push(fieldError.tooLong(`${at}.reason`, longestReason))
    }
    if (Buffer.byteLength(message) > longestMessage) found.push(fieldError.tooLong(`${at}.message`, longestMessage))
    return found
  })
}
