import type { FieldError } from '../meta/field-error.js'
import { hasRules } from './cel/has-rules.js'
import type { Schema } from './schema.js'

type Cel = Pick<typeof import('./cel/check-rules.js'), 'checkRules'> &
  Pick<typeof import('./cel/compile-rules.js'), 'compileRules'> &
  Pick<typeof import('./cel/validate-rules.js'), 'validateRules'>

let cel: Cel | undefined
const known = new WeakMap<Schema, boolean>()

function isRuled(schema: Schema): boolean {
  let ruled = known.get(schema)
  if (ruled === undefined) {
    ruled = hasRules(schema)
    known.set(schema, ruled)
  }
  return ruled
}

/**
 * To be waited for before a schema's rules are checked or objects are held to them: CEL is loaded when a schema first has
 * rules. Undefined: there is nothing to wait for.
 */
export function rulesLoading(schema: Schema): Promise<void> | undefined {
  return cel || !isRuled(schema) ? undefined : load()
}

async function load(): Promise<void> {
  const [check, compile, validate] = await Promise.all([
    import('./cel/check-rules.js'),
    import('./cel/compile-rules.js'),
    import('./cel/validate-rules.js'),
  ])
  cel = { ...check, ...compile, ...validate }
}

function loaded(): Cel {
  if (!cel) throw new Error('rules are needed before they were loaded')
  return cel
}

/** What is wrong with the CEL rules of a CustomResourceDefinition's schema (API-SEMANTICS R31, R33). */
export function checkSchemaRules(schema: Schema, path: string, schemaErrors: readonly FieldError[]): FieldError[] {
  return isRuled(schema) ? loaded().checkRules(schema, path, schemaErrors) : []
}

/** A value must fit its schema, but for what these say, before its rules can be asked. */
const blocking: ReadonlySet<FieldError['reason']> = new Set([
  'FieldValueNotSupported',
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
])

const notChecked: FieldError = {
  reason: 'FieldValueInvalid',
  field: '<nil>',
  message:
    'Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing ' +
    'errors to complete validation',
}

/**
 * What an object violates of its schema's rules (API-SEMANTICS R23, R30). `found` is what is wrong with it otherwise,
 * `old` what it was before an update. `warn` takes what is wrong and was so before.
 */
export function ruleErrors(
  schema: Schema,
  object: unknown,
  old: unknown,
  found: readonly FieldError[],
  warn: (text: string) => void,
): FieldError[] {
  if (!isRuled(schema)) return []
  if (found.some(({ reason }) => blocking.has(reason))) return [notChecked]
  const { compileRules, validateRules } = loaded()
  const rules = compileRules(schema)
  return rules ? validateRules(rules, object, old, { warn }) : []
}
