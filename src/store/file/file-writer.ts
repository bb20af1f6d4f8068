import type { Log } from '../../meta/log.js'
import { type FileTask, placeTask, prepareTasks, taskFor } from './file-task.js'
import type { FileWork, Placed, SetAside } from './file-work.js'
import { absentFile, type FileState, type Image, intentsAfter, nothing } from './image.js'
import type { IntentRecord } from './record.js'

/** Between two writes of one file. */
const pause = 25
/** The same for what changes all the time and is read by nobody as a file; the journal has it at once. */
const longPause = 5_000
const restless = /^(?:coordination\.k8s\.io\/leases|core\/events|events\.k8s\.io\/events)\//
/** Files written as one group: one wait for the journal. */
const groupSize = 128
/** Between two groups that are not full, since each costs the journal a sync that requests wait for. */
const groupPause = 15
const retryAfter = 1_000
/** How long it is remembered when a file was written. */
const remembered = 10_000

export interface FileWriterOptions {
  readonly image: Image
  readonly work: FileWork
  readonly log: Log
  /** Makes intents durable. */
  intend(intents: readonly IntentRecord[]): Promise<void>
  record(file: FileState): void
  /** Somebody's text is there or being judged: hands off. */
  blocks(path: string): boolean
  /** Somebody's text turned up: it must be looked at. */
  foreign(path: string): void
  /** A file was replaced; `base` is what it told. */
  setAside(path: string, aside: SetAside, base: Buffer | undefined): void
  /** The file is as the server wants it, or not to be written now: what happened to it meanwhile can be looked at. */
  written(path: string): void
  /** Whether files may be written at all now. */
  allowed(): boolean
}

/** Keeps the files behind the objects: many changes of one object become one write of its file. */
export class FileWriter {
  /** Path → when it may be written, and whose it is. */
  readonly #due = new Map<string, { key: string; at: number }>()
  readonly #writing = new Set<string>()
  readonly #writtenAt = new Map<string, number>()
  readonly #idle: (() => void)[] = []
  #draining = 0
  #timer: NodeJS.Timeout | undefined
  #timerAt = Number.POSITIVE_INFINITY
  #groupEnded = 0
  #closed = false
  #failureLogged = false

  constructor(private readonly options: FileWriterOptions) {}

  /** Files that lag behind. */
  get lag(): number {
    return this.#due.size + this.#writing.size
  }

  isWriting(path: string): boolean {
    return this.#writing.has(path)
  }

