import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Operation } from './recording-disk.js'

const sector = 512

interface Inode {
  readonly directory: boolean
  /** What is certainly there. */
  durable: Buffer
  pending: { data: Buffer; at: number }[]
}

type NameChange = readonly [path: string, inode: number | undefined]

/** A disk as the operations so far leave it: what is certain, and what may or may not have reached it. */
class Platter {
  readonly inodes = new Map<number, Inode>()
  readonly names = new Map<string, number>()
  /** Each a whole: a rename has happened or has not. */
  pending: (readonly NameChange[])[] = []

  apply(operation: Operation): void {
    switch (operation.op) {
      case 'make':
        this.inodes.set(operation.inode, { directory: operation.directory, durable: Buffer.alloc(0), pending: [] })
        this.pending.push([[operation.path, operation.inode]])
        break
      case 'write':
        this.inodes.get(operation.inode)?.pending.push({ data: operation.data, at: operation.at })
        break
      case 'names':
        this.pending.push(operation.changes)
        break
      case 'sync-data':
        this.#syncData(this.inodes.get(operation.inode))
        break
      case 'sync-range':
        this.#syncRange(operation.inode)
        break
      case 'sync-names':
        this.#syncNames((changes) => changes.some(([path]) => folderOf(path) === operation.folder))
        break
      case 'sync-all':
        for (const inode of this.inodes.values()) this.#syncData(inode)
        this.#syncNames(() => true)
    }
  }

  #syncData(inode: Inode | undefined): void {
    if (!inode) return
    for (const write of inode.pending) inode.durable = written(inode.durable, write.data, write.at)
    inode.pending = []
  }

  /** Durable only as far as the file's length is. */
  #syncRange(number: number): void {
    const inode = this.inodes.get(number)
    const last = inode?.pending.at(-1)
    if (!inode || !last || last.at + last.data.length > inode.durable.length) return
    inode.pending.pop()
    inode.durable = written(inode.durable, last.data, last.at)
  }

  #syncNames(covers: (changes: readonly NameChange[]) => boolean): void {
    for (const changes of this.pending) if (covers(changes)) this.rename(changes)
    this.pending = this.pending.filter((changes) => !covers(changes))
  }

  rename(changes: readonly NameChange[]): void {
    for (const [path, inode] of changes) {
      if (inode === undefined) this.names.delete(path)
      else this.names.set(path, inode)
    }
  }
}

/** Makes below `target` what a power cut after the operations in `log` may have left, as `random` will have it. */
export function cutPower(log: readonly Operation[], target: string, random: () => number): void {
  const platter = new Platter()
  for (const operation of log) platter.apply(operation)
  // All, nothing, or any part of what was not durable.
  const odds = [0, 0.5, 0.9, 1][Math.floor(random() * 4)] ?? 1
  for (const changes of platter.pending) if (random() < odds) platter.rename(changes)
  const paths = [...platter.names.keys()].sort()
  for (const path of paths) {
    const inode = platter.inodes.get(platter.names.get(path) ?? 0)
    if (!inode || !hasParents(platter, path)) continue
    if (inode.directory) mkdirSync(join(target, path), { recursive: true, mode: 0o700 })
    else writeFileSync(join(target, path), contentOf(inode, odds, random), { mode: 0o600 })
  }
}

function hasParents(platter: Platter, path: string): boolean {
  for (let folder = folderOf(path); folder !== ''; folder = folderOf(folder)) {
    if (!platter.inodes.get(platter.names.get(folder) ?? 0)?.directory) return false
  }
  return true
}

const folderOf = (path: string) => (dirname(path) === '.' ? '' : dirname(path))

function contentOf(inode: Inode, odds: number, random: () => number): Buffer {
  let content: Buffer = Buffer.from(inode.durable)
  for (const { data, at } of inode.pending) {
    if (random() > odds) continue
    const kept = written(Buffer.from(content), data, at)
    for (let from = at - (at % sector); from < at + data.length; from += sector) {
      // This sector was not written: it has what it had, or zeros.
      if (random() > odds) {
        const old = Buffer.alloc(Math.min(sector, kept.length - from))
        if (from < content.length) content.copy(old, 0, from, Math.min(from + sector, content.length))
        old.copy(kept, from)
      }
    }
    content = kept
  }
  return content
}

/** In place where there is room: segments are large. */
function written(before: Buffer, data: Buffer, at: number): Buffer {
  if (at + data.length <= before.length) {
    data.copy(before, at)
    return before
  }
  const after = Buffer.alloc(Math.max(before.length, at + data.length))
  before.copy(after)
  data.copy(after, at)
  return after
}
