import { join } from 'node:path'
import { parseYaml, YamlError } from '../../codec/yaml.js'
import { isJsonObject } from '../../meta/object.js'
import type { FileTarget } from '../file-change.js'
import type { Revision } from '../store.js'
import { realDisk } from './disk.js'
import { journalFolder, parseFilePath, snapshotFile, stateFolder } from './layout.js'
import { RootLock } from './lock.js'
import { aboveAll, writeLoneSnapshot } from './lone-snapshot.js'
import { look, textOf } from './look.js'
import { checkFormat, checkRoot, makeFolders } from './open-root.js'
import { Corruption } from './read-segments.js'
import { type Recovered, recover, recoverUpToDamage } from './recovery.js'
import { filesBelow } from './scan.js'

export interface FsckReport {
  readonly objects: number
  readonly revision: Revision
  /** What is wrong with the state folder, and what was done about it. */
  readonly damage: readonly string[]
  readonly repaired: readonly string[]
  /** Files that would be refused whatever their kind is. */
  readonly files: readonly RefusedFile[]
}

export interface RefusedFile {
  readonly path: string
  readonly reason: string
  readonly line?: number
}

/**
 * Examines a root. `repair` puts what is damaged aside and goes on from what can be read and from the files; for that no
 * server may hold the root. `files` reads every object file too. @throws Error with one line
 */
export async function fsck(root: string, options: { repair: boolean; files: boolean }): Promise<FsckReport> {
  const disk = realDisk
  checkRoot(disk, root)
  const files = options.files ? [...refusedFiles(root)] : []
  if (!disk.lstat(join(root, stateFolder))) return { objects: 0, revision: 0, damage: [], repaired: [], files }
  await checkFormat(disk, root)
  const damage: string[] = []
  const repaired: string[] = []
  let recovered: Recovered | undefined
  try {
    recovered = recover(disk, root, () => 0)
  } catch (error) {
    if (!(error instanceof Corruption)) throw error
    damage.push(error.message)
    if (options.repair) repaired.push(await repair(root))
  }
  const objects = recovered?.image.objects.size ?? 0
  return { objects, revision: recovered?.image.revision ?? 0, damage, repaired, files }
}

/** Nothing is deleted: what can't be trusted is kept beside the new state. */
async function repair(root: string): Promise<string> {
  const disk = realDisk
  const lock = await RootLock.take(disk, root)
  try {
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
    return `what was damaged is in ${kept}; the next start reads the object files`
  } finally {
    await lock.release()
  }
}

function* refusedFiles(root: string): Generator<RefusedFile> {
  for (const path of filesBelow(realDisk, root)) {
    const parsed = parseFilePath(path)
    if ('ignored' in parsed) continue
    const found = 'invalid' in parsed ? { reason: parsed.invalid } : wrongIn(root, path, parsed.target)
    if (found) yield { path, ...found }
  }
}

function wrongIn(root: string, path: string, target: FileTarget): Omit<RefusedFile, 'path'> | undefined {
  const seen = look(realDisk, root, path)
  if (seen.kind === 'unusable') return { reason: seen.reason }
  if (seen.kind === 'absent') return undefined
  try {
    const { value } = parseYaml(textOf(seen.content))
    if (!isJsonObject(value)) return { reason: 'the file holds no object' }
    if (typeof value.apiVersion !== 'string' || typeof value.kind !== 'string') {
      return { reason: 'apiVersion and kind must be set' }
    }
    const { name = target.name, namespace = target.namespace } = isJsonObject(value.metadata) ? value.metadata : {}
    if (target.name !== undefined && name !== target.name) return { reason: `metadata.name must be ${target.name}` }
    if (namespace !== target.namespace) return { reason: `metadata.namespace must be ${target.namespace || 'empty'}` }
    return undefined
  } catch (error) {
    if (error instanceof YamlError) return { reason: error.message, line: error.line }
    throw error
  }
}
