import { isJsonObject } from '../../../meta/object.js'

/**
 * How two values differ, line by line of their JSON, in the form of unified diffs: one piece, three lines around it.
 * `order`: of members; what Go would show has them as they are.
 */
export function changedLines(old: unknown, now: unknown, order: 'sorted' | 'as they are' = 'sorted'): string {
  const [a, b] = [lines(old, order), lines(now, order)]
  let start = 0
  while (start < a.length && start < b.length && a[start] === b[start]) start++
  let end = 0
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end++
  const from = Math.max(0, start - around)
  const after = Math.min(end, around)
  const size = (all: readonly string[]) => all.length - end + after - from
  return [
    `@@ -${from + 1},${size(a)} +${from + 1},${size(b)} @@`,
    ...a.slice(from, start).map((line) => ` ${line}`),
    ...a.slice(start, a.length - end).map((line) => `-${line}`),
    ...b.slice(start, b.length - end).map((line) => `+${line}`),
    ...a.slice(a.length - end, a.length - end + after).map((line) => ` ${line}`),
    '',
  ].join('\n')
}

const around = 3

/** Sorted: only what differs does. */
function lines(value: unknown, order: 'sorted' | 'as they are'): string[] {
  const sorted = (_: string, part: unknown) =>
    order === 'sorted' && isJsonObject(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part
  return JSON.stringify(value, sorted, 1).split('\n')
}
