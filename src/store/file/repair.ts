import { join } from 'node:path'
import { StoreUnavailable } from '../store.js'
import type { Disk } from './disk.js'
import type { Ground } from './ground.js'
import { journalFolder } from './layout.js'
import type { RootLock } from './lock.js'
import { checkFormat, makeFolders } from './open-root.js'
import { type OldSegment, parseSegmentName } from './segment.js'

/**
 * Puts the state folder back after somebody deleted it, or parts of it, under a running server. Answers whether records
 * that were durable are missing. @throws when the root itself is gone or another process's
 */
export async function repairStateFolder(
  disk: Disk,
  root: string,
  ground: Ground,
  lock: RootLock,
  epoch: number,
  segments: readonly OldSegment[],
): Promise<boolean> {
  const reason = ground.vanished()
  if (reason !== undefined) throw new StoreUnavailable(reason)
  if (lock.state() === 'lost') throw new StoreUnavailable(`${root} is held by another process now`)
  if (hasNewerEpoch(disk, root, epoch)) throw new StoreUnavailable(`another process has had ${root} meanwhile`)
  const deleted = lock.state() === 'vanished' || !disk.lstat(join(root, journalFolder))
  if (deleted) {
    await makeFolders(disk, root)
    await checkFormat(disk, root)
  }
  if (lock.state() === 'vanished') await lock.retake()
  return deleted || segments.some(({ path }) => !disk.lstat(path))
}

/** A process that held the root while this one was stopped has left segments, also if it has ended since. */
function hasNewerEpoch(disk: Disk, root: string, epoch: number): boolean {
  const folder = join(root, journalFolder)
  if (!disk.lstat(folder)) return false
  return disk.readdir(folder).some((name) => (parseSegmentName(name)?.epoch ?? 0) > epoch)
}
