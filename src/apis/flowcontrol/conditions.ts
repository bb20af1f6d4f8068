import { type FieldError, fieldError } from '../../meta/field-error.js'
import { each } from '../field-checks.js'

/** Conditions of a status: each has a type, and no two the same. */
export function validateConditions(conditions: readonly { readonly type?: string }[] = []): FieldError[] {
  return each(conditions, 'status.conditions', ({ type }, path, i) => {
    const again = conditions.slice(0, i).some((other) => other.type === type)
    return [
      ...(again ? [fieldError.duplicate(`${path}.type`, type ?? '')] : []),
      ...(type ? [] : [fieldError.required(`${path}.type`)]),
    ]
  })
}
