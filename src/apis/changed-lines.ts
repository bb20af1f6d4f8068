import { type StructuredPatchHunk, structuredPatch } from 'diff'

/** Looking for the shortest difference takes time by the square of this. */
const longestDifference = 1_000

/**
 * How two values differ, line by line of their JSON, in the form of unified diffs with three lines around each piece. The
 * values as messages show them (`goShape`). Of values with over 1,000 lines of difference: all of the one, then all of the
 * other.
 */
export function changedLines(old: unknown, now: unknown): string {
  const [a = '', b = ''] = [old, now].map((value) => `${JSON.stringify(value, undefined, 1)}\n`)
  const options = { context: 3, maxEditLength: longestDifference }
  const hunks = structuredPatch('', '', a, b, '', '', options)?.hunks ?? [replacement(a, b)]
  return hunks
    .flatMap(({ oldStart, oldLines, newStart, newLines, lines }) => [
      `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@\n`,
      ...lines.map((line) => `${line}\n`),
    ])
    .join('')
}

function replacement(old: string, now: string): StructuredPatchHunk {
  const [a, b] = [old, now].map((text) => text.trimEnd().split('\n')) as [string[], string[]]
  const lines = [...a.map((line) => `-${line}`), ...b.map((line) => `+${line}`)]
  return { oldStart: 1, oldLines: a.length, newStart: 1, newLines: b.length, lines }
}
