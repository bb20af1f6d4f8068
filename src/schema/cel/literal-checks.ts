import { compileSearch } from '../pattern.js'
import type { Call, Expr, ListExpr, MapExpr } from './expr.js'
import { typeOf } from './expr-type.js'
import type { Issues } from './issues.js'
import { during, readFormat, wrongType } from './library/format-text.js'
import { parseDuration, parseTimestamp } from './time.js'
import { formatType, isOptional, runtimeName, sameType, type Type, unwrapOptional } from './type.js'
import { Failure } from './value.js'
import { childrenOf } from './walk.js'

/**
 * What a checked tree may still have wrong: literals that are no durations, timestamps, patterns or formats, and lists
 * and maps of several types.
 */
export function checkLiterals(root: Expr, issues: Issues): void {
  visit(root, false, issues)
}

/** `exempt`: below a call of `format`, whose arguments may be of several types. */
function visit(expr: Expr, exempt: boolean, issues: Issues): void {
  if (expr.kind === 'list' && !exempt) checkElements(expr, issues)
  if (expr.kind === 'map' && !exempt) checkEntries(expr, issues)
  if (expr.kind === 'call') checkCall(expr, issues)
  const below = exempt || (expr.kind === 'call' && expr.name === 'format')
  for (const child of childrenOf(expr)) visit(child, below, issues)
}

const literals: Readonly<Record<string, (text: string) => boolean>> = {
  duration: (text) => parseDuration(text) !== undefined,
  timestamp: (text) => parseTimestamp(text) !== undefined,
  matches: (text) => !('problem' in compileSearch(text)),
}

function checkCall(expr: Call, issues: Issues): void {
  const fits = Object.hasOwn(literals, expr.name) ? literals[expr.name] : undefined
  const [first] = expr.args
  if (fits && first?.kind === 'literal' && typeof first.value === 'string' && !fits(first.value)) {
    issues.add(first.at, `invalid ${expr.name} argument`)
  }
  const format = expr.target
  if (
    expr.name === 'format' &&
    format?.kind === 'literal' &&
    typeof format.value === 'string' &&
    first?.kind === 'list'
  ) {
    checkFormat(expr, format.value, first, issues)
  }
}

const accepted: Readonly<Record<string, readonly string[]>> = {
  s: ['list', 'map', 'int', 'uint', 'double', 'bool', 'string', 'timestamp', 'bytes', 'duration', 'type', 'null'],
  d: ['int', 'uint'],
  o: ['int', 'uint'],
  f: ['double', 'string'],
  e: ['double', 'string'],
  b: ['int', 'uint', 'bool'],
  x: ['int', 'uint', 'string', 'bytes'],
}

function checkFormat(call: Call, format: string, args: ListExpr, issues: Issues): void {
  let used = 0
  let at = call.at
  try {
    readFormat(format, args.elements.length, ({ letter }, index) => {
      used = index + 1
      const arg = args.elements[index]
      const type = arg && typeOf(arg)
      if (!arg || !type || type.kind === 'dyn' || accepted[letter.toLowerCase()]?.includes(type.kind)) return ''
      at = arg.at
      throw new Failure(wrongType(letter, runtimeName(type)))
    })
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    issues.add(at, `${at === call.at ? '' : during}${error.message}`)
    return
  }
  const count = args.elements.length
  if (count > used) {
    issues.add(call.at, `too many arguments supplied to string.format (expected ${used}, got ${count})`)
  }
}

function checkElements({ elements, optional }: ListExpr, issues: Issues): void {
  let first: Type | undefined
  for (const [i, element] of elements.entries()) {
    const type = optional.has(i) ? unwrapOptional(typeOf(element)) : typeOf(element)
    if (first === undefined) first = type
    else if (!equivalent(first, type)) {
      mismatch(element, first, type, issues)
      return
    }
  }
}

function checkEntries({ entries }: MapExpr, issues: Issues): void {
  let first: { key: Type; value: Type } | undefined
  for (const { key, value, optional } of entries) {
    const type = { key: typeOf(key), value: optional ? unwrapOptional(typeOf(value)) : typeOf(value) }
    if (first === undefined) first = type
    else {
      if (!equivalent(first.key, type.key)) mismatch(key, first.key, type.key, issues)
      if (!equivalent(first.value, type.value)) mismatch(value, first.value, type.value, issues)
    }
  }
}

/** Empty lists and maps are of no type of their own. */
function equivalent(a: Type, b: Type): boolean {
  if (sameType(a, b)) return true
  if (a.kind !== b.kind || a.name !== b.name || a.params.length === 0 || isOptional(a)) return false
  return a.params.every((param, i) => {
    const other = b.params[i]
    return other !== undefined && equivalent(param, other)
  })
}

function mismatch(expr: Expr, expected: Type, found: Type, issues: Issues): void {
  issues.add(expr.at, `expected type '${formatType(expected)}' but found '${formatType(found)}'`)
}
