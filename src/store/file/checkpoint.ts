import { join } from 'node:path'
import type { Log } from '../../meta/log.js'
import type { Revision } from '../store.js'
import { type Disk, reasonOf } from './disk.js'
import type { FileWriter } from './file-writer.js'
import type { Image } from './image.js'
import type { Journal } from './journal.js'
import { journalFolder } from './layout.js'
import { compareSegments, type OldSegment } from './segment.js'
import { writeSnapshot } from './snapshot.js'

/** Journal bytes after which the state is written out, so that the next start has less to read. */
export const defaultInterval = 64 * 2 ** 20
/** How long files may take to catch up; those that don't are found by their intents after a crash. */
const longestDrain = 10_000

export interface CheckpointOptions {
  readonly disk: Disk
  readonly root: string
  readonly image: Image
  readonly journal: Journal
  readonly writer: FileWriter
  readonly log: Log
  /** Segments of earlier runs. */
  readonly old: OldSegment[]
  /** Bytes of journal between two checkpoints; more when the snapshot itself is large. */
  readonly interval: number
  /** Watches can begin after this revision: segments with newer changes stay. */
  oldestRevision(): Revision
}

/**
 * Makes the files durable, writes the state out, and drops journal that nobody needs any more, in an order that leaves
 * a complete store wherever it is interrupted. An error keeps the segments.
 */
export class Checkpoint {
  #bytes = 0
  #snapshotBytes = 0
  #running: Promise<void> | undefined

  constructor(private readonly options: CheckpointOptions) {}

  /** So many bytes went to the journal. */
  grew(bytes: number): void {
    this.#bytes += bytes
    if (this.#bytes < Math.max(this.options.interval, this.#snapshotBytes / 2) || this.#running) return
    this.run().catch((error: unknown) => {
      this.options.log.warn('checkpoint failed, the journal is kept', { reason: reasonOf(error) })
    })
  }

  run(): Promise<void> {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  async #run(): Promise<void> {
    const { disk, root, image, journal, writer } = this.options
    const segment = await journal.rotate()
    this.#bytes = 0
    const { revision } = image
    await writer.drain(longestDrain)
    const { order } = image
    await disk.syncFileSystem(root)
    image.settleUpTo(order)
    this.#snapshotBytes = await writeSnapshot(disk, root, image, { kind: 'snapshot', revision, segment })
    await this.#removeBefore(segment)
  }

  async #removeBefore(segment: string): Promise<void> {
    const { disk, root, journal, old, oldestRevision } = this.options
    const oldest = oldestRevision()
    let removed = 0
    for (const list of [old, journal.finished]) {
      for (const candidate of list.splice(0)) {
        const needed = compareSegments(candidate.name, segment) >= 0 || candidate.lastRevision > oldest
        if (needed) list.push(candidate)
        else {
          disk.unlink(candidate.path)
          removed++
        }
      }
    }
    if (removed > 0) await disk.syncDirectory(join(root, journalFolder))
  }
}
