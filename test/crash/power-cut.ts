import { mkdirSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Operation } from './recording-disk.js'

const sector = 512
const zeros = Buffer.alloc(2 ** 16)

interface Inode {
  readonly directory: boolean
  /** What is certainly there. */
  durable: Buffer
  pending: Write[]
}

/** Cut off behind `at` where there is no data. */
interface Write {
  readonly data: Buffer | undefined
  readonly at: number
}

type NameChange = readonly [path: string, inode: number | undefined]
type Names = Map<string, number>

/** A disk as the operations so far leave it: what is certain, and what may or may not have reached it. */
export class Platter {
  readonly #inodes = new Map<number, Inode>()
  readonly #names: Names = new Map()
  /** Each a whole: a rename has happened or has not. */
  #pending: (readonly NameChange[])[] = []

  apply(operation: Operation): void {
    switch (operation.op) {
      case 'make':
        this.#inodes.set(operation.inode, { directory: operation.directory, durable: Buffer.alloc(0), pending: [] })
        this.#pending.push([[operation.path, operation.inode]])
        break
      case 'write':
        this.#inodes.get(operation.inode)?.pending.push({ data: operation.data, at: operation.at })
        break
      case 'truncate':
        this.#inodes.get(operation.inode)?.pending.push({ data: undefined, at: operation.size })
        break
      case 'names':
        this.#pending.push(operation.changes)
        break
      case 'sync-data':
        this.#syncData(this.#inodes.get(operation.inode))
        break
      case 'sync-range':
        this.#syncRange(operation.inode)
        break
      case 'sync-names':
        this.#syncNames((changes) => changes.some(([path]) => folderOf(path) === operation.folder))
        break
      case 'sync-all':
        for (const inode of this.#inodes.values()) this.#syncData(inode)
        this.#syncNames(() => true)
    }
  }

  #syncData(inode: Inode | undefined): void {
    if (!inode) return
    for (const write of inode.pending) inode.durable = written(inode.durable, write)
    inode.pending = []
  }

  /** Durable only as far as the file's length is. */
  #syncRange(number: number): void {
    const inode = this.#inodes.get(number)
    const last = inode?.pending.at(-1)
    if (!inode || !last?.data || last.at + last.data.length > inode.durable.length) return
    inode.pending.pop()
    inode.durable = written(inode.durable, last)
  }

  #syncNames(covers: (changes: readonly NameChange[]) => boolean): void {
    for (const changes of this.#pending) if (covers(changes)) rename(this.#names, changes)
    this.#pending = this.#pending.filter((changes) => !covers(changes))
  }

  /** Makes below `target` what a power cut may leave now, as `random` will have it. The platter stays as it is. */
  cutPower(target: string, random: () => number): void {
    // All, nothing, or any part of what was not durable.
    const odds = [0, 0.5, 0.9, 1][Math.floor(random() * 4)] ?? 1
    const names = new Map(this.#names)
    for (const changes of this.#pending) if (random() < odds) rename(names, changes)
    const inodeAt = (path: string) => this.#inodes.get(names.get(path) ?? 0)
    const isThere = (folder: string): boolean =>
      folder === '' || (inodeAt(folder)?.directory === true && isThere(folderOf(folder)))
    for (const path of [...names.keys()].sort()) {
      const inode = inodeAt(path)
      if (!inode || !isThere(folderOf(path))) continue
      if (inode.directory) mkdirSync(join(target, path), { recursive: true, mode: 0o700 })
      else writeSparsely(join(target, path), contentOf(inode, odds, random))
    }
  }
}

function rename(names: Names, changes: readonly NameChange[]): void {
  for (const [path, inode] of changes) {
    if (inode === undefined) names.delete(path)
    else names.set(path, inode)
  }
}

const folderOf = (path: string) => (dirname(path) === '.' ? '' : dirname(path))

function contentOf({ durable, pending }: Inode, odds: number, random: () => number): Buffer {
  if (pending.length === 0) return durable
  let content: Buffer = Buffer.from(durable)
  for (const write of pending) {
    if (random() > odds) continue
    const { data, at } = write
    const from = at - (at % sector)
    const end = at + (data?.length ?? 0)
    const old = Buffer.concat([content.subarray(from, end + sector)], end + sector - from)
    content = written(content, write)
    // A sector that was not written has what it had, or zeros.
    for (let start = from; start < end; start += sector) {
      if (random() > odds) old.copy(content, start, start - from, start - from + sector)
    }
  }
  return content
}

/** In place where there is room: segments are large. */
function written(before: Buffer, { data, at }: Write): Buffer {
  if (!data) return before.subarray(0, at)
  const after = at + data.length <= before.length ? before : Buffer.concat([before], at + data.length)
  data.copy(after, at)
  return after
}

/** Segments are mostly zeros, which need not be written. */
function writeSparsely(path: string, content: Buffer): void {
  let end = content.length
  for (
    let block = zeros;
    end > 0 && content.subarray(0, end).subarray(-block.length).equals(block);
    end -= block.length
  ) {
    block = zeros.subarray(0, Math.min(end, zeros.length))
  }
  writeFileSync(path, content.subarray(0, end), { mode: 0o600 })
  truncateSync(path, content.length)
}
