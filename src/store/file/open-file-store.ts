import { join } from 'node:path'
import type { Log } from '../../meta/log.js'
import { historyLimits } from '../history.js'
import { assemble } from './assembly.js'
import { defaultInterval } from './checkpoint.js'
import { type Disk, realDisk } from './disk.js'
import type { FileStore } from './file-store.js'
import { RootLock } from './lock.js'
import { checkFormat, checkRoot, clearTemporaries, makeFolders, prepareRoot } from './open-root.js'
import { recover } from './recovery.js'
import { filesBelow } from './scan.js'

export interface FileStoreOptions {
  readonly root: string
  readonly watchFiles: boolean
  readonly log: Log
  /** Changes that can be watched from; default 10,000 and at least five minutes. */
  readonly historyLimit?: number | undefined
  /** Bytes of journal after which a checkpoint is made; default 64 MB. */
  readonly checkpointAfter?: number
  /** For tests: what stands between the store and the disk. */
  readonly disk?: Disk
}

/** @throws Error with one line a person can act on: root held by another process, not writable, newer, damaged */
export async function openFileStore(options: FileStoreOptions): Promise<FileStore> {
  const { disk = realDisk, watchFiles, log, historyLimit, checkpointAfter = defaultInterval } = options
  const root = await prepareRoot(disk, options.root)
  checkRoot(disk, root)
  const hadRegistry = await makeFolders(disk, root)
  await checkFormat(disk, root)
  const lock = await RootLock.take(disk, root)
  try {
    clearTemporaries(disk, root)
    const recovered = recover(disk, root, () => firstRevision(disk, root), historyLimits(historyLimit))
    // Without its folder no missing file is a deletion: the files are written again.
    if (!hadRegistry) for (const file of recovered.image.files.values()) file.durable = false
    const parts = { disk, root, watchFiles, log, lock, checkpointInterval: checkpointAfter }
    return await assemble(parts, recovered)
  } catch (error) {
    await lock.release()
    throw error
  }
}

/** A file from a far future (here: 2112) must not use up the integers that a number can count. */
const latestStart = 2 ** 52

/**
 * Where revisions begin. Objects without any state are from an earlier life of the folder: revisions go on above every
 * one that life can have used, so that old ones are known to be too old instead of looking like the future.
 */
function firstRevision(disk: Disk, root: string): number {
  let newest: number | undefined
  for (const path of filesBelow(disk, root)) {
    newest = Math.max(newest ?? Date.now(), disk.lstat(join(root, path))?.mtimeMs ?? 0)
  }
  return newest === undefined ? 1 : Math.min(Math.ceil(newest * 1000), latestStart)
}
