import type { FieldError } from '../../meta/field-error.js'
import { formatFieldError } from '../../meta/field-error.js'
import { isJsonObject } from '../../meta/object.js'
import { Correlation } from '../correlation.js'
import type { Schema } from '../schema.js'
import type { CompiledRules } from './compile-rules.js'
import { withTypeAndObjectMeta } from './decl-type.js'
import { rulePath } from './field-path.js'
import { maxWork, spentWork } from './meter.js'
import {
  evaluateMessage,
  failureText,
  invalidRule,
  messageOf,
  outOfBudget,
  ruleError,
  runProgram,
} from './rule-outcome.js'
import type { RuleProgram } from './rule-program.js'
import { RuleValues } from './rule-values.js'
import { Failure, type Value } from './value.js'

/** What all rules of one object may cost (API-SEMANTICS R33). */
const objectBudget = 10_000_000
/** And what they may take that has no price in upstream's units: as much as three rules that take all they can. */
const objectWork = 3 * maxWork

export interface RuleOptions {
  /** Of the validated value; empty for a whole object. */
  readonly path?: string
  /** Takes the text of an error that does not count, as what is wrong was so before. */
  readonly warn?: (text: string) => void
}

/**
 * What an object violates of its schema's rules (API-SEMANTICS R30 to R33). `old` is what it was before an update:
 * rules about changes need it, and what did not change is not held against the object. The object must fit the schema.
 * Bounded in time whatever rules and objects are: rules are refused a budget of upstream's units, and its errors.
 */
export function validateRules(
  rules: CompiledRules,
  object: unknown,
  old?: unknown,
  options: RuleOptions = {},
): FieldError[] {
  const run = new RuleRun(options.warn)
  const correlation = old === undefined ? undefined : new Correlation(object, old, rules.schema)
  run.visit(rules, object, old, options.path ?? '', { current: correlation })
  return run.errors
}

/** The value beside its old self, or the nearest above that has one. */
interface Ratchet {
  readonly current: Correlation | undefined
  readonly above?: Correlation | undefined
}

class RuleRun {
  readonly errors: FieldError[] = []
  #budget = objectBudget
  #work = 0

  constructor(private readonly warn: ((text: string) => void) | undefined) {}

