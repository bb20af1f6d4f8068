import type { Schema } from '../../src/schema/schema.js'
import { validateSchema } from '../../src/schema/validate.js'

/** What is said of `spec.a`, of that schema, with that value: `field: message`. */
export function said(schema: Schema, value: unknown): string[] {
  const root: Schema = { type: 'object', properties: { spec: { type: 'object', properties: { a: schema } } } }
  return validateSchema({ spec: { a: value } }, root).map(({ field, message }) => `${field}: ${message}`)
}
