import { join, sep } from 'node:path'
import type { Revision } from '../store.js'
import { codeOf, type Disk } from './disk.js'
import { type Image, knownHashes, noIntents, nothing } from './image.js'
import { registryFolder, stateFolder } from './layout.js'
import { writeLoneSnapshot } from './lone-snapshot.js'
import { look } from './look.js'
import { formatProblem, makeUnfinishedRoot, writeFormat } from './open-root.js'
import { type Recovered, recover } from './recovery.js'
import { filesBelow } from './scan.js'
import { stateAtOnce } from './state-at-once.js'

export interface CopyResult {
  readonly objects: number
  readonly files: number
  /** Of the newest change in it. 0: the source has files only, and no state. */
  readonly revision: Revision
  /** Files that were left out, and why. */
  readonly leftOut: readonly { readonly path: string; readonly reason: string }[]
}

/**
 * Copies the objects of a root, as of one moment, into a new root that a server can be started on: their state as a
 * snapshot, without a journal, and their files as they are, comments and all. The source is only read, and may be
 * served meanwhile. `from` is a root, a copy of one, or a folder with nothing but `registry/`.
 * @throws Error with one line: nothing there, damaged, `to` not empty or within `from`
 */
export async function copyRoot(
  disk: Disk,
  from: string,
  to: string,
  revisionOf: (newest: Revision) => Revision,
): Promise<CopyResult> {
  checkSource(disk, from)
  checkTarget(disk, from, to)
  const state = recover(stateAtOnce(disk, from), from, () => 0)
  const { image, adopts } = state
  const { revision } = image
  const hasState = revision > 0
  const target = await makeUnfinishedRoot(disk, to)
  const copied = new Set<string>()
  const leftOut: { path: string; reason: string }[] = []
  const copy = (path: string, content: Buffer) => {
    writeFile(disk, target, path, content)
    copied.add(path)
  }
  const unknown = new Map<string, { hash: string; content: Buffer }>()
  for (const path of filesBelow(disk, from)) {
    const seen = look(disk, from, path)
    if (seen.kind === 'unusable') leftOut.push({ path, reason: seen.reason })
    else if (seen.kind === 'file' && (!hasState || isOf(state, path, seen.hash))) copy(path, seen.content)
    else if (seen.kind === 'file') unknown.set(path, seen)
  }
  // A text that the state does not know is a person's, or the server wrote it since: then it is of another moment.
  const later = unknown.size > 0 ? recover(stateAtOnce(disk, from), from, () => 0) : state
  for (const [path, { hash, content }] of unknown) {
    if (!wroteItself(later, path, hash) && !state.remnants.explains(path, hash, content)) copy(path, content)
  }
  await disk.syncFileSystem(target)
  if (hasState) {
    onlyFiles(image, copied)
    image.revision = revisionOf(revision)
    await writeLoneSnapshot(disk, target, image, adopts)
  }
  await writeFormat(disk, target)
  return { objects: image.objects.size, files: copied.size, revision, leftOut }
}

function checkSource(disk: Disk, from: string): void {
  const isThere = [registryFolder, stateFolder].some((folder) => disk.lstat(join(from, folder))?.kind === 'directory')
  if (!isThere)
    throw new Error(`${from} holds no objects: there is neither ${registryFolder}/ nor ${stateFolder}/ in it`)
  const problem = formatProblem(disk, from)
  if (problem !== undefined) throw new Error(problem)
}

function checkTarget(disk: Disk, from: string, to: string): void {
  if (`${to}${sep}`.startsWith(`${from}${sep}`)) throw new Error(`${to} is within ${from}: name a folder outside`)
  const stat = disk.lstat(to)
  if (stat && (stat.kind !== 'directory' || disk.readdir(to).length > 0)) {
    throw new Error(`${to} is there already: name a folder that is empty or does not exist`)
  }
}

function isOf({ image }: Recovered, path: string, hash: string): boolean {
  const file = image.files.get(path)
  return file !== undefined && (file.refused === hash || knownHashes(file).includes(hash))
}

function wroteItself(state: Recovered, path: string, hash: string): boolean {
  if (isOf(state, path, hash)) return true
  return [...state.intents.values()].some((intent) => intent.path === path && intent.hash === hash)
}

function writeFile(disk: Disk, root: string, path: string, content: Buffer): void {
  const parts = path.split('/')
  for (let n = 1; n < parts.length; n++) {
    try {
      disk.mkdir(join(root, ...parts.slice(0, n)))
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error
    }
  }
  disk.create(join(root, path), content)
}

/** Files that were not copied are to be written, not to be taken for deleted by somebody. */
function onlyFiles(image: Image, copied: ReadonlySet<string>): void {
  for (const file of image.files.values()) {
    if (copied.has(file.path)) {
      file.durable = true
      continue
    }
    image.nowHolds(file, '', nothing)
    file.gone = file.refused = ''
    file.intents = noIntents
    if (!image.objects.has(file.key)) image.files.delete(file.path)
  }
}
