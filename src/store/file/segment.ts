import { basename, dirname, join } from 'node:path'
import type { Revision } from '../store.js'
import type { Disk } from './disk.js'

/** A journal file: zero-filled when it is made, then written from the front, never at the same place twice. */
export interface Segment {
  readonly name: string
  readonly path: string
  readonly fd: number
  readonly capacity: number
  used: number
  /** Checksum of the batch before its first one; undefined while it has none. */
  previous: string | undefined
  /** Of the last change in it; 0 while it has none. */
  lastRevision: Revision
  /** Where the bytes of the newest state lie that it has of each key. */
  readonly bodies: Map<string, number>
}

/** An older journal file, kept for watches that resume and until a checkpoint covers it. */
export interface OldSegment {
  readonly name: string
  readonly path: string
  readonly bytes: number
  readonly lastRevision: Revision
}

export interface SegmentId {
  readonly epoch: number
  readonly number: number
}

function segmentName({ epoch, number }: SegmentId): string {
  return `${String(epoch).padStart(6, '0')}-${String(number).padStart(6, '0')}.log`
}

export function parseSegmentName(name: string): SegmentId | undefined {
  const match = /^(\d{6,})-(\d{6,})\.log$/.exec(name)
  return match ? { epoch: Number(match[1]), number: Number(match[2]) } : undefined
}

/** Segments in the order they were written. */
export function compareSegments(a: string, b: string): number {
  const [x, y] = [parseSegmentName(a), parseSegmentName(b)]
  return (x?.epoch ?? 0) - (y?.epoch ?? 0) || (x?.number ?? 0) - (y?.number ?? 0)
}

const zeros = Buffer.alloc(2 ** 20)

/**
 * Makes a segment on disk, zeros, name and all, so that a full disk fails here and not within a batch, and later
 * writes need no change of the file's length.
 */
export async function createSegment(disk: Disk, path: string, capacity: number): Promise<Segment> {
  const fd = disk.open(path, 'new')
  try {
    for (let at = 0; at < capacity; at += zeros.length) {
      await disk.write(fd, zeros.subarray(0, Math.min(zeros.length, capacity - at)), at)
    }
    await disk.sync(fd)
    await disk.syncDirectory(dirname(path))
  } catch (error) {
    removeQuietly(disk, path)
    throw error
  } finally {
    disk.close(fd)
  }
  const empty = { capacity, used: 0, previous: undefined, lastRevision: 0, bodies: new Map<string, number>() }
  return { name: basename(path), path, fd: disk.open(path, 'journal'), ...empty }
}

/** Gives back the zeros behind what was written: there may be a segment for each start. Nothing depends on it. */
export function cutZeros(disk: Disk, { path, bytes }: Pick<OldSegment, 'path' | 'bytes'>): void {
  try {
    if ((disk.lstat(path)?.size ?? 0) > bytes) disk.truncate(path, bytes)
  } catch {
    // They only take up room.
  }
}

function removeQuietly(disk: Disk, path: string): void {
  try {
    disk.unlink(path)
  } catch {
    // The next start removes an empty segment.
  }
}

export const segmentPath = (folder: string, id: SegmentId): string => join(folder, segmentName(id))
