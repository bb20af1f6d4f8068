import { join } from 'node:path'
import { History, type HistoryLimits } from '../history.js'
import type { Revision, Stored } from '../store.js'
import type { ReadableDisk } from './disk.js'
import { Image } from './image.js'
import { filePathOf, journalFolder } from './layout.js'
import { Corruption, type JournalEnd, type ReadRecord, readSegments } from './read-segments.js'
import type { ChangeRecord, FileRecord, IntentRecord, JournalRecord, SnapshotRecord } from './record.js'
import { Remnants } from './remnants.js'
import { compareSegments } from './segment.js'
import { readSnapshot } from './snapshot.js'

/** What a start finds in `.wukong/`. */
export interface Recovered {
  readonly image: Image
  /** Of the changes that the kept segments tell, those that can be watched from. */
  readonly history: History
  readonly end: JournalEnd
  /** What the snapshot needs of the journal begins there. */
  readonly snapshotSegment: string | undefined
  /** The snapshot alone tells all. */
  readonly isComplete: boolean
  /** Object files that are not known are from an earlier life of the folder, in which they were objects. */
  readonly adopts: boolean
  /** Which write of a file a number in `.wukong/aside` stands for. */
  readonly intents: Map<number, IntentRecord>
  readonly remnants: Remnants
}

/**
 * Brings back the last state: the snapshot, then what the journal says since. `first` is asked for the revision to begin
 * with when there is neither. @throws Corruption
 */
export function recover(
  disk: ReadableDisk,
  root: string,
  first: () => Revision,
  historyLimits?: HistoryLimits,
): Recovered {
  const replay = new Replay()
  const packing = new Packing(replay.image)
  const snapshot = readSnapshot(disk, root, (record) => replay.fromSnapshot(packing.packSnapshot(record)))
  if (snapshot) replay.image.revision = Math.max(replay.image.revision, snapshot.revision)
  const started = Date.now()
  let history: History | undefined
  const end = readSegments(disk, join(root, journalFolder), snapshot, {
    record: ({ record: read, segment, time }) => {
      const record = packing.packJournal(read)
      if (record.kind === 'change') {
        const { type, stored, before } = record
        history ??= new History(stored.revision - 1, historyLimits)
        history.append({ type, stored, previous: before }, Math.max(0, started - time))
      }
      // Older segments are in the snapshot; they are kept for watches only.
      if (!snapshot || compareSegments(segment, snapshot.segment) >= 0) replay.fromJournal(record)
    },
    gap: () => {
      history = undefined
    },
  })
  const { image } = replay
  const isEmpty = !snapshot && end.segments.length === 0
  if (isEmpty) image.revision = first()
  return {
    image,
    history: history ?? new History(image.revision, historyLimits),
    end,
    snapshotSegment: snapshot?.segment,
    isComplete: snapshot !== undefined && !replay.hasJournal,
    adopts: isEmpty || snapshot?.adopts === true,
    intents: replay.intents,
    remnants: replay.remnants,
  }
}

/** What of a damaged store can be read in order; undefined when its snapshot is not whole. */
export function recoverUpToDamage(disk: ReadableDisk, root: string): Image | undefined {
  const replay = new Replay()
  const packing = new Packing(replay.image)
  let snapshot: SnapshotRecord | undefined
  try {
    snapshot = readSnapshot(disk, root, (record) => replay.fromSnapshot(packing.packSnapshot(record)))
  } catch {
    return undefined
  }
  const record = ({ record: read, segment }: ReadRecord) => {
    const record = packing.packJournal(read)
    if (!snapshot || compareSegments(segment, snapshot.segment) >= 0) replay.fromJournal(record)
  }
  try {
    readSegments(disk, join(root, journalFolder), snapshot, { record, gap: () => {} })
  } catch (error) {
    if (!(error instanceof Corruption)) throw error
  }
  return replay.image
}

