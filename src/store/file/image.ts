import { SortedMap } from '../sorted-map.js'
import type { Revision, Stored } from '../store.js'
import { filePathOf } from './layout.js'
import type { ChangeRecord, FileRecord, IntentRecord } from './record.js'
import { Slabs } from './slabs.js'
import { ToldStatuses } from './told-statuses.js'

/** What the server knows of one object file. */
export interface FileState {
  readonly path: string
  readonly key: string
  order: number
  /** Of the content last put there or taken from there; empty when there is no file. */
  hash: string
  /** Of what was there before it was removed: it may come back when the power fails. */
  gone: string
  size: number
  mtimeMs: number
  ino: number
  /** The state of the object that this content tells. */
  revision: Revision
  /** That state's JSON, once the object has moved on: the base of the next merge. */
  base: Buffer | undefined
  /** On disk for certain, so that its absence is somebody's deletion. */
  durable: boolean
  /** The text says less than that state: its writer left out what the server added. */
  incomplete: boolean
  /** Comments, order or style are somebody's: they are kept. */
  handmade: boolean
  /** Hash of content that could not be accepted and lies there instead; else empty. */
  refused: string
  /** Content that may have been put there since; mostly nothing, so it is replaced, never added to. */
  intents: readonly IntentRecord[]
}

/**
 * The state of a store in memory: the objects and what is known of their files. Recovery and the running store apply
 * the same records to it.
 */
export class Image {
  readonly objects = new SortedMap<Stored>()
  readonly files = new Map<string, FileState>()
  readonly told = new ToldStatuses()
  /** Where the bytes of objects are. */
  readonly slabs = new Slabs()
  revision: Revision
  /** Of the newest file record or intent. */
  order = 0

  constructor(revision: Revision) {
    this.revision = revision
  }

  get(key: string): Stored | undefined {
    return this.objects.get(key)
  }

  apply({ type, stored, before }: Pick<ChangeRecord, 'type' | 'stored' | 'before'>): void {
    this.revision = Math.max(this.revision, stored.revision)
    const file = before && this.files.get(filePathOf(stored.key))
    if (file && file.base === undefined && file.revision === before.revision) file.base = before.json
    if (type === 'delete') this.objects.delete(stored.key)
    else this.objects.set(stored.key, stored)
  }

  intend(intent: IntentRecord): void {
    this.order = Math.max(this.order, intent.order)
    const file = this.files.get(intent.path)
    if (file && intent.order <= file.order) return
    const known = file ?? absentFile(intent)
    known.intents = [...known.intents, intent]
    if (!file) this.files.set(intent.path, known)
  }

  /** `baseOf` finds the bytes of a revision that is no longer the object's newest. */
  found(record: FileRecord, baseOf: (revision: Revision) => Buffer | undefined = () => undefined): void {
    this.order = Math.max(this.order, record.order)
    const old = this.files.get(record.path)
    if (old && old.order >= record.order) return
    const current = this.get(record.key)
    const base = current?.revision === record.revision ? undefined : (record.base ?? baseOf(record.revision))
    const file = fileState(record, base, intentsAfter(record.order, old?.intents))
    // One copy of each key in memory.
    this.files.set(file.path, current ? Object.assign(file, { key: current.key }) : file)
  }

  /** A file is no longer there, or was found to hold `hash`. */
  nowHolds(file: FileState, hash: string, stat: Pick<FileState, 'size' | 'mtimeMs' | 'ino'>): void {
    if (hash === '' && file.hash !== '') file.gone = file.hash
    else if (hash !== '') file.gone = ''
    file.hash = hash
    file.size = stat.size
    file.mtimeMs = stat.mtimeMs
    file.ino = stat.ino
    file.durable = false
  }

  /** Forgets files that are gone for certain, once everything up to `order` is durable. */
  settleUpTo(order: number): void {
    for (const file of this.files.values()) {
      if (file.order > order) continue
      file.durable = file.hash !== ''
      file.gone = ''
      if (file.hash === '' && file.refused === '' && !this.objects.has(file.key)) this.files.delete(file.path)
    }
  }

  /** The JSON of what a file tells: the base of a merge. */
  baseOf(file: FileState): Buffer | undefined {
    if (file.base) return file.base
    const current = this.get(file.key)
    return current?.revision === file.revision ? current.json : undefined
  }
}

/** One for all files: an empty array each would be a tenth of what is kept of a file. */
export const noIntents: readonly IntentRecord[] = []

export function intentsAfter(order: number, intents: readonly IntentRecord[] = noIntents): readonly IntentRecord[] {
  const left = intents.filter((intent) => intent.order > order)
  return left.length === 0 ? noIntents : left
}

/** The measures of a file that is not there. */
export const nothing = { size: 0, mtimeMs: 0, ino: 0 }

export function absentFile({ path, key }: { path: string; key: string }): FileState {
  return {
    path,
    key,
    order: 0,
    hash: '',
    gone: '',
    size: 0,
    mtimeMs: 0,
    ino: 0,
    revision: 0,
    base: undefined,
    durable: false,
    incomplete: false,
    handmade: false,
    refused: '',
    intents: noIntents,
  }
}

/** Member by member: of what is spread or rested, every object gets a hidden class of its own, larger than the object. */
function fileState(
  told: Omit<FileState, 'base' | 'intents'>,
  base: Buffer | undefined,
  intents: readonly IntentRecord[],
): FileState {
  return {
    path: told.path,
    key: told.key,
    order: told.order,
    hash: told.hash,
    gone: told.gone,
    size: told.size,
    mtimeMs: told.mtimeMs,
    ino: told.ino,
    revision: told.revision,
    base,
    durable: told.durable,
    incomplete: told.incomplete,
    handmade: told.handmade,
    refused: told.refused,
    intents,
  }
}

export function recordOf(file: FileState, order: number, base: Buffer | undefined): FileRecord {
  const record = { ...file, intents: undefined, kind: 'file' as const, order, base }
  return record
}

/** Contents that the server put there or took from there, or may have. */
export const knownHashes = (file: FileState): string[] =>
  [file.hash, file.gone, ...file.intents.map((i) => i.hash)].filter((hash) => hash !== '')
