import type { FieldError } from '../../meta/field-error.js'
import { jsonEquals } from '../../meta/json-equal.js'
import { checkSchemaRules } from '../../schema/rules.js'
import { validateStructuralSchema } from '../../schema/structural.js'
import type { CustomResourceValidation } from './custom-resource-definition.js'

export interface SchemaPlace {
  /** Of the validation, such as `spec.validation`. */
  readonly path: string
  /** The status subresource is enabled. */
  readonly status: boolean
}

/**
 * What is wrong with a schema (API-SEMANTICS R10, R11). One that was there before, in the same place, has been found
 * right then: schemas are large, and most updates leave them alone.
 */
export function checkSchema(
  validation: CustomResourceValidation | undefined,
  before: CustomResourceValidation | undefined,
  { path, status }: SchemaPlace,
): FieldError[] {
  const schema = validation?.openAPIV3Schema
  if (!schema || (before && jsonEquals(validation, before))) return []
  const at = `${path}.openAPIV3Schema`
  return validateStructuralSchema(schema, at, { status, checkRules: checkSchemaRules })
}
