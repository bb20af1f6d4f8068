import type { Log } from '../../meta/log.js'
import type { FileChange, FileChangeHandler, FileTarget, FileVerdict } from '../file-change.js'
import type { Stored } from '../store.js'
import { hashOf, standingOf } from './file-text.js'
import { absentFile, type FileState, type Image, noIntents, nothing } from './image.js'
import { filePathOf } from './layout.js'
import { printOf, type Seen, textOf } from './look.js'
import { inOrder, inParts } from './order.js'
import type { Problems } from './problems.js'

/** A person's file gets what the server adds to it once nobody has touched it for so long. */
const completedAfter = 1_000
/** Changes that do not depend on each other are judged so many at a time: their writes share syncs. */
const lanes = 16

/** Of a file that is not there. */
const untold = { handmade: false, incomplete: false }

export interface JudgingOptions {
  readonly image: Image
  readonly problems: Problems
  readonly log: Log
  /** Waits until the set of changes is complete: nothing else settles, git is done. */
  gathered(): Promise<void>
  /** Whether no absence means anything now, since the folder itself is gone. */
  vanished(): boolean
  /** What is known of a file has changed and must survive a restart. */
  record(file: FileState): void
  /** The file may have to be written, not before `delay` milliseconds. */
  write(path: string, key: string, delay: number): void
  /** Saves a text that would be lost, and says where. */
  keepText(path: string, content: Buffer): void
}

export interface Edit {
  readonly seen: Seen & { readonly kind: 'file' | 'absent' }
  readonly target: FileTarget
  /**
   * The text comes from an older file that somebody went on writing to after it had been set aside, and is an edit of
   * what that one told; the file at the path is as the server made it.
   */
  readonly aside?: { readonly base: Buffer | undefined }
}

/** Has edits by hand judged, in ordered sets, and keeps the books on what the files tell since. */
export class Judging {
  /** Files of an earlier life of the folder, not judged yet: what they say of uids and times is true. */
  readonly adopting = new Set<string>()
  #edits = new Map<string, Edit>()
  /** Paths handed over: what was seen there, and the states of their objects from then on. */
  readonly #underway = new Map<string, { readonly print: string; readonly states: Stored[] }>()
  #handler: FileChangeHandler | undefined
  #running: Promise<void> | undefined

  constructor(private readonly options: JudgingOptions) {}

  get busy(): boolean {
    return this.#edits.size > 0 || this.#underway.size > 0
  }

  start(handler: FileChangeHandler): void {
    this.#handler = handler
    this.#runSoon()
  }

  /** Resolves when everything added so far is judged; without a handler, at once. */
  async done(): Promise<void> {
    while (this.#running) await this.#running
  }

  has(path: string): boolean {
    return this.#edits.has(path) || this.#underway.has(path)
  }

  /** What is being judged at this path; undefined when nothing is. */
  printUnderway(path: string): string | undefined {
    return this.#underway.get(path)?.print
  }

  add(path: string, edit: Edit): void {
    this.#edits.set(path, edit)
    this.#runSoon()
  }

  /** Somebody wrote `content` to a file that told `base` when it was set aside. */
  addAside(path: string, content: Buffer, target: FileTarget, base: Buffer | undefined): void {
    const stat = { ...nothing, kind: 'file', dev: 0, uid: 0, nlink: 0, birthtimeMs: 0 } as const
    const edit: Edit = { seen: { kind: 'file', hash: hashOf(content), content, stat }, target, aside: { base } }
    // An edit of the file itself is newer and comes on its own.
    if (!this.#edits.has(path)) this.add(path, edit)
  }

  committed(path: string, stored: Stored): void {
    this.#underway.get(path)?.states.push(stored)
  }

  #runSoon(): void {
    if (!this.#handler || this.#running || this.#edits.size === 0) return
    this.#running = this.#run(this.#handler).finally(() => {
      this.#running = undefined
      this.#runSoon()
    })
  }

