import { cloneJson } from '../meta/json-clone.js'
import { jsonEquals } from '../meta/json-equal.js'
import { asArray, asObject, type JsonObject, setOwn } from '../meta/object.js'
import type { PathElement } from './field-path.js'
import { type FieldType, formOf, type ListType, type MapType, unknownType } from './field-type.js'
import { itemElements } from './list-items.js'

/**
 * `live` with what `applied` says: leaves are taken from `applied`, maps and lists with items of their own are merged,
 * nothing is removed. Neither is changed; the result shares parts with `live`, and is `live` itself where nothing changes,
 * but none with `applied`.
 * @throws FieldTypeError when items of a list with keys have none
 */
export function mergeFields(live: unknown, applied: unknown, type: FieldType): unknown {
  if (applied === undefined) return live
  if (live === undefined) return cloneJson(applied)
  const form = formOf(type, applied)
  if (form === 'map' && type.map && !type.map.atomic) {
    const [left, right] = [asObject(live), asObject(applied)]
    if (Object.keys(left).length > 0 || Object.keys(right).length > 0) return mergeMap(live, left, right, type.map)
  } else if (form === 'list' && type.list && !type.list.atomic) {
    const [left, right] = [asArray(live), asArray(applied)]
    if (left.length > 0 || right.length > 0) return mergeList(live, left, right, type.list)
  }
  return jsonEquals(live, applied) ? live : cloneJson(applied)
}

function mergeMap(original: unknown, live: JsonObject, applied: JsonObject, map: MapType): unknown {
  let merged: JsonObject | undefined
  for (const key of Object.keys(applied)) {
    const was = Object.hasOwn(live, key) ? live[key] : undefined
    const value = mergeFields(was, applied[key], map.declared(key)?.type ?? map.rest ?? unknownType)
    if (value === was) continue
    merged ??= { ...live }
    setOwn(merged, key, value)
  }
  return merged ?? (live === original ? live : { ...live })
}

/** Items that `applied` names stand in its order, the others behind the item they follow in `live`. */
function mergeList(original: unknown, live: readonly unknown[], applied: readonly unknown[], list: ListType): unknown {
  if (applied.length === 0) return live === original ? live : [...live]
  const names = itemElements(list, live, () => '')
  const wanted = itemElements(list, applied, () => '')
  const [before, after] = [indexed(names, live), indexed(wanted, applied)]
  const merged: unknown[] = []
  const taken = new Set<PathElement>()
  const shared = wanted.filter((element) => before.has(element))
  let [i, j, next] = [0, 0, 0]
  while (i < names.length || j < wanted.length) {
    const [name, want] = [names[i], wanted[j]]
    if (name !== undefined && want !== undefined && name !== want && after.has(name)) {
      const itsTurn = next >= shared.length || shared[next] === name
      if (!itsTurn) {
        i++
        continue
      }
    }
    if (name !== undefined && name !== want) {
      if (!after.has(name)) {
        merged.push(live[i++])
        continue
      }
      if (taken.has(name)) i++
    }
    if (want === undefined) continue
    taken.add(want)
    merged.push(mergeFields(before.get(want), after.get(want), list.items))
    if (name === want) i++
    j++
    if (name === want || shared[next] === want) next++
  }
  const same = merged.length === live.length && merged.every((item, at) => item === live[at])
  return same && live === original ? live : merged
}

/** Items that occur several times can't be merged with anything: they count as null. */
function indexed(elements: readonly PathElement[], items: readonly unknown[]): Map<PathElement, unknown> {
  const index = new Map<PathElement, unknown>()
  for (const [i, element] of elements.entries()) index.set(element, index.has(element) ? null : items[i])
  return index
}
