import type { Log } from '../../meta/log.js'
import type { Revision } from '../store.js'
import type { Disk } from './disk.js'
import type { ChangeRecord, StartRecord } from './record.js'
import type { Segment } from './segment.js'

export interface JournalOptions {
  readonly disk: Disk
  readonly lastRevision: Revision
  readonly lastChecksum: string
  /** Stands before everything else of this run; written with what comes first. */
  readonly start: StartRecord
  readonly log: Log
  /** Called between a sync and the answers it allows. Throws when what was synced is not where a restart looks. */
  check(segment: Segment): void
  /** A change is durable; called in the order of the revisions. */
  committed(change: ChangeRecord): void
  /** Before writing is tried again: puts the folders back. Answers whether records that were durable are missing. */
  repair(): Promise<boolean>
  /** What is missing must be written out of memory, as what comes before `start`. */
  rewrite(start: Rotation): Promise<void>
  /** Writing works again after a failure. */
  resumed(): void
  /** A change was never written and never will be. */
  dropped(change: ChangeRecord): void
}

/** The segment that what is appended from now on goes to, and the checksum of the last batch before it. */
export interface Rotation {
  readonly segment: string
  readonly checksum: string
}
