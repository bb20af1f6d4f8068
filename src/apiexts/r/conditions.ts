import { isJsonObject } from '../../meta/object.js'
import { errors } from '../../meta/status.js'

/** `status.cost>10`: a field of the concise form, by its path, compared with a value. */
export interface Condition {
  readonly path: readonly string[]
  readonly operator: (typeof operators)[number] | 'is there' | 'is not there'
  readonly value: string
}

/** Longer ones first: `>=` is not `>`. `~` is "contains", whatever the case of its letters. */
const operators = ['!=', '>=', '<=', '=', '>', '<', '~'] as const

/** What one request may ask for. */
const maxConditions = 32
const maxLength = 1024

/**
 * Conditions of `?where`, which may be there several times and hold several, separated by commas; `\,` is a comma. A
 * path alone asks that the field is there, `!path` that it is not.
 * @throws StatusError BadRequest
 */
export function parseConditions(texts: readonly string[]): Condition[] {
  const parts = texts.flatMap((text) => text.split(/(?<!\\),/)).map((part) => part.replaceAll('\\,', ',').trim())
  const given = parts.filter((part) => part !== '')
  if (given.length > maxConditions) throw errors.badRequest(`where: at most ${maxConditions} conditions`)
  return given.map(parseCondition)
}

function parseCondition(text: string): Condition {
  if (text.length > maxLength) throw errors.badRequest(`where: a condition may have ${maxLength} characters`)
  const match = /^(!?)([^!=<>~]+)(?:(!=|>=|<=|=|>|<|~)(.*))?$/s.exec(text)
  const [, not, path = '', operator, value = ''] = match ?? []
  if (!match || (not && operator)) {
    throw errors.badRequest(`where: ${JSON.stringify(text)} is not a field, one of ${operators.join(' ')}, and a value`)
  }
  if (!operator) return { path: fieldPath(path), operator: not ? 'is not there' : 'is there', value: '' }
  return { path: fieldPath(path), operator: operator as Condition['operator'], value: value.trim() }
}

/** `labels.app`, `status.conditions.0.type`; a name with dots in it stands in brackets: `labels[example.com/team]`. */
export function fieldPath(text: string): string[] {
  const path: string[] = []
  for (const match of text.trim().matchAll(/\[([^\]]*)\]|[^.[\]]+/g)) path.push(match[1] ?? match[0])
  return path
}

/** What is at a path: of a list the item with that number, or without one what its items have there, as a list. */
export function valueAt(value: unknown, path: readonly string[]): unknown {
  const [first, ...rest] = path
  if (first === undefined || value === undefined || value === null) return value ?? undefined
  if (Array.isArray(value)) {
    if (/^\d+$/.test(first)) return valueAt(value[Number(first)], rest)
    return value.map((item) => valueAt(item, path)).filter((found) => found !== undefined)
  }
  return isJsonObject(value) && Object.hasOwn(value, first) ? valueAt(value[first], rest) : undefined
}

/** A list meets a condition when one of its items does; with `!=`, when none is equal. */
export function meets(object: unknown, { path, operator, value }: Condition): boolean {
  const found = valueAt(object, path)
  if (operator === 'is there' || operator === 'is not there') {
    return (found !== undefined && !(Array.isArray(found) && found.length === 0)) === (operator === 'is there')
  }
  if (operator === '!=') return !meets(object, { path, operator: '=', value })
  return Array.isArray(found) ? found.some((item) => compares(item, operator, value)) : compares(found, operator, value)
}

function compares(found: unknown, operator: Condition['operator'], value: string): boolean {
  const text = textOf(found)
  if (operator === '=') return text === value
  if (operator === '~') return text.toLowerCase().includes(value.toLowerCase())
  if (found === undefined || found === null) return false
  const order = compareValues(found, isNumber(found) && value !== '' ? Number(value) : value)
  if (Number.isNaN(order)) return false
  return operator === '>' ? order > 0 : operator === '<' ? order < 0 : operator === '>=' ? order >= 0 : order <= 0
}

const isNumber = (value: unknown): value is number | bigint => typeof value === 'number' || typeof value === 'bigint'

/** What is not there is empty; objects are no text. */
function textOf(value: unknown): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'object' ? '' : String(value)
}

/** Numbers by size, all else by its text; what is not there comes last. NaN: not to be compared. */
export function compareValues(a: unknown, b: unknown): number {
  if (a === undefined || a === null) return b === undefined || b === null ? 0 : 1
  if (b === undefined || b === null) return -1
  if (isNumber(a) && isNumber(b)) return Number.isNaN(a) || Number.isNaN(b) ? Number.NaN : a < b ? -1 : a > b ? 1 : 0
  const [left, right] = [textOf(a), textOf(b)]
  return left < right ? -1 : left > right ? 1 : 0
}
