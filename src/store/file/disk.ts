import { execFile } from 'node:child_process'
import * as fs from 'node:fs'
import { promisify } from 'node:util'

/**
 * Every file operation of the store, so that tests can record them, fail them, and replay what a power cut leaves.
 * Paths are absolute. What is not synced may be lost or half there after a power cut; nothing else is assumed.
 */
export interface Disk {
  /** undefined when there is no such file; other errors (unreadable parent, I/O) are thrown. Links are not followed. */
  lstat(path: string): FileStat | undefined
  readdir(path: string): string[]
  /** As `readdir`, and which of them are folders: links to one are not. */
  entries(path: string): { readonly name: string; isDirectory(): boolean }[]
  /** A regular file's bytes, without following a link or blocking on a pipe. */
  read(path: string): Buffer
  /** The same from `position` on, as much as there is room for. Answers how many bytes that was. */
  readPart(path: string, position: number, into: Buffer): number
  mkdir(path: string): void
  rename(from: string, to: string): void
  /** Fails with EEXIST when `to` exists. */
  link(from: string, to: string): void
  unlink(path: string): void
  /** No error when it is not there. */
  removeEmptyDirectory(path: string): void
  /** A new file with mode 0600; fails with EEXIST when it exists. */
  create(path: string, data: Buffer): void
  /** Cuts a file off behind `size` bytes. */
  truncate(path: string, size: number): void
  open(path: string, mode: OpenMode): number
  close(fd: number): void
  fstat(fd: number): FileStat
  /** The bytes are durable when it resolves (as far as the file's length and name are). */
  writeDurably(fd: number, data: Buffer, position: number): Promise<void>
  write(fd: number, data: Buffer, position: number): Promise<void>
  sync(fd: number): Promise<void>
  /** Makes a file durable that was written and closed. */
  syncFile(path: string): Promise<void>
  /** Names made, renamed or removed in this directory are durable. */
  syncDirectory(path: string): Promise<void>
  /** Everything written so far on the file system of `path` is durable, names too. */
  syncFileSystem(path: string): Promise<void>
}

/** What reading a store needs of it. */
export interface ReadableDisk extends Pick<Disk, 'read' | 'readPart' | 'readdir'> {
  lstat(path: string): Pick<FileStat, 'size'> | undefined
}

/** `new`: exclusively created, for writing; `journal`: existing, each write durable by itself where the system can. */
export type OpenMode = 'new' | 'journal'

export interface FileStat {
  readonly kind: 'file' | 'directory' | 'link' | 'other'
  readonly ino: number
  readonly dev: number
  readonly uid: number
  readonly nlink: number
  readonly size: number
  readonly mtimeMs: number
  /** 0 where the file system does not know. */
  readonly birthtimeMs: number
}

const { O_CREAT, O_EXCL, O_NOFOLLOW = 0, O_NONBLOCK = 0, O_RDONLY, O_RDWR, O_DSYNC = 0 } = fs.constants
/** With O_DSYNC a write is one trip to the disk instead of two. Elsewhere than on Linux it promises less than a sync. */
const dsync = process.platform === 'linux' ? O_DSYNC : 0
const syncsDirectories = process.platform !== 'win32'
const run = promisify(execFile)

const writeAt = promisify(fs.write) as (
  fd: number,
  data: Buffer,
  from: number,
  n: number,
  at: number,
) => Promise<Written>
const dataSync = promisify(fs.fdatasync)
const fullSync = promisify(fs.fsync)
interface Written {
  readonly bytesWritten: number
}

