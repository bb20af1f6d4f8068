import { additionalOf, propertyOf } from './member.js'
import type { Schema, ValidationRule } from './schema.js'
import type { SchemaErrors } from './schema-errors.js'
import { unsupportedKeyword } from './structural-unsupported.js'

const reasons = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired']

/** What CEL rules must be before they are compiled. */
export function checkRules(schema: Schema, path: string, errors: SchemaErrors): void {
  for (const [i, rule] of (schema['x-kubernetes-validations'] ?? []).entries()) {
    checkTexts(rule, `${path}.x-kubernetes-validations[${i}]`, errors)
    checkFieldPath(rule.fieldPath ?? '', schema, `${path}.x-kubernetes-validations[${i}].fieldPath`, errors)
  }
}

function checkTexts(rule: ValidationRule, path: string, errors: SchemaErrors): void {
  const { message = '', messageExpression = '', reason } = rule
  const text = (rule.rule ?? '').trim()
  if (text === '') errors.required(`${path}.rule`, 'rule is not specified')
  else if (message !== '' && message.trim() === '') {
    errors.invalid(`${path}.message`, message, 'must be non-empty if specified')
  } else if (hasLineBreaks(message.trim())) errors.invalid(`${path}.message`, message, 'must not contain line breaks')
  else if (hasLineBreaks(text) && message.trim() === '') {
    errors.required(`${path}.message`, 'message must be specified if rule contains line breaks')
  }
  if (messageExpression !== '' && messageExpression.trim() === '') {
    errors.required(`${path}.messageExpression`, 'messageExpression must be non-empty if specified')
  }
  if (reason !== undefined && !reasons.includes(reason)) errors.notSupported(`${path}.reason`, reason, reasons)
}

function checkFieldPath(fieldPath: string, schema: Schema, path: string, errors: SchemaErrors): void {
  if (fieldPath === '') return
  if (fieldPath.trim() === '') errors.invalid(path, fieldPath, 'must be non-empty if specified')
  if (hasLineBreaks(fieldPath)) errors.invalid(path, fieldPath, 'must not contain line breaks')
  // A schema that is not even structural leads nowhere, and is told as such.
  if (unsupportedKeyword(schema) === undefined && !isFieldPath(fieldPath, schema))
    errors.invalid(path, fieldPath, 'must be a valid path')
}

function hasLineBreaks(text: string): boolean {
  return /[\n\r]/.test(text)
}

/** A path such as `.spec['a.b']` that leads from member to member of the schema, or to where it allows any member. */
function isFieldPath(fieldPath: string, schema: Schema): boolean {
  const step = /(?:\.([^.[\]]+)|\['((?:[^'\\]|\\.)*)'\])/y
  let node = schema
  while (step.lastIndex < fieldPath.length) {
    const match = step.exec(fieldPath)
    if (!match) return false
    const isStruct = Object.keys(node.properties ?? {}).length > 0
    const next = isStruct ? propertyOf(node, match[1] ?? unescaped(match[2] ?? '')) : additionalOf(node)
    if (!next) return !isStruct && node.additionalProperties !== undefined && step.lastIndex === fieldPath.length
    node = next
  }
  return true
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, '$1')
}
