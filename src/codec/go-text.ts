import { quoteGo } from '../meta/go-quote.js'
import { stringifyJson } from './json.js'

/** A number as Go's %v prints it: an int64 in digits, any other as a double. */
export function formatGoNumber(value: number | bigint): string {
  return typeof value === 'bigint' || Number.isSafeInteger(value) ? String(value) : formatGoDouble(value)
}

/** A double as Go's %v prints it: 0.5, 1e-05, 1.5e+06. */
export function formatGoDouble(value: number): string {
  const [digits = '', power = '0'] = value.toExponential().split('e')
  const exponent = Number(power)
  if (exponent >= -4 && exponent < 6) return String(value)
  return `${digits}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`
}

/** A value as upstream shows it in the error of a field: text in quotes, objects as Go's JSON. */
export function showGo(value: unknown): string {
  if (typeof value === 'string') return quoteGo(value)
  if (typeof value === 'number' || typeof value === 'bigint') return formatGoNumber(value)
  return goJson(inKeyOrder(value))
}

/** JSON as Go prints it, members in the order they are in: a struct's fields. */
export function goJson(value: unknown): string {
  return stringifyJson(value).replace(
    /[<>&\u2028\u2029]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** Go prints the keys of a map in order. */
export function inKeyOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inKeyOrder)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, member]) => [key, inKeyOrder(member)]))
}