export const realDisk: Disk = {
  lstat: (path) => {
    const stats = fs.lstatSync(path, { throwIfNoEntry: false })
    return stats && statOf(stats)
  },
  readdir: (path) => fs.readdirSync(path),
  entries: (path) => fs.readdirSync(path, { withFileTypes: true }),
  read: (path) => reading(path, (fd) => fs.readFileSync(fd)),
  readPart: (path, position, into) =>
    reading(path, (fd) => {
      let done = 0
      for (let n = -1; n !== 0 && done < into.length; done += n) {
        n = fs.readSync(fd, into, done, into.length - done, position + done)
      }
      return done
    }),
  mkdir: (path) => fs.mkdirSync(path, { mode: 0o700 }),
  rename: (from, to) => fs.renameSync(from, to),
  link: (from, to) => fs.linkSync(from, to),
  unlink: (path) => fs.unlinkSync(path),
  removeEmptyDirectory: (path) => {
    try {
      fs.rmdirSync(path)
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error
    }
  },
  create: (path, data) => fs.writeFileSync(path, data, { flag: 'wx', mode: 0o600 }),
  truncate: (path, size) => fs.truncateSync(path, size),
  open: (path, mode) => fs.openSync(path, O_RDWR | (mode === 'new' ? O_CREAT | O_EXCL : O_NOFOLLOW | dsync), 0o600),
  close: (fd) => fs.closeSync(fd),
  fstat: (fd) => statOf(fs.fstatSync(fd)),
  writeDurably: async (fd, data, position) => {
    await writeAll(fd, data, position)
    if (dsync === 0) await fullSync(fd)
  },
  write: (fd, data, position) => writeAll(fd, data, position),
  sync: (fd) => (process.platform === 'linux' ? dataSync(fd) : fullSync(fd)),
  syncFile: async (path) => {
    const fd = fs.openSync(path, O_RDWR | O_NOFOLLOW)
    try {
      await fullSync(fd)
    } finally {
      fs.closeSync(fd)
    }
  },
  syncDirectory: async (path) => {
    if (!syncsDirectories) return
    const fd = fs.openSync(path, O_RDONLY)
    try {
      await fullSync(fd)
    } finally {
      fs.closeSync(fd)
    }
  },
  syncFileSystem: async (path) => {
    // One child that syncs the whole file system is far quicker than a sync for each of thousands of files.
    await run('sync', process.platform === 'linux' ? ['-f', path] : [])
  },
}

function reading<T>(path: string, read: (fd: number) => T): T {
  const fd = fs.openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  try {
    if (!fs.fstatSync(fd).isFile()) throw Object.assign(new Error(`${path} is not a regular file`), { code: 'EFTYPE' })
    return read(fd)
  } finally {
    fs.closeSync(fd)
  }
}

async function writeAll(fd: number, data: Buffer, position: number): Promise<void> {
  for (let done = 0; done < data.length; ) {
    done += (await writeAt(fd, data, done, data.length - done, position + done)).bytesWritten
  }
}

function statOf(s: fs.Stats): FileStat {
  const kind = s.isFile() ? 'file' : s.isDirectory() ? 'directory' : s.isSymbolicLink() ? 'link' : 'other'
  const { ino, dev, uid, nlink, size, mtimeMs, birthtimeMs } = s
  return { kind, ino, dev, uid, nlink, size, mtimeMs, birthtimeMs }
}

/** The code of a system error, such as ENOENT. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/** Whether an error says that there is no room on the disk. */
export function isFull(error: unknown): boolean {
  const code = codeOf(error)
  return code === 'ENOSPC' || code === 'EDQUOT'
}

/** A system error in words a person acts on, without the path node puts into it. */
export function reasonOf(error: unknown): string {
  const code = codeOf(error)
  const known: Record<string, string> = {
    ENOSPC: 'no space left on the disk',
    EDQUOT: 'the disk quota is used up',
    EROFS: 'the file system is read-only',
    EACCES: 'permission denied',
    EPERM: 'operation not permitted',
    EIO: 'input/output error',
    EMFILE: 'too many open files',
    ELOOP: 'it is a symbolic link',
    EFTYPE: 'it is not a regular file',
  }
  return (code && known[code]) || (error instanceof Error ? error.message : String(error))
}
