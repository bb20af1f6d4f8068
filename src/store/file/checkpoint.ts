import { dirname, join } from 'node:path'
import type { Log } from '../../meta/log.js'
import type { Revision } from '../store.js'
import { codeOf, type Disk, reasonOf } from './disk.js'
import type { FileWriter } from './file-writer.js'
import type { Image } from './image.js'
import type { Journal } from './journal.js'
import type { Rotation } from './journal-options.js'
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
  /** What the last snapshot needs of the journal begins there; undefined: there is none. */
  readonly snapshotSegment: string | undefined
  /** That snapshot is all there is: no record is behind it. */
  readonly isComplete: boolean
  /** Bytes of journal between two checkpoints; more when the snapshot itself is large. */
  readonly interval: number
  /** Throws when the root is not this process's any more: one that slept while it wrote must not put that into place. */
  check(): void
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
  #saving: Promise<void> = Promise.resolve()
  /** Older segments are for watches only. */
  #neededFrom: string | undefined

  constructor(private readonly options: CheckpointOptions) {
    this.#neededFrom = options.snapshotSegment
  }

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

  /** The last one: files have caught up. What was only read needs none. */
  async end(): Promise<void> {
    const { isComplete, journal } = this.options
    if (!isComplete || !journal.isUntouched) await this.run(0)
  }

  /**
   * The disk is full: gives back the journal that only a watch from before a restart would need, or makes a checkpoint
   * without the new segment that there is no room for. Answers whether anything was given back.
   */
  async makeSpace(): Promise<boolean> {
    if (this.#neededFrom !== undefined && this.#removeBefore(this.#neededFrom, Number.POSITIVE_INFINITY)) return true
    const position = this.options.journal.position
    try {
      await this.#save(position)
    } catch {
      return false
    }
    return this.#removeBefore(position.segment, Number.POSITIVE_INFINITY)
  }

  async #run(milliseconds: number): Promise<void> {
    const { journal, writer, oldestRevision } = this.options
    const rotation = await journal.rotate(milliseconds === 0)
    this.#bytes = 0
    await writer.drain(milliseconds)
    await this.#save(rotation)
    this.#removeBefore(rotation.segment, oldestRevision())
  }

  /** One at a time: they have one temporary name. */
  #save(from: Rotation): Promise<void> {
    this.#saving = this.#saving.catch(() => {}).then(() => this.#saveNow(from))
    return this.#saving
  }

  async #saveNow({ segment, checksum }: Rotation): Promise<void> {
    const { disk, root, image, check } = this.options
    // The journal before a newer one may be gone.
    if (this.#neededFrom !== undefined && compareSegments(segment, this.#neededFrom) < 0) return
    const { revision, order } = image
    await this.#syncFiles()
    image.settleUpTo(order)
    const start = { kind: 'snapshot', revision, segment, checksum } as const
    this.#snapshotBytes = await writeSnapshot(disk, root, image, start, check)
    this.#neededFrom = segment
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

  /**
   * Removes older segments up to the first one with changes newer than `revision`: a gap would end what can be watched
   * from. Answers whether there were any.
   */
  #removeBefore(segment: string, revision: Revision): boolean {
    const { disk, journal, old } = this.options
    let [removed, needed] = [false, false]
    for (const list of [old, journal.finished]) {
      for (const candidate of list.splice(0)) {
        needed ||= compareSegments(candidate.name, segment) >= 0 || candidate.lastRevision > revision
        if (needed) list.push(candidate)
        // Should it come back after a power cut, it is older than the snapshot: history at most.
        else if (disk.lstat(candidate.path)) disk.unlink(candidate.path)
        removed ||= !needed
      }
    }
    return removed
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
