import type { FieldError } from '../../meta/field-error.js'
import { additionalOf } from '../member.js'
import type { Schema, ValidationRule } from '../schema.js'
import { SchemaErrors } from '../schema-errors.js'
import { compileRules } from './compile-rules.js'
import { cap } from './cost-range.js'
import { declTypeOf, maxRequestSize } from './decl-type.js'
import { ruleLimit, TotalCost, tooExpensive } from './rule-cost.js'
import { type RuleProgram, rulePrograms } from './rule-program.js'
import { validateRules } from './validate-rules.js'

/** What is known of a schema by where it stands. */
interface Place {
  readonly path: string
  readonly isRoot: boolean
  /** How often values of it can occur in one object; undefined: no limit. */
  readonly cardinality: number | undefined
  /** The path of the list or map above whose members have no old values. */
  readonly uncorrelatable?: string
}

/**
 * What is wrong with the CEL rules of a schema when its CustomResourceDefinition is created: they must compile against
 * the schema and be affordable (API-SEMANTICS R31, R33). `path` is that of the schema. `schemaErrors`: what is wrong
 * with the schema otherwise; rules above or at such a place are not looked at.
 */
export function checkRules(schema: Schema, path: string, schemaErrors: readonly FieldError[] = []): FieldError[] {
  const ofDefaults = defaultErrors(schema, path, true)
  if (ofDefaults.length > 0) return ofDefaults
  const checks = new RuleChecks(schemaErrors)
  checks.visit(schema, { path, isRoot: true, cardinality: 1 })
  return checks.finish(path)
}

/** Defaults that violate the rules they stand under: as what was there already, and as something new. */
function defaultErrors(schema: Schema, path: string, isRoot: boolean): FieldError[] {
  const errors: FieldError[] = []
  const { default: value, items } = schema
  const rules = value === undefined || value === null ? undefined : compileRules(schema, isRoot)
  if (rules) {
    const at = { path: `${path}.default` }
    const unchanged = validateRules(rules, value, value, at)
    errors.push(...(unchanged.length > 0 ? unchanged : validateRules(rules, value, undefined, at)))
  }
  const below = (child: Schema, at: string) =>
    errors.push(...defaultErrors(child, at, child['x-kubernetes-embedded-resource'] === true))
  const additional = additionalOf(schema)
  if (additional) below(additional, `${path}.additionalProperties`)
  for (const [name, child] of Object.entries(schema.properties ?? {})) below(child, `${path}.properties[${name}]`)
  if (items) below(items, `${path}.items`)
  return errors
}

class RuleChecks {
  readonly #errors = new SchemaErrors()
  readonly #total = new TotalCost()

  constructor(private readonly schemaErrors: readonly FieldError[]) {}

  finish(path: string): FieldError[] {
    const excess = this.#total.excess()
    if (excess) {
      const why = 'contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema'
      for (const rule of excess.paths) this.#errors.forbidden(rule, why)
      this.#errors.forbidden(path, excess.text)
    }
    return this.#errors.list
  }

  visit(schema: Schema, place: Place): void {
    const { path } = place
    const cardinality = membersOf(schema, place.cardinality)
    const below = (child: Schema, at: string, uncorrelatable?: string) =>
      this.visit(child, {
        path: at,
        isRoot: child['x-kubernetes-embedded-resource'] === true,
        cardinality,
        ...((uncorrelatable ?? place.uncorrelatable) ? { uncorrelatable: uncorrelatable ?? place.uncorrelatable } : {}),
      } as Place)
    const additional = additionalOf(schema)
    if (additional) below(additional, `${path}.additionalProperties`)
    for (const [name, child] of Object.entries(schema.properties ?? {})) below(child, `${path}.properties[${name}]`)
    if (schema.items) {
      below(schema.items, `${path}.items`, schema['x-kubernetes-list-type'] === 'map' ? undefined : path)
    }
    if ((schema['x-kubernetes-validations'] ?? []).length > 0 && !this.#isWrong(path)) this.#checkAt(schema, place)
  }

  #isWrong(path: string): boolean {
    return this.schemaErrors.some(({ field }) => field.startsWith(path))
  }

  #checkAt(schema: Schema, place: Place): void {
    const programs = rulePrograms(schema, place.isRoot)
    const path = `${place.path}.x-kubernetes-validations`
    if (!programs) {
      const why = 'failed to construct type information for x-kubernetes-validations rules'
      const message = `Internal error: internal error: ${why}: unable to convert structural schema to CEL declarations`
      this.#errors.list.push({ reason: 'InternalError', field: path, message })
      return
    }
    const minSize = declTypeOf(schema, place.isRoot)?.minSize ?? 0
    const times = place.cardinality ?? Math.floor(maxRequestSize / (minSize + 1))
    for (const [i, program] of programs.entries())
      this.#checkRule(program, `${path}[${i}]`, times, place.uncorrelatable)
  }

  #checkRule(
    { rule, expression, message, usesOldSelf }: RuleProgram,
    path: string,
    times: number,
    above?: string,
  ): void {
    const cost = expression.maxCost === 0 ? 0 : cap(expression.maxCost * times)
    if (cost > ruleLimit) this.#errors.forbidden(`${path}.rule`, tooExpensive('estimated rule cost', cost))
    this.#total.add(`${path}.rule`, cost)
    if (expression.error !== undefined) this.#invalid(`${path}.rule`, rule, expression.error)
    if (message?.error !== undefined) this.#invalid(`${path}.messageExpression`, rule, message.error)
    else if (message) {
      if (message.maxCost > ruleLimit) {
        const why = tooExpensive('estimated messageExpression cost', message.maxCost)
        this.#errors.forbidden(`${path}.messageExpression`, why)
      }
      this.#total.add(`${path}.messageExpression`, message.maxCost)
    }
    if (usesOldSelf && above !== undefined) {
      const why = `oldSelf cannot be used on the uncorrelatable portion of the schema within ${above}`
      this.#errors.invalid(`${path}.rule`, rule.rule, why)
    } else if (!usesOldSelf && rule.optionalOldSelf !== undefined) {
      this.#errors.invalid(
        `${path}.optionalOldSelf`,
        rule.optionalOldSelf,
        'may not be set if oldSelf is not used in rule',
      )
    }
  }

  #invalid(field: string, rule: ValidationRule, why: string): void {
    const message = `Invalid value: ${showRule(rule)}: ${why}`
    this.#errors.list.push({ reason: 'FieldValueInvalid', field, message })
  }
}

/** How much a schema multiplies what is below it. */
function membersOf(schema: Schema, cardinality: number | undefined): number | undefined {
  if (cardinality === undefined) return undefined
  const most =
    schema.type === 'array'
      ? schema.maxItems
      : schema.type === 'object' && schema.additionalProperties
        ? schema.maxProperties
        : 1
  return most === undefined ? undefined : cap(cardinality * Math.max(0, most))
}

/** The rule as Go prints its struct as JSON. */
function showRule(rule: ValidationRule): string {
  const { message = '', messageExpression = '', reason = null, fieldPath = '', optionalOldSelf = null } = rule
  const fields = {
    Rule: rule.rule,
    Message: message,
    MessageExpression: messageExpression,
    Reason: reason,
    FieldPath: fieldPath,
    OptionalOldSelf: optionalOldSelf,
  }
  return JSON.stringify(fields).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