/** Takes records out of the files they were read from, so that those need not stay in memory. */
class Packing {
  /** The state that the journal told last of each object: mostly what the next change has as its predecessor. */
  readonly #last = new Map<string, Stored>()

  constructor(private readonly image: Image) {}

  /** A snapshot has one state of each object. */
  packSnapshot(record: JournalRecord): JournalRecord {
    if (record.kind !== 'change') return this.#packOther(record)
    return { kind: 'change', type: record.type, stored: this.#own(record.stored), before: undefined }
  }

  packJournal(record: JournalRecord): JournalRecord {
    if (record.kind !== 'change') return this.#packOther(record)
    const { type, stored, before } = record
    const [current, last] = [this.image.get(stored.key), this.#last.get(stored.key)]
    // One copy of each state in memory: of what older segments tell, the snapshot has told the newest.
    const own = (told: Stored) =>
      current?.revision === told.revision ? current : last?.revision === told.revision ? last : this.#own(told)
    const packed = { kind: 'change', type, stored: own(stored), before: before && own(before) } as const
    this.#last.set(stored.key, packed.stored)
    return packed
  }

  #packOther(record: Exclude<JournalRecord, ChangeRecord>): JournalRecord {
    if (record.kind !== 'file' || !record.base) return record
    return { ...record, base: this.image.slabs.copy(record.base) }
  }

  #own({ key, revision, json }: Stored): Stored {
    return { key, revision, json: this.image.slabs.copy(json) }
  }
}

class Replay {
  readonly image = new Image(0)
  readonly intents = new Map<number, IntentRecord>()
  readonly remnants = new Remnants()
  /** States that the journal tells the end of: what it says of a file may stand behind the change that made it old. */
  readonly #earlier = new Map<Revision, Buffer>()
  /** Whether the journal told anything that may not be in the snapshot. */
  hasJournal = false

  fromSnapshot(record: JournalRecord): void {
    if (record.kind === 'change') this.#change(record)
    else this.#aboutFile(record, false)
  }

  fromJournal(record: JournalRecord): void {
    this.hasJournal ||= record.kind !== 'start'
    if (record.kind === 'change') this.#change(record)
    else if (record.kind === 'start') this.image.revision = Math.max(this.image.revision, record.revision)
    else this.#aboutFile(record, true)
  }

  #change(record: ChangeRecord): void {
    const { stored, before } = record
    const current = this.image.get(stored.key)
    if (current && current.revision >= stored.revision) return
    if (before) this.#earlier.set(before.revision, before.json)
    this.image.apply(record)
  }

  #aboutFile(record: JournalRecord, fromJournal: boolean): void {
    if (record.kind === 'intent') {
      this.intents.set(record.order, record)
      this.#mayRemain(record)
      this.image.intend(record)
    } else if (record.kind === 'file') {
      if (fromJournal) this.#mayRemain(record)
      this.image.found(record, (revision) => this.#earlier.get(revision))
    }
  }

  /** What was made of the file since it was last durable: a power cut may leave any of it. */
  #mayRemain({ path, key, hash, revision }: FileRecord | IntentRecord): void {
    const before = this.image.files.get(path)
    if (before && !this.remnants.has(path)) this.remnants.add(path, before.hash, undefined)
    const current = this.image.get(key)
    const json = this.#earlier.get(revision) ?? (current?.revision === revision ? current.json : undefined)
    this.remnants.add(path, hash, json)
  }
}

/** Objects whose file does not tell their newest state, and files whose object is gone. */
export function unwrittenPaths(image: Image): Map<string, string> {
  const paths = new Map<string, string>()
  let told = 0
  for (const [path, { key, revision, hash, incomplete }] of image.files) {
    const stored = image.get(key)
    if (stored?.revision === revision && hash !== '' && !incomplete) told++
    else paths.set(path, key)
  }
  if (told === image.objects.size) return paths
  for (const [key] of image.objects.below('')) {
    const path = filePathOf(key)
    if (!image.files.has(path)) paths.set(path, key)
  }
  return paths
}
