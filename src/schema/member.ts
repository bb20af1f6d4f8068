import type { Schema } from './schema.js'

/** The schema of a named property. Names come from outside: `constructor` is not a property unless the schema says so. */
export function propertyOf(schema: Schema, name: string): Schema | undefined {
  return schema.properties && Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined
}

/** The schema of members that have no property of their own; undefined also where the schema allows any. */
export function additionalOf(schema: Schema): Schema | undefined {
  return typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined
}

/** What every resource has, root or embedded, without its schema saying so. */
export function isTypeOrMetadata(name: string): boolean {
  return name === 'apiVersion' || name === 'kind' || name === 'metadata'
}
