import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Log } from '../../meta/log.js'
import type { FileChangeHandler } from '../file-change.js'
import type { Stored } from '../store.js'
import type { Disk, FileStat } from './disk.js'
import type { FileWriter } from './file-writer.js'
import type { FileState, Image } from './image.js'
import { Intake } from './intake.js'
import { Judging } from './judging.js'
import { parseFilePath, registryFolder } from './layout.js'
import { look } from './look.js'
import type { Problems } from './problems.js'
import type { Remnants } from './remnants.js'
import { filesBelow, looksUntouched, Sweep } from './scan.js'
import { Settling } from './settling.js'
import { Watcher } from './watcher.js'

/** A set of changes waits for the rest of it, and for git to finish, at most so long. */
const longestGathering = 1_000
const longestGitWait = 10_000
/** At a start, files changed less long ago may be changing still. */
const restsAfter = 200

export interface HandEditsOptions {
  readonly disk: Disk
  readonly root: string
  readonly watchFiles: boolean
  /** Files that are not known are from an earlier life of the folder. */
  readonly adopts: boolean
  readonly remnants: Remnants
  readonly log: Log
  readonly image: Image
  readonly problems: Problems
  writer(): FileWriter
  record(file: FileState): void
  keepAside(path: string): void
  keepText(path: string, content: Buffer): void
  vanished(): boolean
}

/** Everything about changes of object files that the server did not make. */
export class HandEdits {
  readonly judging: Judging
  readonly intake: Intake
  readonly #settling: Settling
  readonly #sweep: Sweep
  /** Mostly the server's own doing. */
  readonly #touchedWhileWriting = new Set<string>()
  #watcher: Watcher | undefined
  #started = false
  #starting = true

