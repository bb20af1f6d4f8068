import { checkRules } from '../../src/schema/cel/check-rules.js'
import type { Schema } from '../../src/schema/schema.js'
import { validateStructuralSchema } from '../../src/schema/structural.js'

/** A schema as a CustomResourceDefinition has it: what is wrong with it need not have a type. */
export type Source = Record<string, unknown>

const path = 'spec.validation.openAPIV3Schema'

export function said(schema: Source, status = false): string[] {
  const found = validateStructuralSchema(schema as Schema, path, { status, checkRules })
  return found.map(({ field, message }) => `${field.replace(path, '')}: ${message}`)
}

/** What is said of the property `a`, with paths from there. */
export function saidOfA(a: Source): string[] {
  return said({ type: 'object', properties: { a } }).map((text) => text.replace('.properties[a]', 'a'))
}
