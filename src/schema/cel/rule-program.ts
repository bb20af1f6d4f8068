import type { Schema, ValidationRule } from '../schema.js'
import { type Compiled, type CompileError, compile } from './compile.js'
import { estimateCost } from './cost-estimate.js'
import type { Path } from './cost-locals.js'
import { anySize, type Range } from './cost-range.js'
import { type DeclType, declTypeOf } from './decl-type.js'
import type { Expr } from './expr.js'
import type { Program } from './plan.js'
import { optionalType } from './type.js'
import { childrenOf } from './walk.js'

/** Upstream's limits, in its units of cost (apiserver/pkg/apis/cel). */
export const perCallLimit = 1_000_000

/** One expression of a rule. */
export interface RuleExpression {
  readonly program?: Program
  /** What is wrong with it, in upstream's words; it has no program then. */
  readonly error?: string
  readonly maxCost: number
}

/** A rule of x-kubernetes-validations, compiled. */
export interface RuleProgram {
  readonly rule: ValidationRule
  readonly expression: RuleExpression
  /** It is about what changes: without an old value it says nothing. */
  readonly usesOldSelf: boolean
  readonly message?: RuleExpression
}

const compiled = new WeakMap<Schema, readonly RuleProgram[]>()
const compiledRoots = new WeakMap<Schema, readonly RuleProgram[]>()

/** The rules of one schema (not of those below it), each compiled once; undefined when rules can't see such a schema. */
export function rulePrograms(schema: Schema, isRoot: boolean): readonly RuleProgram[] | undefined {
  const cache = isRoot ? compiledRoots : compiled
  const known = cache.get(schema)
  if (known) return known
  const decl = declTypeOf(schema, isRoot)
  if (!decl) return undefined
  const programs = (schema['x-kubernetes-validations'] ?? []).map((rule) => compileRule(rule, decl))
  cache.set(schema, programs)
  return programs
}

function compileRule(rule: ValidationRule, decl: DeclType): RuleProgram {
  if (rule.rule.trim() === '') return { rule, expression: { maxCost: 0 }, usesOldSelf: false }
  const oldSelf = rule.optionalOldSelf ? optionalType(decl.type) : decl.type
  const environment = {
    variables: new Map([
      ['self', decl.type],
      ['oldSelf', oldSelf],
    ]),
  }
  const found = compile(rule.rule, environment)
  if (!('program' in found)) {
    return { rule, expression: { error: errorText(found), maxCost: 0 }, usesOldSelf: usesOldSelf(found) }
  }
  if (found.type.kind !== 'bool') {
    return { rule, expression: { error: 'cel expression must evaluate to a bool', maxCost: 0 }, usesOldSelf: false }
  }
  const expression = { program: found.program, maxCost: maxCost(found, decl) }
  const uses = usesOldSelf(found)
  if (!rule.messageExpression) return { rule, expression, usesOldSelf: uses }
  return { rule, expression, usesOldSelf: uses, message: compileMessage(rule.messageExpression, environment, decl) }
}

function errorText({ issues, problem }: CompileError, prefix = ''): string {
  if (issues !== undefined) return `${prefix}compilation failed: ${issues}`
  return `${prefix === '' ? 'program ' : prefix}instantiation failed: ${problem}`
}

function compileMessage(source: string, environment: Parameters<typeof compile>[1], decl: DeclType): RuleExpression {
  const found = compile(source, environment)
  if (!('program' in found)) return { error: errorText(found, 'messageExpression '), maxCost: 0 }
  if (found.type.kind !== 'string') return { error: 'messageExpression must evaluate to a string', maxCost: 0 }
  return { program: found.program, maxCost: maxCost(found, decl) }
}

function maxCost({ expr }: Compiled, decl: DeclType): number {
  return estimateCost(expr, (path) => sizeOfPath(path, decl)).max
}

/** How large what is at a path below self or oldSelf may be, by the schema. */
function sizeOfPath(path: Path, root: DeclType): Range | undefined {
  let at: DeclType | undefined = root
  for (const step of path.slice(1)) {
    if (step === '@items' || step === '@values') at = at.element
    else if (step === '@keys') at = at.key
    else at = at.fields?.get(step)
    if (!at) return undefined
  }
  return { min: anySize.min, max: at.maxElements }
}

function usesOldSelf(found: Compiled | CompileError): boolean {
  if (!('expr' in found)) return false
  const mentions = (expr: Expr): boolean =>
    (expr.kind === 'ident' && expr.name === 'oldSelf') || childrenOf(expr).some(mentions)
  return mentions(found.expr)
}