  constructor(private readonly options: HandEditsOptions) {
    const { disk, root, image, problems, log, vanished, record, keepAside, keepText } = options
    const see = (path: string) => look(disk, root, path)
    const write = (path: string, key: string, delay: number) => options.writer().changed(path, key, delay)
    const gathered = () => this.#gathered()
    this.judging = new Judging({ image, problems, log, vanished, record, write, keepText, gathered })
    this.intake = new Intake({
      ...{ image, problems, vanished, record, write, keepAside },
      isRemnant: (path, { hash, content }) => options.remnants.explains(path, hash, content),
      isStarting: () => this.#starting,
      judging: this.judging,
      look: see,
    })
    this.#settling = new Settling({
      look: see,
      busy: (path) => options.writer().isWriting(path),
      settled: (path, seen) => this.intake.found(path, seen),
    })
    this.#sweep = new Sweep(disk, root, image, (path) => this.touched(path))
  }

  /** Something was changed by hand and is not judged yet. */
  get isDirty(): boolean {
    return this.#settling.size > 0 || this.judging.busy
  }

  /** Takes in everything that was changed while the server was down, then goes on watching. */
  async start(handler: FileChangeHandler): Promise<void> {
    const { root, log, watchFiles } = this.options
    this.#started = true
    if (watchFiles) {
      const folder = (path: string) => this.#folder(path)
      this.#watcher = new Watcher({ root, log, touched: (path) => this.touched(path), folder })
      await this.#watcher.ready
    }
    await this.#lookAtAll()
    this.judging.start(handler)
    await this.quiet()
    this.#starting = false
    this.options.remnants.clear()
    if (watchFiles) this.#sweep.start()
  }

  /** Looks at a path below the root, unless nothing can have happened to it. */
  touched(path: string): void {
    const { image, problems } = this.options
    if (!path.startsWith(`${registryFolder}/`) || this.#settling.has(path)) return
    if (this.options.writer().isWriting(path)) {
      this.#touchedWhileWriting.add(path)
      return
    }
    const file = image.files.get(path)
    const stat = this.#lstat(path)
    if (problems.printAt(path) === undefined) {
      if (looksUntouched(file, stat)) return
      if (!file && ('ignored' in parseFilePath(path) || (stat !== 'unreadable' && stat?.kind === 'directory'))) return
    }
    this.#settling.mark(path)
  }

  /** Looks at a path where somebody's text was met. */
  lookAt(path: string): void {
    this.#settling.mark(path)
  }

  /** The server has written this file or left it: what was told of it meanwhile means something again. */
  written(path: string): void {
    if (this.#touchedWhileWriting.delete(path)) this.touched(path)
  }

  committed(path: string, stored: Stored): void {
    this.judging.committed(path, stored)
    this.options.problems.serverMovedOn(path)
  }

  /** Finds what nobody told of. */
  async sweep(): Promise<void> {
    if (this.#started && this.options.watchFiles) await this.#sweep.all()
  }

  /** Resolves when nothing is dirty. */
  async quiet(): Promise<void> {
    while (this.isDirty) {
      await new Promise((resolve) => setTimeout(resolve, 5))
      await this.judging.done()
    }
  }

  async close(): Promise<void> {
    this.#sweep.stop()
    this.#settling.close()
    await this.#watcher?.close()
    await this.judging.done()
  }

  #lstat(path: string): FileStat | undefined | 'unreadable' {
    try {
      // Put together by hand: of 100,000 paths, joining costs half of the look.
      return this.options.disk.lstat(`${this.options.root}/${path}`)
    } catch {
      return 'unreadable'
    }
  }

  /** A folder came or went. */
  #folder(folder: string): void {
    const { disk, root, image, problems } = this.options
    for (const path of filesBelow(disk, root, folder)) this.touched(path)
    for (const path of image.files.keys()) if (path.startsWith(`${folder}/`)) this.touched(path)
    for (const { path } of problems.list()) if (path.startsWith(`${folder}/`)) this.touched(path)
  }

  async #lookAtAll(): Promise<void> {
    const { disk, root, image, adopts } = this.options
    const paths = [...filesBelow(disk, root)]
    const known = paths.reduce((count, path) => count + Number(image.files.has(path)), 0)
    if (known < image.files.size) {
      const there = new Set(paths)
      for (const path of image.files.keys()) if (!there.has(path)) paths.push(path)
    }
    let count = 0
    for (const path of paths) {
      const file = image.files.get(path)
      if (adopts && !file) this.judging.adopting.add(path)
      if (this.#lookAtStart(path, file) && ++count % 100 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
  }

  /** Whether more was needed than a look from outside. */
  #lookAtStart(path: string, file: FileState | undefined): boolean {
    const { disk, root, writer } = this.options
    const stat = this.#lstat(path)
    // What a power cut may have torn is read, even if its size and time are right.
    if (looksUntouched(file, stat) && file?.durable && file.refused === '') return false
    const restless = typeof stat === 'object' && Date.now() - stat.mtimeMs < restsAfter
    if (restless || writer().isWriting(path)) this.#settling.mark(path)
    else this.intake.found(path, look(disk, root, path))
    return true
  }

  /** Waits for the rest of a set: other paths that settle, and git, which writes files one by one. */
  async #gathered(): Promise<void> {
    const start = performance.now()
    const waits = (longest: number) => performance.now() - start < longest
    const pause = () => new Promise((resolve) => setTimeout(resolve, 10))
    const locks = gitLocksAbove(this.options.root)
    const gitWorks = () => locks.some((lock) => existsSync(lock))
    while ((this.#settling.size > 0 && waits(longestGathering)) || (gitWorks() && waits(longestGitWait))) await pause()
    // What git changed last has not settled yet.
    while (this.#settling.size > 0 && waits(longestGathering)) await pause()
  }
}

/** Where git says that it is at work on a tree that the root is in. */
function gitLocksAbove(root: string): string[] {
  const locks: string[] = []
  for (let folder = root; ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.git'))) locks.push(join(folder, '.git', 'index.lock'))
    if (folder === dirname(folder)) return locks
  }
}
