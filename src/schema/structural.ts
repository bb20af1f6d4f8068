import type { FieldError } from '../meta/field-error.js'
import { goSchema } from './go-schema.js'
import type { Schema } from './schema.js'
import { SchemaErrors } from './schema-errors.js'
import { checkDefaults } from './structural-defaults.js'
import { checkInvariants } from './structural-invariants.js'
import { checkKeywords } from './structural-keywords.js'
import { checkCompleteness } from './structural-nested.js'
import { unsupportedKeyword } from './structural-unsupported.js'

/** Keywords that a root may have when its status is validated by itself; in the words of upstream's message. */
const atRoot = [
  ...['Description', 'Type', 'Format', 'Title', 'Maximum', 'ExclusiveMaximum', 'Minimum', 'ExclusiveMinimum'],
  ...['MaxLength', 'MinLength', 'Pattern', 'MaxItems', 'MinItems', 'UniqueItems', 'MultipleOf', 'Required', 'Items'],
  ...['Properties', 'ExternalDocs', 'Example', 'XPreserveUnknownFields', 'XValidations'],
]

export interface StructuralOptions {
  /** The resource has the status subresource. */
  readonly status: boolean
  /**
   * Compiles the CEL rules of a schema that is structural; given in, so that CEL is loaded only where there are rules.
   * It gets what is wrong with the schema's keywords.
   */
  readonly checkRules: (schema: Schema, path: string, errors: readonly FieldError[]) => FieldError[]
}

/**
 * What is wrong with the schema of a CustomResourceDefinition, in upstream's words: it must be structural, its defaults
 * must fit it, its keywords must go together and its rules must compile (API-SEMANTICS R10, R11, R31). `path` is that of the schema, such as
 * `spec.validation.openAPIV3Schema`.
 */
export function validateStructuralSchema(
  schema: Schema,
  path: string,
  { status, checkRules }: StructuralOptions,
): FieldError[] {
  const errors = new SchemaErrors()
  if (status) checkRootWithStatus(schema, path, errors)
  if (schema.nullable) errors.forbidden(`${path}.nullable`, 'nullable cannot be true at the root')
  const unsupported = unsupportedKeyword(schema)
  const outside = errors.list.length
  if (unsupported === undefined) {
    const before = errors.list.length
    checkInvariants(schema, 'root', path, errors)
    checkCompleteness(schema, path, errors)
    if (errors.list.length === before) checkDefaults(schema, path, errors)
  }
  const isStructural = unsupported === undefined && errors.list.length === outside
  const keywords = errors.list.length
  checkKeywords(schema, path, errors)
  if (isStructural) errors.list.push(...checkRules(schema, path, errors.list.slice(keywords)))
  if (unsupported !== undefined && errors.list.length === 0) errors.invalid(path, '', unsupported)
  return errors.list
}

/** Of several keywords too many upstream tells one, with the whole schema. */
function checkRootWithStatus(schema: Schema, path: string, errors: SchemaErrors): void {
  if (schema.type !== undefined && schema.type !== 'object') {
    const why = 'only "object" is allowed as the type at the root of the schema if the status subresource is enabled'
    errors.invalid(`${path}.type`, schema.type, why)
    return
  }
  const others = Object.entries(schema).filter(([name, value]) => isSet(value) && !atRoot.includes(upstreamName(name)))
  if (others.length === 0) return
  const why = `only [${atRoot.join(' ')}] fields are allowed at the root of the schema if the status subresource is enabled`
  errors.invalidStruct(path, goSchema(schema), why)
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false && value !== ''
}

/** `XPreserveUnknownFields` for `x-kubernetes-preserve-unknown-fields`. */
function upstreamName(keyword: string): string {
  const short = keyword.replace(/^x-kubernetes-/, 'x-')
  return short.replace(/(?:^|-)(.)/g, (_all, letter: string) => letter.toUpperCase())
}
