import { join } from 'node:path'
import type { Disk, FileStat } from './disk.js'
import type { FileState, Image } from './image.js'
import { registryFolder } from './layout.js'

/** Whether a file is as it was when its content was last known, as far as that can be told without reading it. */
export function looksUntouched(file: FileState | undefined, stat: FileStat | undefined | 'unreadable'): boolean {
  if (stat === 'unreadable') return false
  if (!stat || !file || file.hash === '') return !stat && (file?.hash ?? '') === ''
  return stat.kind === 'file' && stat.ino === file.ino && stat.size === file.size && stat.mtimeMs === file.mtimeMs
}

/** Every path below a folder that is not a directory. Folders that can't be read are passed over. */
export function* filesBelow(disk: Disk, root: string, folder: string = registryFolder): Generator<string> {
  for (const entry of entriesOf(disk, join(root, folder))) {
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory()) yield* filesBelow(disk, root, path)
    else yield path
  }
}

function entriesOf(disk: Disk, folder: string): ReturnType<Disk['entries']> {
  try {
    return disk.entries(folder)
  } catch {
    return []
  }
}

/** Between two steps of a sweep, paths a step, and between two rounds. */
const pause = 50
const step = 32
const rest = 10_000
/** After a gap of so long between two steps the watcher's queue may have overflowed: the next round hurries. */
const longGap = 1_000
const hurriedStep = 250

/**
 * Goes over all files again and again, a few at a time: what the watcher missed (its queue is bounded, and some file
 * systems tell nothing) is found by comparing.
 */
export class Sweep {
  #timer: NodeJS.Timeout | undefined
  #position: Generator<string> | undefined
  #lastTick = performance.now()
  #hurry = false

  constructor(
    private readonly disk: Disk,
    private readonly root: string,
    private readonly image: Image,
    private readonly touched: (path: string) => void,
  ) {}

  start(): void {
    this.#lastTick = performance.now()
    this.#timer = setTimeout(() => this.#tick(), pause)
    this.#timer.unref()
  }

  stop(): void {
    clearTimeout(this.#timer)
  }

  /** Goes over everything once, now. */
  async all(): Promise<void> {
    let count = 0
    for (const path of this.#paths()) {
      this.touched(path)
      if (++count % 500 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
  }

  #tick(): void {
    const now = performance.now()
    if (now - this.#lastTick > longGap) this.#hurry = true
    this.#lastTick = now
    let done = false
    for (let n = this.#hurry ? hurriedStep : step; n > 0 && !done; n--) done = this.#next()
    if (done) this.#hurry = false
    this.#timer = setTimeout(() => this.#tick(), this.#hurry ? 5 : done ? rest : pause)
    // After a rest the gap is no sign of anything.
    if (done) this.#lastTick = now + rest
    this.#timer.unref()
  }

  /** Whether a round has ended. */
  #next(): boolean {
    this.#position ??= this.#paths()
    const { value, done } = this.#position.next()
    if (done) this.#position = undefined
    else this.touched(value)
    return done === true
  }

  *#paths(): Generator<string> {
    yield* [...this.image.files.keys()]
    for (const path of filesBelow(this.disk, this.root)) if (!this.image.files.has(path)) yield path
  }
}
