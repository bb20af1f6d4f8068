import type { PathElement } from './field-path.js'
import type { ListType } from './field-type.js'
import { FieldTypeError, itemElements } from './list-items.js'

/** Merges one item; undefined stands for an item that is not there. */
type MergeItem = (was: unknown, says: unknown, is: unknown) => unknown

/**
 * Three lists whose items have keys or are values of a set, merged item by item. Items keep the order of `current`
 * unless `file` has put those it shares with `base` into another one. Items that only one side has stand behind the one
 * they follow there. Answers undefined when items can't be told apart, in any of the lists.
 */
export function mergeItems(
  base: readonly unknown[],
  file: readonly unknown[],
  current: readonly unknown[],
  list: ListType,
  mergeItem: MergeItem,
): unknown[] | undefined {
  const [was, says, is] = [named(base, list), named(file, list), named(current, list)]
  if (!was || !says || !is) return undefined
  const merged = new Map<PathElement, unknown>()
  for (const name of new Set([...is.keys(), ...says.keys()])) {
    const item = mergeItem(was.get(name), says.get(name), is.get(name))
    if (item !== undefined) merged.set(name, item)
  }
  const reordered = !sameOrder([...was.keys()], [...says.keys()])
  const [first, second] = reordered ? [says, is] : [is, says]
  return inOrder(merged, [...first.keys()], [...second.keys()], was).map((name) => merged.get(name))
}

function named(items: readonly unknown[], list: ListType): Map<PathElement, unknown> | undefined {
  try {
    const names = itemElements(list, items, () => '')
    const index = new Map(names.map((name, i) => [name, items[i]]))
    return index.size === items.length ? index : undefined
  } catch (error) {
    if (error instanceof FieldTypeError) return undefined
    throw error
  }
}

/** Whether the names that both have are in the same order. */
function sameOrder(a: readonly PathElement[], b: readonly PathElement[]): boolean {
  const [inA, inB] = [new Set(a), new Set(b)]
  const shared = b.filter((name) => inA.has(name))
  return a.filter((name) => inB.has(name)).every((name, i) => name === shared[i])
}

/** The order of `first`, with what only `second` has put in. New items of `first` come before those of `second`. */
function inOrder(
  merged: ReadonlyMap<PathElement, unknown>,
  first: readonly PathElement[],
  second: readonly PathElement[],
  was: ReadonlyMap<PathElement, unknown>,
): PathElement[] {
  const order = first.filter((name) => merged.has(name))
  const placed = new Set(order)
  const isNewInFirst = (name: PathElement | undefined) => name !== undefined && !was.has(name) && own.has(name)
  const own = new Set(order)
  let at = 0
  for (const name of second) {
    if (!merged.has(name)) continue
    if (placed.has(name)) {
      at = order.indexOf(name) + 1
      continue
    }
    while (isNewInFirst(order[at])) at++
    order.splice(at++, 0, name)
    placed.add(name)
  }
  return order
}
