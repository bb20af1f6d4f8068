import { isJsonObject, type JsonObject } from '../meta/object.js'

/** Text that is not JSON. */
export class ElementValueError extends Error {}

/** Put before an integer that goes through JSON.parse as a string; no key of an object begins with it. */
const marker = '\u0000'
const digitsThatMayNotFit = /\d{16}/
const stringOrLongInteger = /"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g
const longInteger = /^-?\d{16,}$/
/** Text that needs no escapes: printable ASCII but `"`, `\\`, `<`, `>` and `&`. */
const plain = /^[ !#-%'-;=?-[\]-~]*$/
const escapedByGo = /[<>&\u2028\u2029]/

/**
 * The JSON of a value within a path element. The text is canonical, so that equal values have equal texts, and is what
 * Go's encoder writes: keys sorted, no spaces, `<`, `>` and `&` escaped.
 */
export function printElementValue(value: unknown): string {
  if (typeof value === 'string') return quote(value)
  if (typeof value === 'bigint') return value.toString()
  if (Array.isArray(value)) return `[${value.map(printElementValue).join(',')}]`
  if (isJsonObject(value)) {
    const members = Object.keys(value)
      .sort()
      .filter((key) => value[key] !== undefined)
    return `{${members.map((key) => `${quote(key)}:${printElementValue(value[key])}`).join(',')}}`
  }
  return JSON.stringify(value) ?? 'null'
}

function quote(text: string): string {
  if (plain.test(text)) return `"${text}"`
  const json = JSON.stringify(text)
  if (!escapedByGo.test(json)) return json
  return json.replace(/[<>&\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** Integers that a double can't hold become bigint. @throws ElementValueError */
export function parseElementValue(text: string): unknown {
  try {
    if (!digitsThatMayNotFit.test(text)) return JSON.parse(text)
    return JSON.parse(
      text.replace(stringOrLongInteger, (token) => (token.startsWith('"') ? token : `"\\u0000${token}"`)),
      (_key, value: unknown) =>
        typeof value === 'string' && value.startsWith(marker) && longInteger.test(value.slice(1))
          ? narrow(BigInt(value.slice(1)))
          : value,
    )
  } catch {
    throw new ElementValueError(`not JSON: ${text}`)
  }
}

function narrow(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

/** As messages show it: strings quoted, everything else bare. */
export function showElementValue(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(showElementValue).join(',')}]`
  if (isJsonObject(value)) return showMembers(value)
  return value === null || value === undefined ? 'null' : String(value)
}

function showMembers(value: JsonObject): string {
  return Object.keys(value)
    .map((key) => `${key}=${showElementValue(value[key])}`)
    .join('')
}

/** A total order over values of any type: numbers, texts, booleans, then the rest by their JSON. */
export function compareElementValues(a: unknown, b: unknown): number {
  const [rankA, rankB] = [rank(a), rank(b)]
  if (rankA !== rankB) return rankA - rankB
  if (rankA < 3) {
    const [left, right] = [a as number | string, b as number | string]
    return left < right ? -1 : left > right ? 1 : 0
  }
  const [left, right] = [printElementValue(a), printElementValue(b)]
  return left < right ? -1 : left > right ? 1 : 0
}

function rank(value: unknown): number {
  if (typeof value === 'number' || typeof value === 'bigint') return 0
  if (typeof value === 'string') return 1
  return typeof value === 'boolean' ? 2 : 3
}
