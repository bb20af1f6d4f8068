import type { FieldError } from '../meta/field-error.js'
import { Correlation } from './correlation.js'
import { Findings } from './findings.js'
import type { Schema } from './schema.js'
import { checkEmbeddedResources } from './validate-embedded.js'
import { checkListTypes } from './validate-list-types.js'
import { checkValue } from './validate-value.js'

/**
 * What is wrong with a value by its schema, in upstream's words: types, formats, ranges, combinations, then embedded
 * resources and lists that are sets or maps (API-SEMANTICS R22). `path` stands before the errors' fields, not in their
 * texts. At most a hundred errors. CEL rules and the metadata of the object itself are checked elsewhere.
 */
export function validateSchema(value: unknown, schema: Schema, path = ''): FieldError[] {
  const findings = new Findings(path)
  checkValue(value, schema, '', findings)
  checkEmbeddedResources(value, schema, findings)
  checkListTypes(value, schema, findings)
  return findings.errors
}

/** Types, formats, ranges and combinations. With `old`, what has not changed since is not held against the value (R24). */
export function validateValue(value: unknown, schema: Schema, path: string, old?: unknown): FieldError[] {
  const findings = new Findings(path)
  checkValue(value, schema, '', findings)
  if (findings.isValid || old === undefined) return findings.errors
  const ratcheted = new Findings(path)
  checkValue(value, schema, '', ratcheted, new Correlation(value, old, schema))
  return ratcheted.errors
}

export function validateEmbedded(value: unknown, schema: Schema): FieldError[] {
  const findings = new Findings('')
  checkEmbeddedResources(value, schema, findings)
  return findings.errors
}

/** Lists that are sets or maps. With `old`, an object that was wrong before may stay so. */
export function validateListTypes(value: unknown, schema: Schema, old?: unknown): FieldError[] {
  const findings = new Findings('')
  checkListTypes(value, schema, findings)
  if (findings.isValid || old === undefined) return findings.errors
  const before = new Findings('')
  checkListTypes(old, schema, before)
  return before.isValid ? findings.errors : []
}
