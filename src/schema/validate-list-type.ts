import { showGo } from '../codec/go-text.js'
import { isJsonObject, type JsonObject } from '../meta/object.js'
import type { Findings } from './findings.js'

/** Every value of a set comes once. Of each value that does not, the second one is told. */
export function checkListSet(items: readonly unknown[], path: string, into: Findings): void {
  for (const i of secondOnes(items)) {
    into.add('FieldValueDuplicate', `${path}[${i}]`, `Duplicate value: ${showGo(items[i])}`)
  }
}

/** Every combination of keys comes once; a key that is missing counts as one value. */
export function checkListMap(items: readonly unknown[], keys: readonly string[], path: string, into: Findings): void {
  for (const [i, item] of items.entries()) {
    if (item === null || isJsonObject(item)) continue
    const why = 'must be an object for an array of list-type map'
    into.add('FieldValueInvalid', `${path}[${i}]`, `Invalid value: ${showGo(item)}: ${why}`)
    return
  }
  const found = items.map((item) => keysOf(item as JsonObject | null, keys))
  for (const i of secondOnes(found)) {
    into.add('FieldValueDuplicate', `${path}[${i}]`, `Duplicate value: ${showGo(found[i])}`)
  }
}

function keysOf(item: JsonObject | null, keys: readonly string[]): JsonObject {
  const present = keys.filter((key) => item && Object.hasOwn(item, key))
  return Object.fromEntries(present.map((key) => [key, item?.[key]]))
}

function secondOnes(values: readonly unknown[]): number[] {
  const seen = new Map<string, number>()
  const found: number[] = []
  if (values.length < 2) return found
  for (const [i, value] of values.entries()) {
    const text = showGo(value)
    const times = (seen.get(text) ?? 0) + 1
    seen.set(text, times)
    if (times === 2) found.push(i)
  }
  return found
}
