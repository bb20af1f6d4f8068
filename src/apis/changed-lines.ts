import { structuredPatch } from 'diff'

/**
 * How two values differ, line by line of their JSON, in the form of unified diffs with three lines around each piece. The
 * values as messages show them (`goShape`).
 */
export function changedLines(old: unknown, now: unknown): string {
  const [a = '', b = ''] = [old, now].map((value) => `${JSON.stringify(value, undefined, 1)}\n`)
  const { hunks } = structuredPatch('', '', a, b, '', '', { context: 3 })
  return hunks
    .flatMap(({ oldStart, oldLines, newStart, newLines, lines }) => [
      `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@\n`,
      ...lines.map((line) => `${line}\n`),
    ])
    .join('')
}
