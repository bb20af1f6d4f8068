import type { Row } from './scenario.js'

/** Rows as a table for people; `of floor` says how much of the bare work's speed is left. */
export function formatTable(rows: readonly Row[]): string {
  const head = ['', 'wukong', 'floor', 'of floor', 'unit', '']
  const body = rows.map((row) => [
    row.what,
    figure(row.value),
    row.floor === undefined ? '' : figure(row.floor),
    row.floor === undefined ? '' : share(row).toFixed(2),
    row.unit,
    row.note ?? '',
  ])
  const widths = head.map((_, column) => Math.max(...[head, ...body].map((cells) => (cells[column] ?? '').length)))
  const isNumber = (column: number) => column >= 1 && column <= 3
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => (isNumber(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd()
  return [line(head), ...body.map(line)].join('\n')
}

export function figure(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toPrecision(3)
}

function share({ value, floor = Number.NaN, better }: Row): number {
  return better === 'higher' ? value / floor : floor / value
}
