import { join } from 'node:path'
import type { Revision } from '../store.js'
import { type Batch, findBatchBehind, linesOf, readBatch } from './batch.js'
import type { ReadableDisk } from './disk.js'
import { ReadBuffer } from './read-buffer.js'
import { decodeRecord, isChange, type JournalRecord, type SnapshotRecord } from './record.js'
import { compareSegments, type OldSegment, parseSegmentName } from './segment.js'

/** A file that was whole once and is not any more: not to be guessed at. */
export class Corruption extends Error {
  constructor(
    readonly path: string,
    readonly offset: number,
    why: string,
  ) {
    super(`${path} is damaged at byte ${offset}: ${why}`)
  }
}

export interface ReadRecord {
  readonly record: JournalRecord
  readonly segment: string
  /** Wall clock at which it was written. */
  readonly time: number
}

/** What is read goes here; its bytes mean something during the call only. `gap`: what was handed over so far does not join up with what comes. */
export interface Take {
  record(read: ReadRecord): void
  gap(): void
}

export interface JournalEnd {
  /** Oldest first, without those that hold nothing. */
  readonly segments: OldSegment[]
  /** Files that hold nothing. */
  readonly empty: string[]
  readonly epoch: number
  readonly lastRevision: Revision
  readonly lastChecksum: string
}

/**
 * Reads all segments in order and hands over every record of every whole batch. A batch that is cut off at the end of
 * what one process wrote was never answered. @throws Corruption when batches are missing from within
 */
export function readSegments(
  disk: ReadableDisk,
  folder: string,
  snapshot: SnapshotRecord | undefined,
  take: Take,
): JournalEnd {
  const names = disk.readdir(folder).filter(parseSegmentName).sort(compareSegments)
  const buffer = new ReadBuffer()
  const reader = new Reader(disk, folder, snapshot, take, buffer)
  const sealed = sealedLengths(disk, folder, names, buffer)
  for (const name of names) reader.read(name, sealed.get(name))
  const epoch = names.reduce((top, name) => Math.max(top, parseSegmentName(name)?.epoch ?? 0), 0)
  const { segments, empty, lastRevision, lastChecksum } = reader
  return { segments, empty, epoch, lastRevision, lastChecksum }
}

/**
 * How much of each segment counts: the first record of a run names all segments it found and how far it read them. What
 * an older process wrote behind that, after it had lost its lock, counts nothing; only the segments of the last run that
 * wrote anything are open-ended.
 */
function sealedLengths(
  disk: ReadableDisk,
  folder: string,
  names: readonly string[],
  buffer: ReadBuffer,
): Map<string, number> {
  const sealed = new Map<string, number>()
  const begun = new Set<number>()
  for (const [i, name] of names.entries()) {
    const epoch = parseSegmentName(name)?.epoch ?? 0
    if (begun.has(epoch)) continue
    const data = buffer.read(disk, join(folder, name))
    const batch = readBatch(data, 0)
    // The first write of a run may have failed: it is in the next segment then.
    if (!batch) continue
    begun.add(epoch)
    const record = decodeRecord(data, batch.recordsAt)
    if (record.kind === 'start') for (const old of names.slice(0, i)) sealed.set(old, record.sealed[old] ?? 0)
  }
  return sealed
}

class Reader {
  readonly segments: OldSegment[] = []
  readonly empty: string[] = []
  lastRevision: Revision = 0
  lastChecksum = ''
  /** The batch before the last: a batch whose sync failed is written again, behind the one before it. */
  #checksumBefore: string | undefined
  #joined = false

  constructor(
    private readonly disk: ReadableDisk,
    private readonly folder: string,
    private readonly snapshot: SnapshotRecord | undefined,
    private readonly take: Take,
    private readonly buffer: ReadBuffer,
  ) {}

  read(name: string, sealed: number | undefined): void {
    const path = join(this.folder, name)
    const file = this.buffer.read(this.disk, path)
    const data = sealed === undefined ? file : file.subarray(0, sealed)
    this.#joinUp(name)
    let at = 0
    for (;;) {
      const batch = readBatch(data, at)
      if (!batch) break
      this.#takeBatch(path, name, data, at, batch)
      at = batch.end
    }
    if (at < data.length) this.#checkEnd(path, data, at, sealed)
    if (at === 0) this.empty.push(path)
    else this.segments.push({ name, path, bytes: at, lastRevision: this.lastRevision })
  }

  #takeBatch(path: string, name: string, data: Buffer, at: number, batch: Batch): void {
    const { previous } = batch.head
    const again = at === 0 && previous === this.#checksumBefore
    if (previous !== this.lastChecksum && !again) {
      if (at > 0 || !this.#isHistory(name)) throw new Corruption(path, at, 'what was written before it is missing')
      this.take.gap()
    }
    const isHistory = this.#isHistory(name)
    for (const lineAt of linesOf(data, batch)) {
      // Of files the snapshot knows all that older segments tell.
      if (isHistory && !isChange(data, lineAt)) continue
      const record = decodeRecord(data, lineAt)
      if (record.kind === 'change') {
        if (record.stored.revision <= this.lastRevision) continue
        this.lastRevision = record.stored.revision
      }
      this.take.record({ record, segment: name, time: batch.head.time })
    }
    this.#checksumBefore = again ? previous : this.lastChecksum
    this.lastChecksum = batch.checksum
  }

  /** Older than the snapshot: kept for watches only, and some may be gone. */
  #isHistory(name: string): boolean {
    return this.snapshot !== undefined && compareSegments(name, this.snapshot.segment) < 0
  }

  /** From the snapshot on nothing may be missing. */
  #joinUp(name: string): void {
    if (this.#joined || this.#isHistory(name)) return
    this.#joined = true
    if (this.snapshot && this.lastChecksum !== this.snapshot.checksum) {
      if (this.lastChecksum !== '') this.take.gap()
      this.lastChecksum = this.snapshot.checksum
    }
  }

  /** A batch that is not whole is the last one, and nobody was told of it, unless a whole one stands behind it. */
  #checkEnd(path: string, data: Buffer, at: number, sealed: number | undefined): void {
    if (sealed !== undefined) throw new Corruption(path, at, 'a batch that was whole before is not')
    const behind = findBatchBehind(data, at)
    if (behind) throw new Corruption(path, at, `a batch is not whole, but the one at byte ${behind.at} is`)
  }
}
