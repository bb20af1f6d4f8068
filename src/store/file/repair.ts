import { join } from 'node:path'
import { StoreUnavailable } from '../store.js'
import type { Disk } from './disk.js'
import type { Ground } from './ground.js'
import { journalFolder } from './layout.js'
import type { RootLock } from './lock.js'
import { checkFormat, makeFolders } from './open-root.js'
import type { OldSegment } from './segment.js'

/**
 * Puts the state folder back after somebody deleted it, or parts of it, under a running server. Answers whether records
 * that were durable are missing. @throws when the root itself is gone or another process's
 */
export async function repairStateFolder(
  disk: Disk,
  root: string,
  ground: Ground,
  lock: RootLock,
  segments: readonly OldSegment[],
): Promise<boolean> {
  const reason = ground.vanished()
  if (reason !== undefined) throw new StoreUnavailable(reason)
  if (lock.state() === 'lost') throw new StoreUnavailable(`${root} is held by another process now`)
  const deleted = lock.state() === 'vanished' || !disk.lstat(join(root, journalFolder))
  if (deleted) {
    await makeFolders(disk, root)
    await checkFormat(disk, root)
  }
  if (lock.state() === 'vanished') await lock.retake()
  return deleted || segments.some(({ path }) => !disk.lstat(path))
}
