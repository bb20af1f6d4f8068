import { type FieldError, fieldError } from '../../meta/field-error.js'
import { each, repeated } from '../field-checks.js'

/** Conditions of a status: each has a type, and no two the same. */
export function validateConditions(conditions: readonly { readonly type?: string }[] = []): FieldError[] {
  const again = repeated(conditions, ({ type }) => JSON.stringify([type]))
  return each(conditions, 'status.conditions', ({ type }, path, i) => {
    return [
      ...(again[i] ? [fieldError.duplicate(`${path}.type`, type ?? '')] : []),
      ...(type ? [] : [fieldError.required(`${path}.type`)]),
    ]
  })
}
