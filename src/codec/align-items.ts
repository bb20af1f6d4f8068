import { jsonEquals } from '../meta/json-equal.js'
import { isJsonObject } from '../meta/object.js'

/** What tells the items of most lists of Kubernetes apart, the better one first. */
const namingKeys = ['name', 'uid', 'key', 'type', 'id', 'mountPath', 'containerPort', 'port', 'ip']
/** Comparisons for one list; beyond that only what is the same at both ends is found. */
const mostComparisons = 1_000_000

/**
 * Which items of `before` stay, and as which of `after`: for each item of `after` the index in `before`, growing, or
 * undefined for a new one. Items are the same when they are equal, have the same name, or stand between the same
 * neighbours and not both have a name.
 */
export function alignItems(before: readonly unknown[], after: readonly unknown[]): (number | undefined)[] {
  const aligned: (number | undefined)[] = after.map(() => undefined)
  const shorter = Math.min(before.length, after.length)
  let head = 0
  while (head < shorter && jsonEquals(before[head], after[head])) aligned[head] = head++
  let tail = 0
  while (tail < shorter - head && jsonEquals(before.at(-1 - tail), after.at(-1 - tail))) {
    aligned[after.length - 1 - tail] = before.length - 1 - tail++
  }
  const [old, fresh] = [before.slice(head, before.length - tail), after.slice(head, after.length - tail)]
  if (old.length * fresh.length <= mostComparisons) {
    for (const [i, j] of longestCommon(old.map(identity), fresh.map(identity))) aligned[head + j] = head + i
  }
  pairUnnamed(before, after, aligned)
  return aligned
}

function identity(item: unknown): string {
  const name = nameOf(item)
  return name ?? JSON.stringify(item, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value))
}

function nameOf(item: unknown): string | undefined {
  if (!isJsonObject(item)) return undefined
  const key = namingKeys.find((name) => typeof item[name] === 'string' || typeof item[name] === 'number')
  return key === undefined ? undefined : `${key} ${item[key]}`
}

/** Pairs of indices of the longest sequence that both have. */
function longestCommon(a: readonly string[], b: readonly string[]): [number, number][] {
  const width = b.length + 1
  const lengths = new Uint32Array((a.length + 1) * width)
  const at = (i: number, j: number) => lengths[i * width + j] ?? 0
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      lengths[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  }
  const pairs: [number, number][] = []
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) pairs.push([i++, j++])
    else if (at(i + 1, j) >= at(i, j + 1)) i++
    else j++
  }
  return pairs
}

/** Between two items that stay, what has no name is the next item that was there. */
function pairUnnamed(before: readonly unknown[], after: readonly unknown[], aligned: (number | undefined)[]): void {
  let free = 0
  for (const [j, item] of after.entries()) {
    const own = aligned[j]
    if (own !== undefined) {
      free = own + 1
      continue
    }
    const next = aligned.slice(j).find((i) => i !== undefined) ?? before.length
    if (free >= next || (nameOf(item) !== undefined && nameOf(before[free]) !== undefined)) continue
    aligned[j] = free++
  }
}
