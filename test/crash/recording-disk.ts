import { renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Disk } from '../../src/store/file/disk.js'

/** One change of what is on a disk, or one promise that a part of it is durable. Paths are below the root. */
export type Operation =
  | { readonly op: 'make'; readonly path: string; readonly inode: number; readonly directory: boolean }
  | { readonly op: 'write'; readonly inode: number; readonly data: Buffer; readonly at: number }
  | { readonly op: 'truncate'; readonly inode: number; readonly size: number }
  | { readonly op: 'names'; readonly changes: readonly (readonly [path: string, inode: number | undefined])[] }
  | (Sync & { readonly op: 'sync-data'; readonly inode: number })
  /** Bytes written with a sync of their own; the file's length must have been durable before. */
  | (Sync & { readonly op: 'sync-range'; readonly inode: number })
  | (Sync & { readonly op: 'sync-names'; readonly folder: string })
  | (Sync & { readonly op: 'sync-all' })

/** Which line of the code asked for it: `segment.ts:58`. */
interface Sync {
  readonly by: string
}

/** Does everything on a real disk and writes down what was done. */
export class Recording {
  readonly log: Operation[] = []
  readonly disk: Disk
  readonly #inodes = new Map<string, number>()
  readonly #opened = new Map<number, number>()
  #next = 1

  constructor(
    real: Disk,
    private readonly root: string,
  ) {
    this.disk = {
      ...real,
      mkdir: (path) => {
        real.mkdir(path)
        this.#make(path, true)
      },
      create: (path, data) => {
        real.create(path, data)
        this.log.push({ op: 'write', inode: this.#make(path, false), data: Buffer.from(data), at: 0 })
      },
      rename: (from, to) => {
        real.rename(from, to)
        const inode = this.#inodeAt(from)
        this.#names([this.#below(from), undefined], [this.#below(to), inode])
      },
      link: (from, to) => {
        real.link(from, to)
        this.#names([this.#below(to), this.#inodeAt(from)])
      },
      unlink: (path) => {
        real.unlink(path)
        this.#names([this.#below(path), undefined])
      },
      removeEmptyDirectory: (path) => {
        real.removeEmptyDirectory(path)
        this.#names([this.#below(path), undefined])
      },
      truncate: (path, size) => {
        real.truncate(path, size)
        this.log.push({ op: 'truncate', inode: this.#inodeAt(path), size })
      },
      open: (path, mode) => {
        const fd = real.open(path, mode)
        const inode = mode === 'new' ? this.#make(path, false) : this.#inodeAt(path)
        this.#opened.set(fd, inode)
        return fd
      },
      ...this.#writes(real),
    }
  }

  #writes(real: Disk): Pick<Disk, 'write' | 'writeDurably' | 'sync' | 'syncFile' | 'syncDirectory' | 'syncFileSystem'> {
    const opened = (fd: number) => this.#opened.get(fd) ?? 0
    return {
      write: async (fd, data, at) => {
        this.log.push({ op: 'write', inode: opened(fd), data: Buffer.from(data), at })
        await real.write(fd, data, at)
      },
      writeDurably: async (fd, data, at) => {
        const [by, inode] = [caller(), opened(fd)]
        this.log.push({ op: 'write', inode, data: Buffer.from(data), at })
        await real.write(fd, data, at)
        this.log.push({ op: 'sync-range', by, inode })
      },
      sync: async (fd) => void this.log.push({ op: 'sync-data', by: caller(), inode: opened(fd) }),
      syncFile: async (path) => void this.log.push({ op: 'sync-data', by: caller(), inode: this.#inodeAt(path) }),
      syncDirectory: async (path) => void this.log.push({ op: 'sync-names', by: caller(), folder: this.#below(path) }),
      syncFileSystem: async () => void this.log.push({ op: 'sync-all', by: caller() }),
    }
  }

  /** What a person's editor does: a new file, durable, takes the place of another. */
  putByHand(path: string, text: string): void {
    const [data, saved] = [Buffer.from(text), `${path}.saved`]
    writeFileSync(saved, data)
    renameSync(saved, path)
    const inode = this.#make(saved, false)
    this.log.push({ op: 'write', inode, data, at: 0 })
    this.log.push({ op: 'sync-data', by: 'a person', inode })
    this.#names([this.#below(saved), undefined], [this.#below(path), inode])
    this.log.push({ op: 'sync-names', by: 'a person', folder: this.#below(dirname(path)) })
  }

  #make(path: string, directory: boolean): number {
    const inode = this.#next++
    this.#inodes.set(this.#below(path), inode)
    this.log.push({ op: 'make', path: this.#below(path), inode, directory })
    return inode
  }

  #names(...changes: (readonly [string, number | undefined])[]): void {
    for (const [path, inode] of changes) {
      if (inode === undefined) this.#inodes.delete(path)
      else this.#inodes.set(path, inode)
    }
    this.log.push({ op: 'names', changes })
  }

  #inodeAt(path: string): number {
    return this.#inodes.get(this.#below(path)) ?? 0
  }

  #below(path: string): string {
    return path === this.root ? '' : path.slice(this.root.length + 1)
  }
}

/** The line of the store that called the disk. */
function caller(): string {
  const [, , , line = ''] = (new Error().stack ?? '').split('\n')
  return /([\w-]+\.ts:\d+):\d+\)?$/.exec(line)?.[1] ?? line
}
