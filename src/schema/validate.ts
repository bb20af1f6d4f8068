import type { FieldError } from '../meta/field-error.js'
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
