import type { ChangeRecord, JournalRecord } from './record.js'

/** Where the object bytes of a change lie. */
export interface Place {
  readonly segment: string
  readonly offset: number
}

/** A change on its way; `beforePlace` is where the bytes of `before` were journaled. */
export interface QueuedChange extends ChangeRecord {
  readonly beforePlace: Place | undefined
}

export type Queued = QueuedChange | Exclude<JournalRecord, ChangeRecord>

/** Records that go to disk together, and who waits for them. */
export class Gathering {
  readonly records: Queued[] = []
  resolve: () => void = () => {}
  reject: (error: Error) => void = () => {}
  readonly done = new Promise<void>((resolve, reject) => {
    this.resolve = resolve
    this.reject = reject
  })

  constructor() {
    // Nobody needs to wait.
    this.done.catch(() => {})
  }
}

/** Bytes of a record's line are at most this. */
export function sizeBound(record: Queued | undefined): number {
  if (record?.kind === 'change') {
    return 1024 + 3 * record.stored.key.length + record.stored.json.length + (record.before?.json.length ?? 0)
  }
  if (record?.kind === 'start') return 256 + Object.keys(record.sealed).length * 64
  return 4096 + (record?.kind === 'file' ? (record.base?.length ?? 0) : 0)
}

/** Bytes that the same segment holds already are pointed at instead of written again. */
export function inSegment(record: Queued, segment: string): JournalRecord {
  if (record.kind !== 'change') return record
  const { kind, type, stored, before, beforePlace } = record
  return { kind, type, stored, before, beforeAt: beforePlace?.segment === segment ? beforePlace.offset : undefined }
}
