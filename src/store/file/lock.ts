import { randomUUID } from 'node:crypto'
import * as fs from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import lockfile from 'proper-lockfile'
import { codeOf, type Disk, type FileStat } from './disk.js'
import { holderFile, lockFolder, stateFolder, tmpFolder } from './layout.js'

/** A lock whose holder has not touched it for so long is anybody's. */
const stale = 10_000
const update = 2_000

interface Holder {
  readonly pid: number
  readonly host: string
  /** When the process began, as the kernel counts it: a pid alone may be somebody else's by now. */
  readonly began: string | undefined
  readonly token: string
}

/** Roots held by this process. */
const heldHere = new Set<string>()

/** The right to write below a root: one process has it. */
export class RootLock {
  #hold: Hold
  /** Of the file that says who holds the root: another one is another holder's. */
  #signature: string
  #timer: NodeJS.Timeout | undefined

  private constructor(
    private readonly disk: Disk,
    private readonly root: string,
    hold: Hold,
  ) {
    this.#hold = hold
    this.#signature = this.#sign()
    this.#timer = setInterval(() => void this.#refresh(), update)
    this.#timer.unref()
  }

  /** @throws Error that names the process holding the root */
  static async take(disk: Disk, root: string): Promise<RootLock> {
    if (heldHere.has(root)) throw new Error(`${root} is held by this process (${process.pid}) already`)
    const previous = readHolder(disk, root)
    const hold = await acquire(disk, root, previous)
    heldHere.add(root)
    return new RootLock(disk, root, hold)
  }

  /** Takes it again after the state folder was deleted. @throws Error when another process was quicker */
  async retake(): Promise<void> {
    this.#hold = await acquire(this.disk, this.root, undefined)
    this.#signature = this.#sign()
  }

  /** The process that holds a root, in words; undefined when none is known to be alive that does. */
  static holderOf(disk: Disk, root: string): string | undefined {
    const holder = readHolder(disk, root)
    if (!holder || isGone(holder) || !disk.lstat(join(root, lockFolder))) return undefined
    return `process ${holder.pid} on ${holder.host}`
  }

  /** Whether the root is still this process's; cheap enough to ask before every answer. */
  state(): 'held' | 'vanished' | 'lost' {
    const stat = this.disk.lstat(join(this.root, holderFile))
    if (!stat) return 'vanished'
    return signatureOf(stat) === this.#signature ? 'held' : 'lost'
  }

  /**
   * A lock that could not be touched for a while (its folder was away, the disk read-only) is not kept fresh any more,
   * and soon anybody's. As long as nobody has taken it, it is taken again.
   */
  async #refresh(): Promise<void> {
    try {
      if (!this.#hold.lapsed || this.state() !== 'held') return
      this.disk.removeEmptyDirectory(join(this.root, lockFolder))
      this.#hold = await lock(this.root)
      if (!heldHere.has(this.root)) await this.#hold.release()
    } catch {
      // Another process was quicker, or it still can't be written: the next round, or state(), tells.
    }
  }

  #sign(): string {
    const holder = { pid: process.pid, host: hostname(), began: beginningOf(process.pid), token: randomUUID() }
    const temporary = join(this.root, tmpFolder, `holder-${holder.token}`)
    this.disk.create(temporary, Buffer.from(`${JSON.stringify(holder)}\n`))
    this.disk.rename(temporary, join(this.root, holderFile))
    return signatureOf(this.disk.lstat(join(this.root, holderFile)))
  }

  async release(): Promise<void> {
    heldHere.delete(this.root)
    clearInterval(this.#timer)
    try {
      if (this.state() === 'held') this.disk.unlink(join(this.root, holderFile))
      await this.#hold.release()
    } catch {
      // Somebody else has it, or the folder is gone: nothing to give back.
    }
  }
}

/** The lock as proper-lockfile gives it. */
interface Hold {
  release(): Promise<void>
  /** It is not kept fresh any more. */
  lapsed: boolean
}

/** An inode alone may be that of a file that is gone. */
const signatureOf = (stat: FileStat | undefined): string => (stat ? `${stat.ino}:${stat.mtimeMs}` : '')

async function acquire(disk: Disk, root: string, previous: Holder | undefined): Promise<Hold> {
  try {
    return await lock(root)
  } catch (error) {
    if (codeOf(error) !== 'ELOCKED') throw error
  }
  if (previous && isGone(previous)) {
    const mine = await takeOver(disk, root, previous)
    if (mine) return mine
  }
  const now = readHolder(disk, root) ?? previous
  const holder = now ? `process ${now.pid} on ${now.host}` : 'another process'
  throw new Error(`${root} is held by ${holder}: stop that one, or take another folder`)
}

/**
 * Removes the lock of a process that was killed. Only who creates the file named after that process's token may, so
 * that of two processes starting at once none removes the other's new lock.
 */
async function takeOver(disk: Disk, root: string, dead: Holder): Promise<Hold | undefined> {
  const permit = join(root, stateFolder, `takeover-${dead.token.replace(/[^\w-]/g, '')}`)
  try {
    disk.create(permit, Buffer.alloc(0))
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return undefined
    throw error
  }
  try {
    if (readHolder(disk, root)?.token !== dead.token) return undefined
    await lockfile.unlock(root, { lockfilePath: join(root, lockFolder), realpath: false }).catch(() => {})
    disk.removeEmptyDirectory(join(root, lockFolder))
    return await lock(root)
  } finally {
    disk.unlink(permit)
  }
}

/** The lock is a folder, and as little of others' business as the rest. */
const privately = {
  ...fs,
  mkdir: (path: string, done: (error: NodeJS.ErrnoException | null) => void) => fs.mkdir(path, { mode: 0o700 }, done),
}

async function lock(root: string): Promise<Hold> {
  const hold: Hold = { release: async () => {}, lapsed: false }
  hold.release = await lockfile.lock(root, {
    lockfilePath: join(root, lockFolder),
    realpath: false,
    fs: privately,
    stale,
    update,
    // Whether another process has it by now is what RootLock.state() says, wherever it counts.
    onCompromised: () => {
      hold.lapsed = true
    },
  })
  return hold
}

function readHolder(disk: Disk, root: string): Holder | undefined {
  try {
    return JSON.parse(disk.read(join(root, holderFile)).toString()) as Holder
  } catch {
    return undefined
  }
}

function isGone(holder: Holder): boolean {
  if (holder.host !== hostname()) return false
  // This process does not hold it, so a holder with this pid is an earlier one.
  if (holder.pid === process.pid) return true
  try {
    process.kill(holder.pid, 0)
  } catch (error) {
    return codeOf(error) === 'ESRCH'
  }
  const began = beginningOf(holder.pid)
  return began !== undefined && holder.began !== undefined && began !== holder.began
}

function beginningOf(pid: number): string | undefined {
  try {
    // The command in the second field may contain spaces and brackets; the start time is the 20th behind it.
    return fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[19]
  } catch {
    return undefined
  }
}
