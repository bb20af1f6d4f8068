import { dirname, join } from 'node:path'
import type { Log } from '../../meta/log.js'
import type { Revision } from '../store.js'
import { codeOf, type Disk, reasonOf } from './disk.js'
import type { FileWriter } from './file-writer.js'
import type { Image } from './image.js'
import type { Journal } from './journal.js'
import { compareSegments, type OldSegment } from './segment.js'
import { writeSnapshot } from './snapshot.js'

/** Journal bytes after which the state is written out, so that the next start has less to read. */
export const defaultInterval = 64 * 2 ** 20
/** How long files may take to catch up; those that don't are found by their intents after a crash. */
const longestDrain = 10_000

/** So many files are synced one by one; more are quicker with all else on the file system. */
const fewFiles = 32

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

  /** Files get `milliseconds` to catch up first. */
  run(milliseconds = longestDrain): Promise<void> {
    this.#running ??= this.#run(milliseconds).finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  async #run(milliseconds: number): Promise<void> {
    const { disk, root, image, journal, writer } = this.options
    const { segment, checksum } = await journal.rotate()
    this.#bytes = 0
    const { revision } = image
    await writer.drain(milliseconds)
    const { order } = image
    await this.#syncFiles()
    image.settleUpTo(order)
    const start = { kind: 'snapshot', revision, segment, checksum } as const
    this.#snapshotBytes = await writeSnapshot(disk, root, image, start)
    this.#removeBefore(segment)
  }

  /** Makes the object files durable, and the folders they are in. */
  async #syncFiles(): Promise<void> {
    const { disk, root, image } = this.options
    const changed = [...image.files.values()].filter((file) => !file.durable).map((file) => file.path)
    if (changed.length > fewFiles) return disk.syncFileSystem(root)
    const folders = new Set<string>()
    for (const path of changed) {
      for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) folders.add(folder)
      if (image.files.get(path)?.hash) await ifThere(disk.syncFile(join(root, path)))
    }
    for (const folder of folders) await ifThere(disk.syncDirectory(join(root, folder)))
  }

  #removeBefore(segment: string): void {
    const { disk, journal, old, oldestRevision } = this.options
    const oldest = oldestRevision()
    for (const list of [old, journal.finished]) {
      for (const candidate of list.splice(0)) {
        const needed = compareSegments(candidate.name, segment) >= 0 || candidate.lastRevision > oldest
        if (needed) list.push(candidate)
        // Should it come back after a power cut, it is older than the snapshot: history at most.
        else if (disk.lstat(candidate.path)) disk.unlink(candidate.path)
      }
    }
  }
}

/** What somebody removed needs no sync. */
async function ifThere(sync: Promise<void>): Promise<void> {
  try {
    await sync
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
  }
}
