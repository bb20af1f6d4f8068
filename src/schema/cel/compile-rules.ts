import { additionalOf } from '../member.js'
import type { Schema } from '../schema.js'
import { hasRules } from './has-rules.js'
import { type RuleProgram, rulePrograms } from './rule-program.js'

/** The rules of a schema and of those below it, each compiled; only where there are some. */
export interface CompiledRules {
  readonly schema: Schema
  readonly isRoot: boolean
  readonly rules: readonly RuleProgram[]
  readonly items?: CompiledRules
  readonly additional?: CompiledRules
  readonly properties?: ReadonlyMap<string, CompiledRules>
  readonly allOf?: readonly CompiledRules[]
}

const compiled = new WeakMap<Schema, CompiledRules | undefined>()
const compiledRoots = new WeakMap<Schema, CompiledRules | undefined>()

/**
 * The rules of a custom resource's schema, compiled once; undefined when it has none. A rule that does not compile is
 * told when it would be evaluated. `isRoot`: the schema is that of a whole resource.
 */
export function compileRules(schema: Schema, isRoot = true): CompiledRules | undefined {
  const cache = isRoot ? compiledRoots : compiled
  if (!cache.has(schema)) cache.set(schema, hasRules(schema) ? collect(schema, schema, isRoot) : undefined)
  return cache.get(schema)
}

/** `from`: where the rules stand, which is the schema itself or an allOf of it. */
function collect(from: Schema, schema: Schema, isRoot: boolean): CompiledRules | undefined {
  const below = (rules: Schema | undefined, child: Schema | undefined) =>
    rules && child && collect(rules, child, child['x-kubernetes-embedded-resource'] === true)
  const items = below(from.items, schema.items)
  const additional = below(additionalOf(from), additionalOf(schema))
  const properties = new Map<string, CompiledRules>()
  for (const [name, child] of Object.entries(from.properties ?? {})) {
    const found = below(child, schema.properties?.[name])
    if (found) properties.set(name, found)
  }
  const allOf = (from.allOf ?? []).map((part) => collect(part, schema, isRoot)).filter((part) => part !== undefined)
  const rules = programsOf(from, schema, isRoot)
  if (rules.length === 0 && !items && !additional && properties.size === 0 && allOf.length === 0) return undefined
  return {
    schema,
    isRoot,
    rules,
    ...(items ? { items } : {}),
    ...(additional ? { additional } : {}),
    ...(properties.size > 0 ? { properties } : {}),
    ...(allOf.length > 0 ? { allOf } : {}),
  }
}

function programsOf(from: Schema, schema: Schema, isRoot: boolean): readonly RuleProgram[] {
  const rules = from['x-kubernetes-validations'] ?? []
  if (rules.length === 0) return []
  const node = from === schema ? schema : { ...schema, 'x-kubernetes-validations': rules }
  return rulePrograms(node, isRoot) ?? []
}
