import { isJsonObject, type JsonObject } from '../meta/object.js'
import {
  compareElementValues,
  ElementValueError,
  parseElementValue,
  printElementValue,
  showElementValue,
} from './element-value.js'

/**
 * One step of a path, as FieldsV1 writes it (API-SEMANTICS S04): `f:spec` a field or map entry, `k:{"name":"c"}` an item
 * of a list with keys, `v:"x"` an item of a set, `i:3` an index. In canonical form: equal steps are equal texts.
 */
export type PathElement = string

export type FieldPath = readonly PathElement[]

/** Text that is no path element of a form this server knows. */
export class PathElementError extends Error {}

export function fieldElement(name: string): PathElement {
  return `f:${name}`
}

/** Keys may come in any order. */
export function keyElement(keys: readonly (readonly [name: string, value: unknown])[]): PathElement {
  const [first] = keys
  if (keys.length === 1 && first) return `k:{${printElementValue(first[0])}:${printElementValue(first[1])}}`
  const sorted = [...keys].sort(([a], [b]) => (a < b ? -1 : 1))
  return `k:{${sorted.map(([name, value]) => `${printElementValue(name)}:${printElementValue(value)}`).join(',')}}`
}

export function valueElement(value: unknown): PathElement {
  return `v:${printElementValue(value)}`
}

/**
 * The canonical form of a path element from outside; undefined for a type of element that may come in a later version:
 * it is ignored, as upstream does. @throws PathElementError
 */
export function canonicalElement(text: string): PathElement | undefined {
  if (text.length < 2 || text[1] !== ':') throw new PathElementError(`no path element: ${text}`)
  if (text[0] === 'f') return text
  if (text[0] === 'k') return `k:${printElementValue(keysIn(text))}`
  if (text[0] === 'v') return `v:${printElementValue(valueIn(text))}`
  if (text[0] !== 'i') return undefined
  if (!/^i:[+-]?\d+$/.test(text)) throw new PathElementError(`no index: ${text}`)
  return `i:${Number(text.slice(2))}`
}

function valueIn(element: string): unknown {
  try {
    return parseElementValue(element.slice(2))
  } catch (error) {
    if (error instanceof ElementValueError) throw new PathElementError(error.message)
    throw error
  }
}

function keysIn(element: string): JsonObject {
  const keys = valueIn(element)
  if (!isJsonObject(keys)) throw new PathElementError(`no keys: ${element}`)
  return keys
}

const order = '.fkvi'
/** One key, or a value, that is text without characters below the closing quote: in order as it stands. */
const plainText = /^(?:k:\{"\w+":"[\w./-]*"\}|v:"[\w./-]*")$/

/** What was read last: the same few elements come with every write of a kind. */
const recent = new Map<PathElement, JsonObject>()
const recentLimit = 1_000

function recentKeysIn(element: PathElement): JsonObject {
  const known = recent.get(element)
  if (known) return known
  const keys = keysIn(element)
  if (recent.size >= recentLimit) recent.clear()
  if (element.length < 200) recent.set(element, keys)
  return keys
}

/** Upstream's order of siblings: the node itself (`.`), fields by name, items by key, items by value, indices. */
export function compareElements(a: PathElement, b: PathElement): number {
  return compareUsing(a, b, recentKeysIn, valueIn)
}

/** The same order for sorting that many: of many, every element is read only once. */
export function elementOrder(count: number): (a: PathElement, b: PathElement) => number {
  if (count < 16) return compareElements
  const [keys, values] = [memoized(keysIn), memoized(valueIn)]
  return (a, b) => compareUsing(a, b, keys, values)
}

function memoized<T>(read: (element: PathElement) => T): (element: PathElement) => T {
  const known = new Map<PathElement, T>()
  return (element) => {
    let value = known.get(element)
    if (value === undefined) {
      value = read(element)
      known.set(element, value)
    }
    return value
  }
}

function compareUsing(
  a: PathElement,
  b: PathElement,
  keys: (element: PathElement) => JsonObject,
  values: (element: PathElement) => unknown,
): number {
  if (a === b) return 0
  const type = a.charCodeAt(0)
  if (type !== b.charCodeAt(0)) return order.indexOf(a[0] ?? '') - order.indexOf(b[0] ?? '')
  if (type === 0x66 || (plainText.test(a) && plainText.test(b))) return a < b ? -1 : 1
  if (type === 0x6b) return compareKeys(keys(a), keys(b))
  return compareElementValues(values(a), values(b))
}

function compareKeys(a: JsonObject, b: JsonObject): number {
  const [left, right] = [Object.keys(a), Object.keys(b)]
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const [nameA = '', nameB = ''] = [left[i], right[i]]
    if (nameA !== nameB) return nameA < nameB ? -1 : 1
    const difference = compareElementValues(a[nameA], b[nameA])
    if (difference !== 0) return difference
  }
  return left.length - right.length
}

/** As messages show a path: `.spec.containers[name="c"].image`, `.metadata.finalizers[="x"]`. */
export function formatPath(path: FieldPath): string {
  return path.map(formatElement).join('')
}

export function formatElement(element: PathElement): string {
  if (element.startsWith('f:')) return `.${element.slice(2)}`
  if (element.startsWith('v:')) return `[=${showElementValue(valueIn(element))}]`
  if (!element.startsWith('k:')) return `[${element.slice(2)}]`
  const keys = Object.entries(keysIn(element)).map(([name, value]) => `${name}=${showElementValue(value)}`)
  return `[${keys.join(',')}]`
}
