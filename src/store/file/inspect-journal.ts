import { join } from 'node:path'
import type { Revision } from '../store.js'
import { type Batch, linesOf, readBatch } from './batch.js'
import type { ReadableDisk } from './disk.js'
import { journalFolder, snapshotFile } from './layout.js'
import { decodeRecord } from './record.js'
import { segmentsIn } from './state-at-once.js'

/** What is in a file of records, as far as it is whole. */
export interface RecordFile {
  /** Below the root. */
  readonly path: string
  readonly bytes: number
  /** Behind this byte there is no whole batch; the rest of a segment is zeros, or torn. */
  readonly wholeBytes: number
  readonly batches: number
  readonly records: number
  /** Of the changes in it. */
  readonly revisions: { readonly first: Revision; readonly last: Revision } | undefined
}

/** The snapshot and the segments, oldest first, read with recovery's own parser. */
export function inspectJournal(disk: ReadableDisk, root: string): RecordFile[] {
  const paths = segmentsIn(disk, join(root, journalFolder)).map((name) => `${journalFolder}/${name}`)
  const snapshot = disk.lstat(join(root, snapshotFile)) ? [snapshotFile] : []
  return [...snapshot, ...paths].map((path) => inspect(path, disk.read(join(root, path))))
}

function inspect(path: string, data: Buffer): RecordFile {
  let [batches, records, wholeBytes] = [0, 0, 0]
  let [first, last] = [Number.POSITIVE_INFINITY, 0]
  for (;;) {
    const batch: Batch | undefined = readBatch(data, wholeBytes)
    if (!batch) break
    for (const at of linesOf(data, batch)) {
      const record = decodeRecord(data, at)
      if (record.kind !== 'change') continue
      first = Math.min(first, record.stored.revision)
      last = Math.max(last, record.stored.revision)
    }
    batches++
    records += batch.head.count
    wholeBytes = batch.end
  }
  const revisions = last === 0 ? undefined : { first, last }
  return { path, bytes: data.length, wholeBytes, batches, records, revisions }
}