  async #run(handler: FileChangeHandler): Promise<void> {
    await this.options.gathered()
    const vanished = this.options.vanished()
    const edits = this.#edits
    this.#edits = new Map()
    const changes: FileChange[] = []
    for (const [path, edit] of edits) {
      if (!vanished || edit.seen.kind === 'file') changes.push(this.#change(path, edit))
    }
    for (const part of inParts(inOrder(changes), lanes)) {
      await Promise.all(part.map((lane) => this.#judgeInTurn(handler, lane, edits)))
    }
  }

  async #judgeInTurn(
    handler: FileChangeHandler,
    changes: readonly FileChange[],
    edits: ReadonlyMap<string, Edit>,
  ): Promise<void> {
    for (const change of changes) {
      const [verdict] = await handler([change])
      const edit = edits.get(change.path)
      const states = this.#underway.get(change.path)?.states ?? []
      this.#underway.delete(change.path)
      if (edit && verdict) this.#conclude(change, edit, verdict, states)
    }
  }

  #change(path: string, { seen, target, aside }: Edit): FileChange {
    const { image } = this.options
    const file = image.files.get(path)
    const current = file && image.get(file.key)
    this.#underway.set(path, { print: printOf(seen), states: current ? [current] : [] })
    const base = aside ? aside.base : current && image.baseOf(file)
    const text = seen.kind === 'file' ? textOf(seen.content) : undefined
    const wasStatus = (status: unknown) => image.told.has(path, status)
    return { path, target, base, text, wasStatus, ...(this.adopting.has(path) ? { adopting: true } : {}) }
  }

  #conclude(change: FileChange, edit: Edit, verdict: FileVerdict, states: readonly Stored[]): void {
    const { image, problems, log, record, write } = this.options
    const { path } = change
    const known = image.files.get(path)
    if (edit.aside) {
      if (edit.seen.kind === 'file' && 'reason' in verdict) this.options.keepText(path, edit.seen.content)
      if (known) write(path, known.key, 0)
    } else if (edit.seen.kind === 'file' && verdict.outcome !== 'accepted') {
      this.#refuse(path, edit.seen, verdict, known)
    } else {
      problems.clear(path)
      this.adopting.delete(path)
      if ('reason' in verdict) log.warn('file deletion refused', { path, reason: verdict.reason })
      const key = verdict.outcome === 'accepted' ? verdict.key : known?.key
      if (key === undefined) return
      if (filePathOf(key) !== path) log.error('a file was accepted as another object', { path, key })
      const file = known ?? absentFile({ path, key })
      image.files.set(path, file)
      this.#takeOver(file, edit.seen, verdict, states)
      this.#compare(file, change.text)
      record(file)
    }
  }

  #refuse(path: string, seen: Seen & { kind: 'file' }, verdict: FileVerdict, known: FileState | undefined): void {
    const { problems, record } = this.options
    const found = 'reason' in verdict ? verdict : { outcome: 'refused' as const, reason: 'the object was deleted' }
    problems.report(path, printOf(seen), found)
    if (!known) return
    known.refused = seen.hash
    record(known)
  }

  /** From now on the file tells what was accepted from it. */
  #takeOver(file: FileState, seen: Edit['seen'], verdict: FileVerdict, states: readonly Stored[]): void {
    if (seen.kind === 'file') this.options.image.nowHolds(file, seen.hash, seen.stat)
    else this.options.image.nowHolds(file, '', nothing)
    file.refused = ''
    file.intents = noIntents
    if (verdict.outcome !== 'accepted') return
    file.revision = verdict.revision
    const isCurrent = this.options.image.get(file.key)?.revision === verdict.revision
    file.base = isCurrent ? undefined : states.find((s) => s.revision === verdict.revision)?.json
  }

  /** Whether the file must be written, so that it tells all of what the object is now. */
  #compare(file: FileState, text: string | undefined): void {
    const { image, write } = this.options
    const current = image.get(file.key)
    const isNewest = current?.revision === file.revision && file.hash !== ''
    const { handmade, incomplete } = text === undefined ? untold : standingOf(text, isNewest ? current.json : undefined)
    file.handmade = handmade
    if (!current && file.hash === '') return
    file.incomplete = incomplete
    if (file.incomplete) write(file.path, file.key, completedAfter)
    else if (!isNewest) write(file.path, file.key, 0)
  }
}
