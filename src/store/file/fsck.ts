import { realpathSync } from 'node:fs'
import { join } from 'node:path'
import type { Revision } from '../store.js'
import { realDisk } from './disk.js'
import {
  closeToOthers,
  type DifferingFile,
  differingFiles,
  leftovers,
  openToOthers,
  removeTemporary,
} from './inspect-files.js'
import { inspectJournal, type RecordFile } from './inspect-journal.js'
import { journalFolder, registryFolder, snapshotFile, stateFolder } from './layout.js'
import { RootLock } from './lock.js'
import { aboveAll, writeLoneSnapshot } from './lone-snapshot.js'
import { formatProblem, makeFolders } from './open-root.js'
import { Corruption } from './read-segments.js'
import { recover, recoverUpToDamage } from './recovery.js'
import { stateAtOnce } from './state-at-once.js'

export interface FsckReport {
  /** The process that serves the root now. */
  readonly holder: string | undefined
  /** Undefined: there is no state, or it is damaged. */
  readonly state: { readonly objects: number; readonly revision: Revision } | undefined
  readonly records: readonly RecordFile[]
  /** Why no server starts on it. */
  readonly damage: readonly string[]
  readonly differing: readonly DifferingFile[]
  readonly temporary: readonly string[]
  /** Texts and records that were put aside for a person to look at. */
  readonly kept: readonly string[]
  readonly openToOthers: readonly { readonly path: string; readonly mode: number }[]
}

/** Examines a root, also while it is served; writes nothing. @throws Error with one line */
export function fsck(path: string): FsckReport {
  const root = existingRoot(path)
  const problem = formatProblem(realDisk, root)
  if (problem !== undefined) throw new Error(problem)
  const disk = stateAtOnce(realDisk, root)
  const records = inspectJournal(disk, root)
  const about = { holder: RootLock.holderOf(realDisk, root), records, ...leftovers(root) }
  const modes = openToOthers(root)
  try {
    const { image } = recover(disk, root, () => 0)
    const differing = records.length > 0 ? [...differingFiles(realDisk, root, image)] : []
    const state = records.length > 0 ? { objects: image.objects.size, revision: image.revision } : undefined
    return { ...about, state, differing, damage: [], openToOthers: modes }
  } catch (error) {
    if (!(error instanceof Corruption)) throw error
    return { ...about, state: undefined, differing: [], damage: [error.message], openToOthers: modes }
  }
}

/**
 * Mends what can be mended; answers with what was done. No server may hold the root, and none can start meanwhile.
 * Records that are damaged are never deleted: they are put aside, and the next start goes on from what can be read in
 * order and from the object files, which tell everything that was written out. @throws Error with one line
 */
export async function repair(path: string): Promise<string[]> {
  const root = existingRoot(path)
  // Nothing is made where there is nothing to be mended.
  if (!realDisk.lstat(join(root, stateFolder))) return closed(root)
  const { damage } = fsck(root)
  await makeFolders(realDisk, root)
  const lock = await RootLock.take(realDisk, root)
  try {
    const done = damage.length > 0 ? [await putDamagedAside(root)] : []
    const { temporary } = leftovers(root)
    removeTemporary(root, temporary)
    if (temporary.length > 0) done.push(`removed ${temporary.length} temporary files`)
    return [...done, ...closed(root)]
  } finally {
    await lock.release()
  }
}

function closed(root: string): string[] {
  const open = openToOthers(root)
  closeToOthers(root, open)
  return open.length > 0 ? [`took ${open.length} files and folders away from other users`] : []
}

async function putDamagedAside(root: string): Promise<string> {
  const disk = realDisk
  const image = recoverUpToDamage(disk, root)
  const kept = `${stateFolder}/damaged-${new Date().toISOString().replaceAll(/[-:]/g, '')}`
  disk.mkdir(join(root, kept))
  disk.rename(join(root, journalFolder), join(root, kept, 'journal'))
  if (disk.lstat(join(root, snapshotFile))) disk.rename(join(root, snapshotFile), join(root, kept, 'snapshot'))
  await makeFolders(disk, root)
  // Without a whole snapshot the files alone are the truth, as after the state folder was deleted.
  if (image) {
    image.revision = aboveAll(image.revision)
    await writeLoneSnapshot(disk, root, image, true)
  }
  return `put what was damaged into ${kept}; the next start goes on from what could be read, and from the files`
}

function existingRoot(path: string): string {
  const holds = (folder: string) => realDisk.lstat(join(path, folder))?.kind === 'directory'
  if (holds(registryFolder) || holds(stateFolder)) return realpathSync(path)
  throw new Error(`${path} is no root: there is neither ${registryFolder}/ nor ${stateFolder}/ in it`)
}
