import type { KubeObject } from '../../meta/object.js'
import type { FileChangeHandler, FileProblem } from '../file-change.js'
import type { History } from '../history.js'
import { type Guard, type Revision, type Store, type Stored, type StoreEvent, StoreUnavailable } from '../store.js'
import type { Watchers } from '../watchers.js'
import type { Aside } from './aside.js'
import type { Checkpoint } from './checkpoint.js'
import type { Commits } from './commits.js'
import type { FileWork } from './file-work.js'
import type { FileWriter } from './file-writer.js'
import type { Footing } from './footing.js'
import type { HandEdits } from './hand-edits.js'
import type { Image } from './image.js'
import type { Journal } from './journal.js'
import { filePathOf } from './layout.js'
import type { RootLock } from './lock.js'
import type { Problems } from './problems.js'

/** At a stop, files get this long to catch up; the journal has what they lack. */
const longestStop = 4_000

/** What a file store is made of; openFileStore puts it together. */
export interface FileStoreParts {
  readonly image: Image
  readonly history: History
  readonly watchers: Watchers
  readonly journal: Journal
  readonly commits: Commits
  readonly writer: FileWriter
  readonly work: FileWork
  readonly aside: Aside
  readonly edits: HandEdits
  readonly problems: Problems
  readonly checkpoint: Checkpoint
  readonly lock: RootLock
  readonly footing: Footing
  /** Why the store is not usable now. */
  health(): string | undefined
  /** From now on nothing is written any more. */
  refuse(reason: string): void
}

/** Objects in a folder of YAML files: durable through the journal, readable and editable as files. */
export class FileStore implements Store {
  readonly #parts: FileStoreParts
  #closing: Promise<void> | undefined

  constructor(parts: FileStoreParts) {
    this.#parts = parts
  }

  async get(key: string): Promise<Stored | undefined> {
    return this.#parts.image.get(key)
  }

  async list(prefix: string): Promise<{ items: Stored[]; revision: Revision }> {
    const { image } = this.#parts
    const items: Stored[] = []
    for (const [, stored] of image.objects.below(prefix)) items.push(stored)
    return { items, revision: image.revision }
  }

  create(key: string, object: KubeObject, guard?: Guard): Promise<Stored> {
    return this.#parts.commits.create(key, object, guard)
  }

  update(key: string, object: KubeObject, expected: Revision, guard?: Guard): Promise<Stored> {
    return this.#parts.commits.update(key, object, expected, guard)
  }

  delete(key: string, expected: Revision): Promise<Stored> {
    return this.#parts.commits.delete(key, expected)
  }

  watch(
    prefix: string,
    from: Revision,
    signal: AbortSignal,
    progress?: (revision: Revision) => void,
  ): AsyncIterable<StoreEvent[]> {
    return this.#parts.watchers.watch(prefix, from, signal, progress)
  }

  async currentRevision(): Promise<Revision> {
    return this.#parts.image.revision
  }

  async oldestRevision(): Promise<Revision> {
    return this.#parts.history.oldest
  }

  /** Files whose text is not served, and why. */
  readonly problems = (): FileProblem[] => this.#parts.problems.list()

  /** Tells of the files whose text is not served, those that there are and each one that comes. */
  followProblems(listener: (problem: FileProblem) => void): void {
    this.#parts.problems.follow(listener)
  }

  /**
   * Hands over every edit that was made while nobody watched, in an order that makes sense, and resolves when all are
   * judged; from then on edits are handed over as they are made. Called once.
   */
  start(handler: FileChangeHandler): Promise<void> {
    return this.#parts.edits.start(handler)
  }

  /** Something appeared that files may have been waiting for: a namespace, a kind, a group. */
  reconsider(): void {
    this.#parts.edits.intake.reconsider()
  }

  /** Whether there is a file for the object at `key` whose text is not served. */
  isRefused(key: string): boolean {
    return this.#parts.problems.printAt(filePathOf(key)) !== undefined
  }

  /** Whether a file was changed by hand and is not judged yet. */
  isDirty(): boolean {
    return this.#parts.edits.isDirty
  }

  /** Resolves when every edit by hand is judged and every file that may be written tells the newest state. */
  async settled(): Promise<void> {
    const { edits, writer } = this.#parts
    do {
      await edits.sweep()
      await edits.quiet()
      await writer.drain(longestStop)
    } while (edits.isDirty)
  }

  /** Resolves when every object is in its file, however long that takes. @throws StoreUnavailable when it can't be */
  async filesWritten(): Promise<void> {
    const { writer, health } = this.#parts
    while (!(await writer.drain(longestStop))) {
      const reason = health()
      if (reason !== undefined) throw new StoreUnavailable(reason)
    }
  }

  /** Why the store can't be relied on now: its folder is gone, the disk fails. undefined: all is well. */
  health(): string | undefined {
    return this.#parts.health()
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    const { edits, journal, writer, work, aside, checkpoint, watchers, lock, footing, refuse, health } = this.#parts
    await edits.close()
    refuse('the store is closed')
    await journal.flush().catch(() => {})
    await footing.close()
    watchers.close()
    if (health() === undefined) {
      await writer.drain(longestStop)
      await aside.close()
      await checkpoint.end().catch(() => {})
    }
    writer.close()
    await journal.close()
    await work.close()
    await lock.release()
  }
}
