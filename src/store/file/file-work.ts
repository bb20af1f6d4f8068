import { dirname, join } from 'node:path'
import { codeOf, type Disk, type FileStat, reasonOf } from './disk.js'
import { hashOf, renderFile, rewriteFile } from './file-text.js'
import { asideFolder, tmpFolder } from './layout.js'
import { textOf } from './look.js'
import { statusDigest } from './told-statuses.js'

/** The work on object files, away from the requests' path: plain data in and out, so that a thread can do it. */
export interface FileWork {
  /** Makes the text of each object and writes it to a temporary file. */
  prepare(tasks: readonly PrepareTask[]): Promise<Prepared[]>
  /** Puts prepared files into place, or takes files away, without ever overwriting what somebody else wrote. */
  place(tasks: readonly PlaceTask[]): Promise<Placed[]>
  /** Looks again at what was set aside: an editor may have gone on writing to it. Unchanged, it is removed. */
  recheck(tasks: readonly SetAside[]): Promise<Rechecked[]>
  /** Removes what was prepared and can't be placed. */
  discard(orders: readonly number[]): Promise<void>
  close(): Promise<void>
}

export interface PrepareTask {
  /** Number of the intent, and name of the temporary file and of what is set aside. */
  readonly order: number
  readonly path: string
  readonly json: Buffer
  /** What is there has comments, order or style that must be kept. */
  readonly handmade: boolean
  /** What is there tells this state already, and lacks what the server adds; it may be in another version. */
  readonly completes: boolean
  /** Of what the file says now: the same text again needs no file. */
  readonly hash: string
}

export interface Prepared {
  readonly order: number
  readonly hash: string
  readonly size: number
  /** Of the status it tells. */
  readonly status: string
}

export interface PlaceTask {
  readonly order: number
  readonly path: string
  /** Hashes of contents that are the server's own. */
  readonly known: readonly string[]
  readonly removes: boolean
  /** A file of the server's should be there: when there is none, somebody has just removed it. */
  readonly replaces: boolean
}

export type Placed =
  | { readonly outcome: 'placed'; readonly stat: FileStat; readonly aside: SetAside | undefined }
  | { readonly outcome: 'removed'; readonly aside: SetAside | undefined }
  /** Somebody's content is there; it was left alone. */
  | { readonly outcome: 'foreign'; readonly aside: SetAside | undefined }
  | { readonly outcome: 'failed'; readonly reason: string }

/** A file that was replaced, and must be looked at again. */
export interface SetAside {
  /** In the folder for such files: the number of the intent, and the hash the content was expected to have. */
  readonly name: string
  /** Of the content when it was set aside. */
  readonly hash: string
}

/** `content` is what somebody wrote to a file after it had been set aside. */
export type Rechecked = { readonly content: Buffer } | undefined

/** Does the work in the calling thread, a few milliseconds at a time. */
export class InlineFileWork implements FileWork {
  constructor(
    private readonly disk: Disk,
    private readonly root: string,
  ) {}

  prepare(tasks: readonly PrepareTask[]): Promise<Prepared[]> {
    return inSteps(tasks, (task) => prepareFile(this.disk, this.root, task))
  }

  place(tasks: readonly PlaceTask[]): Promise<Placed[]> {
    // Parents are looked at once a group, which is a few milliseconds.
    const parents = new Set<string>()
    return inSteps(tasks, (task) => placeFile(this.disk, this.root, task, parents))
  }

  recheck(tasks: readonly SetAside[]): Promise<Rechecked[]> {
    return inSteps(tasks, (task) => recheckAside(this.disk, this.root, task))
  }

  async discard(orders: readonly number[]): Promise<void> {
    for (const order of orders) removeQuietly(this.disk, join(this.root, tmpFolder, String(order)))
  }

  async close(): Promise<void> {}
}

async function inSteps<T, R>(tasks: readonly T[], work: (task: T) => R | Promise<R>): Promise<R[]> {
  const results: R[] = []
  let started = performance.now()
  for (const task of tasks) {
    results.push(await work(task))
    if (performance.now() - started < 4) continue
    await new Promise((resolve) => setImmediate(resolve))
    started = performance.now()
  }
  return results
}

