import { isJsonObject, type JsonObject } from '../meta/object.js'
import { patchError } from './strategic-merge-error.js'

/** Merges what the patch says of one item into the item; undefined: it is a new one. */
type MergeItem = (original: JsonObject | undefined, patch: JsonObject) => JsonObject

/**
 * The list field of an object with that of a patch. Scalars are a set; objects are told apart by `mergeKey`, and those
 * the patch names may be deleted (`$patch: delete`), or all be replaced (`$patch: replace`).
 */
export function mergeLists(
  original: readonly unknown[],
  patch: readonly unknown[],
  mergeKey: string | undefined,
  mergeItem: MergeItem,
): unknown[] {
  if (elementsOf(original, patch) !== 'object') {
    return inOrder([...new Map([...original, ...patch].map((item) => [identity(item), item])).values()], {
      wanted: patch,
      current: original,
      mergeKey: undefined,
    })
  }
  if (mergeKey === undefined) throw patchError.withoutMergeKey()
  const { kept, items, replaces } = applyDirectives(original as JsonObject[], patch as JsonObject[], mergeKey)
  if (replaces) return items
  const places = new Map<unknown, number>()
  for (const [i, item] of kept.entries()) {
    const key = keyOf(item, mergeKey)
    if (!places.has(key)) places.set(key, i)
  }
  const merged: JsonObject[] = [...kept]
  for (const item of items) {
    const key = keyOf(item, mergeKey)
    const place = places.get(key)
    const present = place === undefined ? undefined : merged[place]
    if (place !== undefined && present) merged[place] = mergeItem(present, item)
    else {
      places.set(key, merged.length)
      merged.push(mergeItem(undefined, item))
    }
  }
  return inOrder(merged, { wanted: items, current: kept, mergeKey })
}

/** `$deleteFromPrimitiveList`: the scalars of a list without some. */
export function withoutItems(original: readonly unknown[], gone: readonly unknown[]): unknown[] {
  if (elementsOf(original, gone) === 'object') throw patchError.primitiveList()
  const named = new Set(gone.map(identity))
  return original.filter((item) => !named.has(identity(item)))
}

interface Order {
  /** Items that stand in this list come in its order. */
  readonly wanted: readonly unknown[]
  /** The others come in the order of this one, each in front of the first item that stands behind it there. */
  readonly current: readonly unknown[]
  readonly mergeKey: string | undefined
}

/** Puts a merged list in order: what the patch orders comes before what the server has (upstream's best effort). */
export function inOrder(merged: readonly unknown[], order: Order): unknown[] {
  const { mergeKey } = order
  const wanted = placesIn(order.wanted, mergeKey)
  const current = placesIn(order.current, mergeKey)
  const key = (item: unknown) => keyOf(item, mergeKey)
  const sorted = (items: unknown[], places: Map<unknown, number>) =>
    items
      .map((item) => ({ item, place: places.get(key(item)) ?? Number.POSITIVE_INFINITY }))
      .sort((a, b) => (a.place === b.place ? 0 : a.place - b.place))
      .map(({ item }) => item)
  const left = sorted(
    merged.filter((item) => !wanted.has(key(item))),
    current,
  )
  const right = sorted(
    merged.filter((item) => wanted.has(key(item))),
    wanted,
  )
  const all: unknown[] = []
  let next = 0
  for (const item of right) {
    const place = current.get(key(item))
    for (; next < left.length && place !== undefined; next++) {
      const other = current.get(key(left[next]))
      if (other === undefined || other > place) break
      all.push(left[next])
    }
    all.push(item)
  }
  return [...all, ...left.slice(next)]
}

/** Items of a patch must come as its `$setElementOrder` says; those it deletes need not be named there. */
export function checkOrder(patch: readonly unknown[], order: readonly unknown[], mergeKey: string | undefined): void {
  if (order.length === 0) return
  let place = 0
  for (const item of patch) {
    if (isJsonObject(item) && Object.hasOwn(item, '$patch')) continue
    const key = keyOf(item, mergeKey)
    while (place < order.length && keyOf(order[place], mergeKey) !== key) place++
    if (place === order.length) throw patchError.order(patch, order)
    place++
  }
}

function applyDirectives(original: readonly JsonObject[], patch: readonly JsonObject[], mergeKey: string) {
  const items: JsonObject[] = []
  const deleted = new Set<unknown>()
  let replaces = false
  for (const item of patch) {
    if (!Object.hasOwn(item, '$patch')) items.push(item)
    else if (item.$patch === 'delete') deleted.add(keyOf(item, mergeKey))
    else if (item.$patch === 'replace') replaces = true
    else if (item.$patch === 'merge') throw patchError.listDirective()
    else throw patchError.directive(item.$patch, item)
  }
  const kept = original.filter((item) => !Object.hasOwn(item, mergeKey) || !deleted.has(identity(item[mergeKey])))
  return { kept, items, replaces }
}

/** What all elements are. @throws StatusError when they are not the same, or are lists */
function elementsOf(...lists: (readonly unknown[])[]): string | undefined {
  let kind: string | undefined
  for (const item of lists.flat()) {
    if (Array.isArray(item)) throw patchError.listOfLists()
    const found = typeof item === 'bigint' ? 'number' : item === null ? 'null' : typeof item
    if (kind !== undefined && kind !== found) throw patchError.elementTypes(...lists)
    kind = found
  }
  return kind
}

function placesIn(list: readonly unknown[], mergeKey: string | undefined): Map<unknown, number> {
  const places = new Map<unknown, number>()
  for (const [i, item] of list.entries()) {
    const key = keyOf(item, mergeKey)
    if (!places.has(key)) places.set(key, i)
  }
  return places
}

function keyOf(item: unknown, mergeKey: string | undefined): unknown {
  if (mergeKey === undefined) return identity(item)
  if (!isJsonObject(item)) throw patchError.notMap(item)
  if (!Object.hasOwn(item, mergeKey)) throw patchError.missingMergeKey(item, mergeKey)
  return identity(item[mergeKey])
}

/** 1 and 1n are the same. */
function identity(value: unknown): unknown {
  return typeof value === 'bigint' && Number.isSafeInteger(Number(value)) ? Number(value) : value
}
