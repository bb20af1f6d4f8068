import { isJsonObject } from '../meta/object.js'

/** A decoded JSON value as Go's `%v` prints it. */
export function goValue(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(goValue).join(' ')}]`
  if (isJsonObject(value)) return `map[${entries(value, (key, v) => `${key}:${goValue(v)}`).join(' ')}]`
  return value === null || value === undefined ? '<nil>' : String(value)
}

/** As Go's `%#v` prints it. */
export function goSyntax(value: unknown): string {
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`
  if (isJsonObject(value)) {
    const members = entries(value, (key, v) => `${JSON.stringify(key)}:${goSyntax(v)}`)
    return `map[string]interface {}{${members.join(', ')}}`
  }
  if (value === null || value === undefined) return 'interface {}(nil)'
  return typeof value === 'string' ? JSON.stringify(value) : String(value)
}

/** Its type, as `%T` prints it. */
export function goType(value: unknown): string {
  if (Array.isArray(value)) return '[]interface {}'
  if (isJsonObject(value)) return 'map[string]interface {}'
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64'
  if (typeof value === 'bigint') return 'int64'
  return typeof value === 'boolean' ? 'bool' : typeof value === 'string' ? 'string' : '<nil>'
}

function entries(object: Record<string, unknown>, print: (key: string, value: unknown) => string): string[] {
  return Object.keys(object)
    .sort()
    .map((key) => print(key, object[key]))
}