  get #isOver(): boolean {
    return this.#budget < 0
  }

  visit(node: CompiledRules, json: unknown, old: unknown, path: string, ratchet: Ratchet): void {
    if (json === null || json === undefined || this.#isOver) return
    if (node.rules.length > 0) this.#evaluate(node, json, old ?? undefined, path, ratchet)
    for (const part of node.allOf ?? []) this.visit(part, json, old, path, { current: undefined, above: ratchet.above })
    if (this.#isOver) return
    if (Array.isArray(json)) this.#visitItems(node, json, old, path, ratchet)
    else if (isJsonObject(json)) this.#visitMembers(node, json, old, path, ratchet)
  }

  #visitItems(
    { items, schema }: CompiledRules,
    json: readonly unknown[],
    old: unknown,
    path: string,
    ratchet: Ratchet,
  ): void {
    if (!items) return
    const list = ratchet.current ?? new Correlation(json, old, schema)
    for (const [i, item] of json.entries()) {
      const below = ratchet.current ? { current: ratchet.current.index(i), above: ratchet.current } : ratchet
      this.visit(items, item, list.oldElement(item), `${path}[${i}]`, below)
      if (this.#isOver) return
    }
  }

  #visitMembers(
    node: CompiledRules,
    json: Record<string, unknown>,
    old: unknown,
    path: string,
    ratchet: Ratchet,
  ): void {
    const before = isJsonObject(old) ? old : {}
    for (const [name, value] of Object.entries(json)) {
      const isProperty = node.properties?.has(name) ?? false
      const below = node.properties?.get(name) ?? node.additional
      if (!below) continue
      const at = isProperty ? (path === '' ? name : `${path}.${name}`) : `${path}[${name}]`
      const oldValue = Object.hasOwn(before, name) ? before[name] : undefined
      this.visit(below, value, oldValue, at, ratchetAt(ratchet, name))
      if (this.#isOver) return
    }
  }

  #evaluate(
    { rules, schema, isRoot }: CompiledRules,
    json: unknown,
    old: unknown,
    path: string,
    ratchet: Ratchet,
  ): void {
    const field = path === '' ? '<nil>' : path
    if (this.#budget <= 0) {
      this.#stop(invalidRule(field, schema, outOfBudget))
      return
    }
    const typed = isRoot ? withTypeAndObjectMeta(schema) : schema
    const values = new RuleValues(json, old, typed)
    for (const rule of rules) {
      this.#evaluateRule(rule, values, { json, schema, path, field }, ratchet)
      if (this.#isOver) return
    }
  }

  #evaluateRule(program: RuleProgram, values: RuleValues, at: At, ratchet: Ratchet): void {
    const { rule, expression, usesOldSelf } = program
    if (expression.error !== undefined) {
      this.errors.push(invalidRule(at.field, at.schema, `rule compile error: ${expression.error}`))
      return
    }
    if (!expression.program || (usesOldSelf && !values.hasOld && !rule.optionalOldSelf)) return
    const variables = values.variables(rule.optionalOldSelf === true)
    if (variables instanceof Failure) {
      this.errors.push(invalidRule(at.field, at.schema, failureText(variables, rule).text))
      return
    }
    const outcome = runProgram(expression.program, variables)
    this.#work += spentWork()
    const isOver = this.#work > objectWork && !('failure' in outcome)
    if (outcome.cost > this.#budget || isOver) {
      this.#stop(invalidRule(at.field, at.schema, outOfBudget))
      return
    }
    this.#budget -= outcome.cost
    if ('failure' in outcome) {
      const { text, isFinal } = failureText(outcome.failure, rule)
      const error = invalidRule(at.field, at.schema, text)
      if (isFinal) this.#stop(error)
      else this.errors.push(error)
    } else if (outcome.value !== true) this.#report(program, variables, at, !usesOldSelf && isUnchanged(ratchet))
  }

  #report({ rule, message }: RuleProgram, variables: readonly (Value | undefined)[], at: At, isOld: boolean): void {
    const field = rule.fieldPath ? below(at.path, rulePath(rule.fieldPath, at.schema) ?? '') : at.field
    const said =
      message?.program && evaluateMessage(message.program, rule.messageExpression ?? '', variables, this.#budget)
    if (said?.problem !== undefined) {
      this.#add(invalidRule(field, at.schema, said.problem), isOld)
      this.#budget = -1
      return
    }
    this.#budget -= said?.cost ?? 0
    this.#add(ruleError(field, at.json, at.schema, said?.text ?? messageOf(rule), rule), isOld)
  }

  /** `isOld`: the value was as wrong before, which is no reason to refuse a change of something else. */
  #add(error: FieldError, isOld: boolean): void {
    if (isOld) this.warn?.(formatFieldError(error))
    else this.errors.push(error)
  }

  #stop(error: FieldError): void {
    this.errors.push(error)
    this.#budget = -1
  }
}

interface At {
  readonly json: unknown
  readonly schema: Schema
  readonly path: string
  readonly field: string
}

function isUnchanged({ current, above }: Ratchet): boolean {
  return (current ?? above)?.isSame ?? false
}

/** apiVersion and kind of the object itself are not compared: both are of the version that was asked for. */
function ratchetAt(ratchet: Ratchet, name: string): Ratchet {
  const { current, above } = ratchet
  if (!current) return ratchet
  if (!above && (name === 'apiVersion' || name === 'kind')) return { current: undefined }
  return { current: current.key(name), above: current }
}

function below(path: string, relative: string): string {
  if (relative === '') return path === '' ? '<nil>' : path
  return path === '' ? relative : `${path}.${relative}`
}
