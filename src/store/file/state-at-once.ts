import { join } from 'node:path'
import { findBatchBehind, readBatch } from './batch.js'
import { codeOf, type Disk, type ReadableDisk } from './disk.js'
import { journalFolder, snapshotFile } from './layout.js'
import { compareSegments, parseSegmentName } from './segment.js'

/** Between the first and the last look a checkpoint may come; hardly so many times in a row. */
const attempts = 50

/**
 * Snapshot and journal of a root as of one moment, in memory, also while a server writes them: what is answered before
 * the call is in it. Nothing is written to the root, so there is nothing to be cleaned up after a crash and a reader
 * needs no more than the right to read. Why what is read belongs together:
 * - Segments that a snapshot needs are removed only once a newer snapshot is in place. So when the snapshot is the same
 *   before and after reading, nothing that it needs was removed meanwhile.
 * - A batch is begun only once the one before is whole. So the newest segment is read first: what stands in it, the
 *   older ones, read later, lead up to.
 */
export function stateAtOnce(disk: Disk, root: string): ReadableDisk {
  for (let attempt = 1; ; attempt++) {
    const files = readState(disk, root)
    if (files) return overlay(disk, root, files)
    if (attempt === attempts) throw new Error(`the state of ${root} changes too fast to be read: try again`)
  }
}

/** Undefined when a checkpoint came between. */
function readState(disk: Disk, root: string): Map<string, Buffer> | undefined {
  const files = new Map<string, Buffer>()
  const snapshot = join(root, snapshotFile)
  const before = disk.lstat(snapshot)
  try {
    if (before) files.set(snapshot, disk.read(snapshot))
    for (const name of segmentsIn(disk, join(root, journalFolder)).reverse()) {
      const path = join(root, journalFolder, name)
      files.set(path, readSettled(disk, path))
    }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
  const after = disk.lstat(snapshot)
  return before?.ino === after?.ino && before?.mtimeMs === after?.mtimeMs ? files : undefined
}

/** Oldest first. */
export function segmentsIn(disk: ReadableDisk, folder: string): string[] {
  if (!disk.lstat(folder)) return []
  return disk.readdir(folder).filter(parseSegmentName).sort(compareSegments)
}

/** A batch that is written while the file is read looks damaged at first, and is whole at the next look. */
function readSettled(disk: Disk, path: string): Buffer {
  for (let last = -1; ; ) {
    const data = disk.read(path)
    const end = endOfBatches(data)
    if (end === last || !findBatchBehind(data, end)) return data
    last = end
  }
}

/** Where the first batch begins that is not whole. */
function endOfBatches(data: Buffer): number {
  let at = 0
  for (let batch = readBatch(data, 0); batch; batch = readBatch(data, at)) at = batch.end
  return at
}

function overlay(disk: Disk, root: string, files: ReadonlyMap<string, Buffer>): ReadableDisk {
  const folder = join(root, journalFolder)
  const names = [...files.keys()].filter((path) => path.startsWith(`${folder}/`)).map((p) => p.slice(folder.length + 1))
  return {
    lstat: (path) => {
      const data = files.get(path)
      if (data) return { size: data.length }
      return path === join(root, snapshotFile) ? undefined : disk.lstat(path)
    },
    readdir: (path) => (path === folder ? [...names] : disk.readdir(path)),
    read: (path) => files.get(path) ?? disk.read(path),
    readPart: (path, position, into) => files.get(path)?.copy(into, 0, position) ?? disk.readPart(path, position, into),
  }
}
