import { chmodSync, lstatSync, readdirSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { type Disk, realDisk } from './disk.js'
import { type Image, knownHashes } from './image.js'
import { asideFolder, parseFilePath, registryFolder, snapshotFile, stateFolder, tmpFolder } from './layout.js'
import { look } from './look.js'
import { unwrittenPaths } from './recovery.js'
import { filesBelow } from './scan.js'

/** An object file that does not tell what the server last put there, or not the newest state. */
export interface DifferingFile {
  readonly path: string
  readonly how: 'edited' | 'new' | 'missing' | 'behind' | 'refused' | 'unreadable'
}

/** What the next start has to judge or to write. */
export function* differingFiles(disk: Disk, root: string, image: Image): Generator<DifferingFile> {
  const behind = unwrittenPaths(image)
  const paths = new Set([...filesBelow(disk, root), ...image.files.keys(), ...behind.keys()])
  for (const path of [...paths].sort()) {
    if ('ignored' in parseFilePath(path)) continue
    const seen = look(disk, root, path)
    const file = image.files.get(path)
    if (seen.kind === 'unusable') yield { path, how: 'unreadable' }
    else if (seen.kind === 'absent') {
      if (behind.has(path) && image.objects.has(behind.get(path) ?? '')) yield { path, how: 'behind' }
      else if (file && file.hash !== '') yield { path, how: 'missing' }
    } else if (!file) yield { path, how: 'new' }
    else if (file.refused === seen.hash) yield { path, how: 'refused' }
    else if (!knownHashes(file).includes(seen.hash)) yield { path, how: 'edited' }
    else if (behind.has(path)) yield { path, how: 'behind' }
  }
}

/** Files in `.wukong/` that a process which was killed has left, and texts that were kept for a person. */
export function leftovers(root: string): { temporary: string[]; kept: string[] } {
  const names = (folder: string) => (realDisk.lstat(join(root, folder)) ? readdirSync(join(root, folder)) : [])
  const below = (folder: string) => names(folder).map((name) => `${folder}/${name}`)
  const unfinished = `${snapshotFile}.new`
  const inState = below(stateFolder)
  return {
    temporary: [
      ...below(tmpFolder),
      ...inState.filter((path) => path === unfinished || path.startsWith(`${stateFolder}/takeover-`)),
    ],
    kept: [
      ...below(asideFolder).filter((path) => path.startsWith(`${asideFolder}/kept-`)),
      ...inState.filter((path) => path.startsWith(`${stateFolder}/damaged-`)),
    ],
  }
}

export function removeTemporary(root: string, paths: readonly string[]): void {
  for (const path of paths) unlinkSync(join(root, path))
}

/** Files and folders that others than their owner may read or write, with the bits that say so. */
export function openToOthers(root: string): { path: string; mode: number }[] {
  const found: { path: string; mode: number }[] = []
  const visit = (path: string) => {
    const stat = lstatSync(join(root, path))
    if (stat.isSymbolicLink()) return
    const mode = stat.mode & 0o777
    // Windows has no such modes; a .gitignore is nobody's secret.
    if ((mode & 0o077) !== 0 && process.platform !== 'win32' && !path.endsWith('.gitignore')) found.push({ path, mode })
    if (stat.isDirectory())
      for (const name of readdirSync(join(root, path))) visit(path === '' ? name : `${path}/${name}`)
  }
  for (const folder of [registryFolder, stateFolder]) if (realDisk.lstat(join(root, folder))) visit(folder)
  return found
}

export function closeToOthers(root: string, found: readonly { path: string; mode: number }[]): void {
  for (const { path, mode } of found) chmodSync(join(root, path), mode & 0o700)
}
