import type { Schema } from '../schema.js'

/**
 * Whether a schema has CEL rules: without any, nothing of CEL needs to be loaded. Rules that stand in an allOf count
 * only beside others, as upstream looks for them.
 */
export function hasRules(schema: Schema): boolean {
  const { items, additionalProperties, properties } = schema
  if ((schema['x-kubernetes-validations'] ?? []).length > 0) return true
  if (items && hasRules(items)) return true
  if (typeof additionalProperties === 'object' && hasRules(additionalProperties)) return true
  return Object.values(properties ?? {}).some(hasRules)
}
