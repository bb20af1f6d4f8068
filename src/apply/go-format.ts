import { isJsonObject } from '../meta/object.js'

/** A decoded JSON value as Go's `%v` prints it. */
export function goValue(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(goValue).join(' ')}]`
  if (isJsonObject(value)) return `map[${entries(value, (key, v) => `${key}:${goValue(v)}`).join(' ')}]`
  if (value === null || value === undefined) return '<nil>'
  return goScalar(value)
}

/** Go reads an integer that int64 does not hold as a double. */
function goScalar(value: unknown): string {
  const isDouble = typeof value === 'bigint' ? BigInt.asIntN(64, value) !== value : isLarge(value)
  return isDouble ? Number(value).toExponential() : String(value)
}

function isLarge(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)
}

/** As Go's `%#v` prints it. */
export function goSyntax(value: unknown): string {
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`
  if (isJsonObject(value)) {
    const members = entries(value, (key, v) => `${JSON.stringify(key)}:${goSyntax(v)}`)
    return `map[string]interface {}{${members.join(', ')}}`
  }
  if (value === null || value === undefined) return 'interface {}(nil)'
  if (typeof value === 'string') return JSON.stringify(value)
  return goScalar(value)
}

/** Its type, as `%T` prints it. */
export function goType(value: unknown): string {
  if (Array.isArray(value)) return '[]interface {}'
  if (isJsonObject(value)) return 'map[string]interface {}'
  if (typeof value === 'number') return Number.isSafeInteger(value) ? 'int64' : 'float64'
  if (typeof value === 'bigint') return 'int64'
  return typeof value === 'boolean' ? 'bool' : typeof value === 'string' ? 'string' : '<nil>'
}

function entries(object: Record<string, unknown>, print: (key: string, value: unknown) => string): string[] {
  return Object.keys(object)
    .sort()
    .map((key) => print(key, object[key]))
}
