import { jsonEquals } from '../meta/json-equal.js'
import { propertyOf } from './member.js'
import { compilePattern } from './pattern.js'
import type { Schema } from './schema.js'
import type { SchemaErrors } from './schema-errors.js'

/** The one use of types below anyOf that is allowed: how int-or-string is spelled out. */
export function isIntOrString(anyOf: readonly Schema[] | undefined): boolean {
  return jsonEquals(anyOf, [{ type: 'integer' }, { type: 'string' }])
}

/** Which branches are the spelling of int-or-string, and need no look. */
interface Spelling {
  readonly anyOf: boolean
  /** The anyOf within the first of allOf. */
  readonly allOf: boolean
}

/** The rules for values of a node: patterns, and what stands below allOf, anyOf, oneOf and not. */
export function checkValueRules(schema: Schema, path: string, spelling: Spelling, errors: SchemaErrors): void {
  for (const [branch, nested] of branches(schema)) {
    if (branch.startsWith('anyOf') && spelling.anyOf) continue
    checkNested(nested, `${path}.${branch}`, branch === 'allOf[0]' && spelling.allOf, errors)
  }
  if (!schema.pattern) return
  const pattern = compilePattern(schema.pattern)
  if ('problem' in pattern) {
    errors.invalid(
      `${path}.pattern`,
      schema.pattern,
      `must be a valid regular expression, but isn't: ${pattern.problem}`,
    )
  }
}

/** The schemas that a value must fit besides the node itself, with their path below it. */
function branches({ allOf = [], anyOf = [], oneOf = [], not }: Schema): [string, Schema][] {
  const numbered = (name: string, schemas: readonly Schema[]) =>
    schemas.map((schema, i): [string, Schema] => [`${name}[${i}]`, schema])
  return [
    ...numbered('anyOf', anyOf),
    ...numbered('allOf', allOf),
    ...numbered('oneOf', oneOf),
    ...(not ? [['not', not] satisfies [string, Schema]] : []),
  ]
}

const forbiddenBelow: readonly (readonly [keyof Schema, string])[] = [
  ['type', 'must be empty to be structural'],
  ['default', 'must be undefined to be structural'],
  ['title', 'must be empty to be structural'],
  ['description', 'must be empty to be structural'],
  ['nullable', 'must be false to be structural'],
  ['x-kubernetes-preserve-unknown-fields', 'must be false to be structural'],
  ['x-kubernetes-embedded-resource', 'must be false to be structural'],
  ['x-kubernetes-int-or-string', 'must be false to be structural'],
  ['x-kubernetes-list-map-keys', 'must be empty to be structural'],
  ['x-kubernetes-list-type', 'must be undefined to be structural'],
  ['x-kubernetes-map-type', 'must be undefined to be structural'],
  ['x-kubernetes-validations', 'must be empty to be structural'],
]

/** A node below allOf, anyOf, oneOf or not: it may say how values are, but not what there is. */
function checkNested(schema: Schema, path: string, spelledOut: boolean, errors: SchemaErrors): void {
  checkValueRules(schema, path, { anyOf: spelledOut, allOf: false }, errors)
  if (schema.items) checkNested(schema.items, `${path}.items`, false, errors)
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    checkNested(property, `${path}.properties[${name}]`, false, errors)
  }
  if (schema.additionalProperties) {
    errors.forbidden(`${path}.additionalProperties`, 'must be undefined to be structural')
  }
  for (const [name, why] of forbiddenBelow) {
    const value = schema[name]
    const set =
      Array.isArray(value) && name !== 'default'
        ? value.length > 0
        : Boolean(value) || (name === 'default' && isGiven(value))
    if (set) errors.forbidden(`${path}.${name}`, why)
  }
  if (propertyOf(schema, 'metadata')) {
    errors.forbidden(`${path}.properties[metadata]`, 'must not be specified in a nested context')
  }
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null
}

/** What the root's branches say something about must also stand in the schema itself. */
export function checkCompleteness(schema: Schema, path: string, errors: SchemaErrors): void {
  completeBranches(schema, schema, path, path, errors)
}

function completeBranches(rules: Schema, schema: Schema, path: string, rulesPath: string, errors: SchemaErrors): void {
  for (const [branch, nested] of branches(rules)) complete(nested, schema, path, `${rulesPath}.${branch}`, errors)
}

function complete(
  rules: Schema,
  schema: Schema | undefined,
  path: string,
  rulesPath: string,
  errors: SchemaErrors,
): void {
  if (!schema) {
    errors.required(path, `because it is defined in ${rulesPath}`)
    return
  }
  completeBranches(rules, schema, path, rulesPath, errors)
  if (rules.items) complete(rules.items, schema.items, `${path}.items`, `${rulesPath}.items`, errors)
  for (const [name, nested] of Object.entries(rules.properties ?? {})) {
    const at = `properties[${name}]`
    complete(nested, propertyOf(schema, name), `${path}.${at}`, `${rulesPath}.${at}`, errors)
  }
}