  changed(path: string, key: string, delay = 0): void {
    // Whoever ends a block asks again.
    if (this.#closed || this.options.blocks(path)) return
    const now = performance.now()
    const last = this.#writtenAt.get(path)
    const spacing = last === undefined ? 0 : last + (restless.test(key) ? longPause : pause) - now
    const at = now + Math.max(0, delay, spacing)
    const due = this.#due.get(path)
    if (!due || at < due.at) this.#due.set(path, { key, at })
    this.#wakeAt(this.#draining > 0 ? now : Math.max(at, this.#groupEnded + groupPause))
  }

  /** Resolves when every file that may be written is, without waiting for quiet. False when some can't be written. */
  async drain(milliseconds: number): Promise<boolean> {
    const deadline = performance.now() + milliseconds
    this.#draining++
    this.#wakeAt(0)
    try {
      while (this.lag > 0 && performance.now() < deadline) {
        await new Promise<void>((resolve) => {
          this.#idle.push(resolve)
          setTimeout(resolve, 100)
        })
      }
    } finally {
      this.#draining--
    }
    return this.lag === 0
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#timer)
    this.#due.clear()
  }

  #wakeAt(at: number): void {
    if (at >= this.#timerAt || this.#closed) return
    clearTimeout(this.#timer)
    this.#timerAt = at
    this.#timer = setTimeout(() => void this.#run(), Math.max(0, at - performance.now()))
  }

  async #run(): Promise<void> {
    this.#timerAt = Number.POSITIVE_INFINITY
    if (this.#writing.size > 0) return
    const now = performance.now()
    const allowed = this.options.allowed()
    const tasks = allowed ? this.#dueTasks(now) : []
    if (tasks.length > 0) await this.#writeGroup(tasks)
    this.#groupEnded = performance.now()
    if (this.lag === 0) for (const resolve of this.#idle.splice(0)) resolve()
    else if (!allowed) this.#wakeAt(now + retryAfter)
    else if (tasks.length === groupSize || this.#draining > 0) this.#wakeAt(performance.now() + 1)
    else this.#wakeAt(Math.max(this.#groupEnded + groupPause, this.#earliest()))
    if (this.#writtenAt.size > 10_000) this.#forget(now)
  }

  #earliest(): number {
    let earliest = Number.POSITIVE_INFINITY
    for (const { at } of this.#due.values()) earliest = Math.min(earliest, at)
    return earliest
  }

  #dueTasks(now: number): FileTask[] {
    const tasks: FileTask[] = []
    for (const [path, { key, at }] of this.#due) {
      if (tasks.length === groupSize) break
      if (at > now && this.#draining === 0) continue
      this.#due.delete(path)
      const task = this.options.blocks(path) ? undefined : taskFor(this.options.image, path, key)
      if (task) tasks.push(task)
    }
    return tasks
  }

  async #writeGroup(tasks: readonly FileTask[]): Promise<void> {
    for (const { path } of tasks) this.#writing.add(path)
    try {
      const { work, intend } = this.options
      const prepared = await work.prepare(prepareTasks(tasks))
      const texts = new Map(prepared.map((p) => [p.order, p]))
      const intents: IntentRecord[] = []
      const changing: FileTask[] = []
      for (const task of tasks) {
        const { hash = '', size = 0 } = texts.get(task.order) ?? {}
        const { path, key, order, revision, json } = task
        // The same text as before: only what a file does not tell has changed.
        if (json && hash === task.hash) this.#tellsAlready(task)
        else {
          changing.push(task)
          intents.push({ kind: 'intent', path, key, order, revision, hash, size, replaces: task.known })
        }
      }
      if (intents.length > 0) await intend(intents)
      for (const intent of intents) this.options.image.intend(intent)
      if (!this.options.allowed()) throw new Error('the folder is not ours any more')
      const placed = await work.place(changing.map(placeTask))
      for (const [i, task] of changing.entries()) {
        const [result, intent] = [placed[i], intents[i]]
        if (result && intent) this.#conclude(task, intent, result)
        if (result?.outcome === 'placed') this.options.image.told.add(task.path, texts.get(task.order)?.status ?? '')
      }
      this.#failureLogged = false
    } catch (error) {
      await this.options.work.discard(tasks.map((task) => task.order)).catch(() => {})
      this.#failed(tasks, error instanceof Error ? error.message : String(error))
    } finally {
      for (const { path } of tasks) {
        this.#writing.delete(path)
        this.options.written(path)
      }
    }
  }

  #conclude(task: FileTask, intent: IntentRecord, result: Placed): void {
    const { image, record, foreign, setAside } = this.options
    const { path, key, order } = task
    if (result.outcome === 'failed') {
      this.#failed([task], `${path}: ${result.reason}`)
      return
    }
    if (result.aside) setAside(path, result.aside, task.oldBase)
    this.#writtenAt.set(path, performance.now())
    const file = image.files.get(path) ?? absentFile({ path, key })
    file.intents = intentsAfter(order, file.intents)
    if (result.outcome === 'foreign') {
      foreign(path)
      return
    }
    if (result.outcome === 'placed') image.nowHolds(file, intent.hash, result.stat)
    else image.nowHolds(file, '', nothing)
    image.files.set(path, file)
    this.#tells(file, task)
    record(file)
  }

  #tellsAlready(task: FileTask): void {
    const file = this.options.image.files.get(task.path)
    if (!file) return
    this.#tells(file, task)
    this.options.record(file)
  }

  #tells(file: FileState, { path, key, revision, json }: FileTask): void {
    const current = this.options.image.get(key)
    const isNewest = current ? current.revision === revision : file.hash === ''
    file.revision = revision
    file.incomplete = false
    file.base = isNewest ? undefined : json
    if (!isNewest) this.changed(path, key)
  }

  #failed(tasks: readonly FileTask[], reason: string): void {
    if (!this.#failureLogged && !this.#closed)
      this.options.log.error("files can't be written, the journal has the changes", { reason })
    this.#failureLogged = true
    for (const { path, key } of tasks) this.#due.set(path, { key, at: performance.now() + retryAfter })
  }

  #forget(now: number): void {
    for (const [path, at] of this.#writtenAt) if (at < now - remembered) this.#writtenAt.delete(path)
  }
}
