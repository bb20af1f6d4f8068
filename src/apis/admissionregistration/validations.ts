import { type FieldError, fieldError } from '../../meta/field-error.js'
import { qualifiedNameErrors } from '../../meta/names.js'
import type { CompiledPolicy } from '../../schema/admission/compile-policy.js'
import type { AuditAnnotation, PolicyExpressions, Validation } from '../../schema/admission/policy-expressions.js'
import { checkChoice, each, invalidBy } from '../field-checks.js'
import { goShape } from '../go-shape.js'
import { expressionErrors } from './expressions.js'

const reasons = ['Forbidden', 'Invalid', 'RequestEntityTooLarge']
const mostAnnotations = 20
const longestExpression = 5 * 1024

/** What a ValidatingAdmissionPolicy of that name checks, and what it notes. */
export function validateValidations(
  { validations = [], auditAnnotations = [] }: PolicyExpressions,
  name: string,
  compiled: CompiledPolicy,
): FieldError[] {
  if (validations.length === 0 && auditAnnotations.length === 0) {
    const why = 'validations or auditAnnotations must contain at least one item'
    return [fieldError.required('spec.validations', why), fieldError.required('spec.auditAnnotations', why)]
  }
  const path = 'spec.auditAnnotations'
  const found = each(validations, 'spec.validations', (one, at, i) =>
    validateValidation(one, compiled.validations[i], at),
  )
  if (auditAnnotations.length > mostAnnotations) {
    const shown = auditAnnotations.map((one) => goShape(one, 'admissionregistration.v1.AuditAnnotation'))
    found.push(fieldError.invalid(path, shown, `must not have more than ${mostAnnotations} auditAnnotations`))
  }
  const keys = auditAnnotations.map(({ key }) => key)
  const notes = each(auditAnnotations, path, (one, at, i) => [
    ...validateAnnotation(one, name, compiled.annotations[i], at),
    ...(keys.indexOf(one.key) < i ? [fieldError.duplicate(`${at}.key`, one.key)] : []),
  ])
  return [...found, ...notes]
}

function validateValidation(
  { expression, message = '', messageExpression = '', reason }: Validation,
  compiled: CompiledPolicy['validations'][number] | undefined,
  path: string,
): FieldError[] {
  const found: FieldError[] = []
  if (expression.trim() === '') found.push(fieldError.required(`${path}.expression`, 'expression is not specified'))
  else if (compiled) found.push(...expressionErrors(`${path}.expression`, compiled.expression))
  const at = `${path}.messageExpression`
  if (messageExpression !== '' && messageExpression.trim() === '') {
    found.push(fieldError.invalid(at, messageExpression, 'must be non-empty if specified'))
  } else if (compiled?.message) found.push(...expressionErrors(at, compiled.message))
  if (message !== '' && message.trim() === '') {
    found.push(fieldError.invalid(`${path}.message`, message, 'must be non-empty if specified'))
  } else if (/[\n\r]/.test(message.trim())) {
    found.push(fieldError.invalid(`${path}.message`, message, 'must not contain line breaks'))
  }
  return [...found, ...checkChoice(reason, reasons, `${path}.reason`)]
}

function validateAnnotation(
  { key, valueExpression }: AuditAnnotation,
  policy: string,
  compiled: CompiledPolicy['annotations'][number] | undefined,
  path: string,
): FieldError[] {
  const full = `${policy}/${key}`
  const found =
    policy === ''
      ? [fieldError.invalid(`${path}.key`, key, 'requires metadata.name be non-empty')]
      : invalidBy(`${path}.key`, full, qualifiedNameErrors(full))
  const at = `${path}.valueExpression`
  const length = Buffer.byteLength(valueExpression.trim())
  if (length === 0) return [...found, fieldError.required(at, 'valueExpression is not specified')]
  if (length > longestExpression) {
    return [...found, fieldError.required(at, `must not exceed ${longestExpression} bytes in length`)]
  }
  return compiled ? [...found, ...expressionErrors(at, compiled.expression, valueExpression)] : found
}
