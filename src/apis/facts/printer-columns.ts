import type { PrinterColumn } from '../../registry/definition.js'
import { readDataLines } from './data-file.js'
import type { ResourceFacts } from './resource-facts.js'

interface ColumnFacts {
  readonly group: string
  readonly version: string
  readonly name: string
  readonly columns: readonly (
    | string
    | [name: string, type: PrinterColumn['type'], priority?: number, format?: string]
  )[]
}

let read: Map<string, ColumnFacts['columns']> | undefined

/** The columns of a resource's tables; what their cells show is to be added. */
export function columnFacts({ group, version, name }: ResourceFacts): Pick<PrinterColumn, keyof PrinterColumn>[] {
  read ??= new Map(
    (readDataLines('printer-columns.jsonl') as ColumnFacts[]).map((line) => [
      `${line.group}/${line.version}/${line.name}`,
      line.columns,
    ]),
  )
  return (read.get(`${group}/${version}/${name}`) ?? ['Age']).map((column) => {
    const [title, type = 'string', priority = 0, format = ''] = typeof column === 'string' ? [column] : column
    return { name: title, type, priority, format }
  })
}