async function prepareFile(disk: Disk, root: string, task: PrepareTask): Promise<Prepared> {
  const kept = task.handmade || task.completes ? contentOf(disk, join(root, task.path), task.hash) : undefined
  const text = Buffer.from(kept ? await rewriteFile(textOf(kept), task.json, task.completes) : renderFile(task.json))
  const hash = hashOf(text)
  const prepared = { order: task.order, hash, size: text.length, status: statusDigest(task.json) }
  if (hash === task.hash) return prepared
  const temporary = join(root, tmpFolder, String(task.order))
  disk.create(temporary, text)
  // Nobody could tell this text from a person's if a power cut tore it.
  if (kept) await disk.syncFile(temporary)
  return prepared
}

function placeFile(disk: Disk, root: string, task: PlaceTask, parents: Set<string>): Placed {
  const name = `${task.order}-${task.known[0] ?? ''}`
  const [target, aside] = [join(root, task.path), join(root, asideFolder, name)]
  const temporary = join(root, tmpFolder, String(task.order))
  let setAside: SetAside | undefined
  try {
    const mustBeThere = task.replaces && !task.removes
    const found = mustBeThere ? disk.lstat(target) : undefined
    if (mustBeThere && !found) return { outcome: 'foreign', aside: undefined }
    prepareParents(disk, root, task, parents)
    const before = found ?? disk.lstat(target)
    if (before && before.kind !== 'file') throw new ForeignFile()
    if (before) {
      // Renamed away and looked at there: whatever is written over the name from now on is seen, not lost.
      disk.rename(target, aside)
      const hash = hashOf(disk.read(aside))
      if (!task.known.includes(hash)) {
        putBack(disk, aside, target)
        return { outcome: 'foreign', aside: undefined }
      }
      setAside = { name, hash }
    }
    if (task.removes) return { outcome: 'removed', aside: setAside }
    // Before it has its name: what a person writes to it from then on is seen to be newer.
    const stat = disk.lstat(temporary)
    disk.link(temporary, target)
    return stat ? { outcome: 'placed', stat, aside: setAside } : { outcome: 'foreign', aside: setAside }
  } catch (error) {
    // EEXIST: a person's file came while ours was away. ENOENT: the file to be set aside went just now.
    if (codeOf(error) === 'EEXIST' || codeOf(error) === 'ENOENT' || error instanceof ForeignFile) {
      return { outcome: 'foreign', aside: setAside }
    }
    return { outcome: 'failed', reason: reasonOf(error) }
  } finally {
    if (!task.removes) removeQuietly(disk, temporary)
  }
}

function recheckAside(disk: Disk, root: string, { name, hash }: SetAside): Rechecked {
  const path = join(root, asideFolder, name)
  try {
    const content = disk.read(path)
    disk.unlink(path)
    return hashOf(content) === hash ? undefined : { content }
  } catch {
    return undefined
  }
}

/** A file's content when it is still what it is known to be. */
function contentOf(disk: Disk, path: string, hash: string): Buffer | undefined {
  try {
    const content = disk.read(path)
    return hashOf(content) === hash ? content : undefined
  } catch {
    return undefined
  }
}

class ForeignFile extends Error {}

/** Makes the folders that are not there; `known` are those that were looked at. */
function prepareParents(disk: Disk, root: string, task: PlaceTask, known: Set<string>): void {
  const parent = dirname(task.path)
  if (known.has(parent)) return
  const parts = parent.split('/')
  for (let n = 1; n <= parts.length; n++) {
    const folder = join(root, ...parts.slice(0, n))
    const stat = disk.lstat(folder)
    if (!stat && task.removes) return
    if (!stat && n === 1) throw new Error(`${folder} has vanished`)
    if (!stat) disk.mkdir(folder)
    else if (stat.kind !== 'directory') throw new Error(`${folder} is not a directory`)
  }
  known.add(parent)
}

/** A file that was set aside and is not the server's goes back, unless another came meanwhile: then both are kept. */
export function putBack(disk: Disk, aside: string, target: string): boolean {
  try {
    disk.link(aside, target)
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
    return false
  }
  disk.unlink(aside)
  return true
}

function removeQuietly(disk: Disk, path: string): void {
  try {
    disk.unlink(path)
  } catch {
    // Not there.
  }
}
