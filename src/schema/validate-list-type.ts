import { showGo } from '../codec/go-text.js'
import { isJsonObject, type JsonObject } from '../meta/object.js'
import type { Findings } from './findings.js'

/** Every value of a set comes once. Of each value that does not, the second one is told. */
export function checkListSet(items: readonly unknown[], path: string, into: Findings): void {
  for (const i of secondOnes(items.map(identity))) {
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
  const objects = items as readonly (JsonObject | null)[]
  const identities = objects.map((item) => keys.map((key) => (has(item, key) ? identity(item[key]) : '')).join('\0'))
  for (const i of secondOnes(identities)) {
    const item = objects[i] ?? null
    const shown = Object.fromEntries(keys.filter((key) => has(item, key)).map((key) => [key, item?.[key]]))
    into.add('FieldValueDuplicate', `${path}[${i}]`, `Duplicate value: ${showGo(shown)}`)
  }
}

function has(item: JsonObject | null, key: string): item is JsonObject {
  return item !== null && Object.hasOwn(item, key)
}

/** A text that two values share when they are the same. */
function identity(value: unknown): string {
  return typeof value === 'string' ? `"${value}` : showGo(value)
}

function secondOnes(identities: readonly string[]): number[] {
  const seen = new Map<string, number>()
  const found: number[] = []
  for (const [i, text] of identities.entries()) {
    const times = (seen.get(text) ?? 0) + 1
    seen.set(text, times)
    if (times === 2) found.push(i)
  }
  return found
}
