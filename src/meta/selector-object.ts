import { type FieldError, fieldError } from './field-error.js'
import { labelValueErrors, qualifiedNameErrors } from './names.js'

/** A label selector as objects have it: meta/v1 LabelSelector. */
export interface SelectorObject {
  readonly matchLabels?: Readonly<Record<string, string>>
  readonly matchExpressions?: readonly SelectorExpression[]
}

export interface SelectorExpression {
  readonly key: string
  readonly operator: string
  readonly values?: readonly string[]
}

const operators = ['In', 'NotIn', 'Exists', 'DoesNotExist']

/** Whether labels fit. No selector at all fits nothing, an empty one everything. */
export function selectorMatches(
  selector: SelectorObject | undefined,
  labels: Readonly<Record<string, string>>,
): boolean {
  if (!selector) return false
  return expressionsOf(selector).every(({ key, operator, values = [] }) => {
    const value = Object.hasOwn(labels, key) ? labels[key] : undefined
    if (operator === 'In') return value !== undefined && values.includes(value)
    if (operator === 'NotIn') return value === undefined || !values.includes(value)
    return operator === 'Exists' ? value !== undefined : value === undefined
  })
}

/** The selector as a query parameter would have it: `a=b,c in (d,e),!f`. */
export function formatSelector(selector: SelectorObject | undefined): string {
  if (!selector) return ''
  const texts = expressionsOf(selector).map((expression) => ({
    key: expression.key,
    text: formatExpression(expression),
  }))
  return texts
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ text }) => text)
    .join(',')
}

export function isEmptySelector({ matchLabels = {}, matchExpressions = [] }: SelectorObject): boolean {
  return Object.keys(matchLabels).length + matchExpressions.length === 0
}

/** What is wrong with a selector in itself, in upstream's words. */
export function validateSelector(selector: SelectorObject, path: string): FieldError[] {
  const { matchLabels = {}, matchExpressions = [] } = selector
  return [
    ...Object.entries(matchLabels).flatMap(([key, value]) => [
      ...qualifiedNameErrors(key).map((why) => fieldError.invalid(`${path}.matchLabels`, key, why)),
      ...labelValueErrors(value).map((why) => fieldError.invalid(`${path}.matchLabels`, value, why)),
    ]),
    ...matchExpressions.flatMap((expression, i) => validateExpression(expression, `${path}.matchExpressions[${i}]`)),
  ]
}

function validateExpression({ key, operator, values = [] }: SelectorExpression, path: string): FieldError[] {
  const found: FieldError[] = []
  const listed = operator === 'In' || operator === 'NotIn'
  if (listed && values.length === 0) {
    found.push(fieldError.required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'"))
  } else if (!listed && operators.includes(operator) && values.length > 0) {
    found.push(
      fieldError.forbidden(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"),
    )
  } else if (!operators.includes(operator)) {
    found.push(fieldError.invalid(`${path}.operator`, operator, 'not a valid selector operator'))
  }
  found.push(...qualifiedNameErrors(key).map((why) => fieldError.invalid(`${path}.key`, key, why)))
  for (const [i, value] of values.entries()) {
    found.push(...labelValueErrors(value).map((why) => fieldError.invalid(`${path}.values[${i}]`, value, why)))
  }
  return found
}

function expressionsOf({ matchLabels = {}, matchExpressions = [] }: SelectorObject): SelectorExpression[] {
  const equal = Object.entries(matchLabels).map(([key, value]) => ({
    key,
    operator: 'In',
    values: [value],
    equal: true,
  }))
  return [...equal, ...matchExpressions]
}

function formatExpression(expression: SelectorExpression & { equal?: boolean }): string {
  const { key, operator, values = [], equal } = expression
  if (equal) return `${key}=${values[0]}`
  if (operator === 'Exists') return key
  if (operator === 'DoesNotExist') return `!${key}`
  return `${key} ${operator === 'In' ? 'in' : 'notin'} (${[...values].sort().join(',')})`
}

/** Labels as a plain selector, as columns show it; `<none>` when there are none. */
export function formatLabels(labels: Readonly<Record<string, string>> | undefined): string {
  const texts = Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`)
  return texts.sort().join(',') || '<none>'
}
