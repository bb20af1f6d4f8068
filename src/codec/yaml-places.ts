import type { Pair, YAMLMap, YAMLSeq } from 'yaml'

/** Nodes by their form: their classes would have to be loaded to ask for. */
interface Placed {
  readonly range?: readonly [start: number, valueEnd: number, end: number] | null
  readonly items?: unknown[]
  readonly flow?: boolean
  readonly srcToken?: { readonly type?: string }
  readonly type?: string
}

const placed = (node: unknown): Placed => (typeof node === 'object' && node !== null ? node : {})

export function isBlockMap(node: unknown): node is YAMLMap {
  return placed(node).srcToken?.type === 'block-map'
}

export function isBlockSeq(node: unknown): node is YAMLSeq {
  return placed(node).srcToken?.type === 'block-seq'
}

/** Anything that is over only where indentation says so. */
export function isBlock(node: unknown): boolean {
  return isBlockMap(node) || isBlockSeq(node) || placed(node).type?.startsWith('BLOCK') === true
}

export function isFlow(node: unknown): node is YAMLMap | YAMLSeq {
  return placed(node).srcToken?.type === 'flow-collection'
}

export function rangeOf(node: unknown): readonly [number, number, number] | undefined {
  return placed(node).range ?? undefined
}

/** The key as it is written; undefined when it is no plain or quoted text. */
export function keyOf({ key }: Pair): string | undefined {
  const value: unknown = (key as { value?: unknown } | null)?.value
  return typeof value === 'string' ? value : undefined
}

export function startOf({ key }: Pair): number {
  return rangeOf(key)?.[0] ?? 0
}

/** Behind the colon of a field. */
export function offsetAfter(pair: Pair): number {
  const token = pair.srcToken
  const colon = token && 'sep' in token ? token.sep?.find(({ type }) => type === 'map-value-ind') : undefined
  return colon ? colon.offset + 1 : (rangeOf(pair.key)?.[1] ?? 0)
}

/**
 * Where a value, or the field it belongs to, ends: before the line break, comments behind it not counted. 0 for a value
 * that is left out.
 */
export function endOfContent(node: unknown): number {
  const { items, range, srcToken, type } = placed(node)
  if (items && srcToken?.type !== 'flow-collection' && items.length > 0) return endOfContent(items.at(-1))
  if (typeof node === 'object' && node !== null && 'key' in node && 'value' in node) {
    const pair = node as Pair
    return Math.max(offsetAfter(pair), endOfContent(pair.value))
  }
  const [start = 0, end = 0] = range ?? []
  if (start === end) return 0
  return type?.startsWith('BLOCK') ? end - 1 : end
}
