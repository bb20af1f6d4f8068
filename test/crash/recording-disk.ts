import type { Disk } from '../../src/store/file/disk.js'

/** One change of what is on a disk, or one promise that a part of it is durable. Paths are below the root. */
export type Operation =
  | { readonly op: 'make'; readonly path: string; readonly inode: number; readonly directory: boolean }
  | { readonly op: 'write'; readonly inode: number; readonly data: Buffer; readonly at: number }
  | { readonly op: 'truncate'; readonly inode: number; readonly size: number }
  | { readonly op: 'names'; readonly changes: readonly (readonly [path: string, inode: number | undefined])[] }
  | { readonly op: 'sync-data'; readonly inode: number }
  /** Bytes written with a sync of their own; the file's length must have been durable before. */
  | { readonly op: 'sync-range'; readonly inode: number; readonly at: number; readonly length: number }
  | { readonly op: 'sync-names'; readonly folder: string }
  | { readonly op: 'sync-all' }

/** A sync that is left out, to show that something depends on it: the method, and what its path contains. */
export interface LeftOut {
  readonly method: 'writeDurably' | 'sync' | 'syncFile' | 'syncDirectory' | 'syncFileSystem'
  readonly where: string
}

/** Does everything on a real disk and writes down what was done. */
export class Recording {
  readonly log: Operation[] = []
  readonly disk: Disk
  readonly #inodes = new Map<string, number>()
  readonly #opened = new Map<number, { inode: number; path: string }>()
  #next = 1

  constructor(
    real: Disk,
    private readonly root: string,
    private readonly leftOut?: LeftOut,
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
        this.#opened.set(fd, { inode, path })
        return fd
      },
      ...this.#writes(real),
    }
  }

  #writes(real: Disk): Pick<Disk, 'write' | 'writeDurably' | 'sync' | 'syncFile' | 'syncDirectory' | 'syncFileSystem'> {
    const opened = (fd: number) => this.#opened.get(fd) ?? { inode: 0, path: '' }
    return {
      write: async (fd, data, at) => {
        this.log.push({ op: 'write', inode: opened(fd).inode, data: Buffer.from(data), at })
        await real.write(fd, data, at)
      },
      writeDurably: async (fd, data, at) => {
        const { inode, path } = opened(fd)
        this.log.push({ op: 'write', inode, data: Buffer.from(data), at })
        await real.write(fd, data, at)
        if (this.#keeps('writeDurably', path)) this.log.push({ op: 'sync-range', inode, at, length: data.length })
      },
      sync: async (fd) => {
        const { inode, path } = opened(fd)
        if (this.#keeps('sync', path)) this.log.push({ op: 'sync-data', inode })
      },
      syncFile: async (path) => {
        if (this.#keeps('syncFile', path)) this.log.push({ op: 'sync-data', inode: this.#inodeAt(path) })
      },
      syncDirectory: async (path) => {
        if (this.#keeps('syncDirectory', path)) this.log.push({ op: 'sync-names', folder: this.#below(path) })
      },
      syncFileSystem: async (path) => {
        if (this.#keeps('syncFileSystem', path)) this.log.push({ op: 'sync-all' })
      },
    }
  }

  #keeps(method: LeftOut['method'], path: string): boolean {
    return !(this.leftOut?.method === method && path.endsWith(this.leftOut.where))
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
