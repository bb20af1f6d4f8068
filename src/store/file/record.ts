import type { Revision, Stored, StoreEvent } from '../store.js'

/**
 * What the journal and the snapshot are made of: one record a line, JSON. Object bytes stand behind the head as they
 * are stored, their sizes in the head, so that reading parses heads only.
 */
export type JournalRecord = ChangeRecord | FileRecord | IntentRecord | StartRecord | SnapshotRecord

/** One change of one object. `before` is kept where no record of the same segment has those bytes. */
export interface ChangeRecord {
  readonly kind: 'change'
  readonly type: StoreEvent['type']
  readonly stored: Stored
  readonly before: Stored | undefined
  /** Where the bytes of `before` lie in the segment this record is in, when they do. */
  readonly beforeAt?: number | undefined
}

/**
 * What a file was found or made to be. `hash` is empty when there is no file. `order` grows with every file record
 * and intent: between the snapshot and the journal the higher one is right.
 */
export interface FileRecord {
  readonly kind: 'file'
  readonly path: string
  readonly key: string
  readonly order: number
  readonly hash: string
  /** Of the content that was removed: it may come back when the power fails before the removal is durable. */
  readonly gone: string
  readonly size: number
  readonly mtimeMs: number
  readonly ino: number
  /** The state of the object that the file tells: the base of the next merge. */
  readonly revision: Revision
  /** In a snapshot: the file was on disk for certain when the snapshot was made. */
  readonly durable: boolean
  /** The text tells less than that state, which is more than its writer wrote: it is completed when it is quiet. */
  readonly incomplete: boolean
  /** Comments, order or style are somebody's: a change touches only the lines that must change. */
  readonly handmade: boolean
  /** Hash of content that could not be accepted and lies there instead; else empty. */
  readonly refused: string
  /** The bytes of `revision`, when the object has moved on. */
  readonly base: Buffer | undefined
}

/** Durable before a file is put into place or taken away: after a crash this content is known to be the server's. */
export interface IntentRecord {
  readonly kind: 'intent'
  readonly path: string
  readonly key: string
  readonly order: number
  readonly revision: Revision
  readonly hash: string
  readonly size: number
  /** Contents of the server's own that are set aside for it. */
  readonly replaces: readonly string[]
}

/** First record of each start. `sealed`: how much of each older segment counts; what is written behind it is not read. */
export interface StartRecord {
  readonly kind: 'start'
  readonly epoch: number
  readonly revision: Revision
  readonly sealed: Readonly<Record<string, number>>
}

/** First record of a snapshot: every change up to `revision` is in it, newer ones are in `segment` and later ones. */
export interface SnapshotRecord {
  readonly kind: 'snapshot'
  readonly revision: Revision
  readonly segment: string
  /** Of the last batch before that segment: what follows must follow on it. */
  readonly checksum: string
  /** Made of a damaged store: object files it does not know are from before the damage. */
  readonly adopts?: boolean
}

const close = Buffer.from('}\n')

/** A record as the pieces of its line, and at which byte of the line the object's bytes begin. */
export interface EncodedRecord {
  readonly pieces: readonly Buffer[]
  readonly size: number
  readonly bodyAt: number
}

export function encodeRecord(record: JournalRecord): EncodedRecord {
  if (record.kind === 'change') return encodeChange(record)
  const base = record.kind === 'file' ? record.base : undefined
  const told = JSON.stringify({ ...record, kind: undefined, base: base?.length })
  if (!base) return encoded([Buffer.from(`{"${record.kind}":${told}}\n`)], 0)
  const head = Buffer.from(`{"file":${told},"body":`)
  return encoded([head, base, close], head.length)
}

function encodeChange({ type, stored, before, beforeAt }: ChangeRecord): EncodedRecord {
  const { key, revision, json } = stored
  // What is undefined is not printed.
  const fields = {
    type,
    key,
    revision,
    size: json.length,
    before: before?.revision,
    beforeSize: before?.json.length,
    beforeAt,
  }
  const head = Buffer.from(`{"change":${JSON.stringify(fields)},"body":`)
  if (!before || beforeAt !== undefined) return encoded([head, stored.json, close], head.length)
  return encoded([head, stored.json, Buffer.from(',"before":'), before.json, close], head.length)
}

function encoded(pieces: Buffer[], bodyAt: number): EncodedRecord {
  return { pieces, size: pieces.reduce((sum, piece) => sum + piece.length, 0), bodyAt }
}

const bodyText = ',"body":'
const bodyMark = Buffer.from(bodyText)
const beforeMark = ',"before":'.length

const [changeMark, fileMark] = ['{"change":', '{"file":']

/** Whether a line tells of a change, without reading more of it: the kinds of records differ in their first letters. */
export const isChange = (data: Buffer, at: number): boolean => data[at + 2] === 0x63

/** Reads the line at `at`. Bytes are views into `data`, a whole segment or a part of a snapshot. */
export function decodeRecord(data: Buffer, at: number): JournalRecord {
  // Most of what a start reads: no step more than needed.
  if (isChange(data, at)) {
    const mark = data.indexOf(bodyMark, at)
    const head = JSON.parse(data.toString('utf8', at + changeMark.length, mark)) as ChangeHead
    return decodeChange(data, mark + bodyMark.length, head)
  }
  const end = data.indexOf(0x0a, at)
  if (data[at + 2] === 0x66) return decodeFile(data, at + fileMark.length, end)
  const head = JSON.parse(data.toString('utf8', at, end)) as Record<string, Record<string, unknown>>
  const [kind, fields] = Object.entries(head)[0] ?? ['', {}]
  return Object.assign(fields as unknown as IntentRecord, { kind: kind as 'intent' })
}

/** `at`: where the record's fields begin. With an object's bytes, `end` may be within these. */
function decodeFile(data: Buffer, at: number, end: number): FileRecord {
  const line = data.toString('utf8', at, end)
  const mark = line.indexOf(bodyText)
  const fields = JSON.parse(mark < 0 ? line.slice(0, -1) : line.slice(0, mark)) as Omit<FileRecord, 'base'> & {
    readonly base?: number
  }
  if (fields.base === undefined) return Object.assign(fields, { kind: 'file' as const, base: undefined })
  const bodyAt = data.indexOf(bodyMark, at) + bodyMark.length
  return Object.assign(fields, { kind: 'file' as const, base: data.subarray(bodyAt, bodyAt + fields.base) })
}

interface ChangeHead {
  readonly type: StoreEvent['type']
  readonly key: string
  readonly revision: Revision
  readonly size: number
  readonly before?: Revision
  readonly beforeSize?: number
  readonly beforeAt?: number
}

function decodeChange(data: Buffer, bodyAt: number, head: ChangeHead): ChangeRecord {
  const { type, key, revision, size, before, beforeSize = 0, beforeAt = bodyAt + size + beforeMark } = head
  const stored = { key, revision, json: data.subarray(bodyAt, bodyAt + size) }
  if (before === undefined) return { kind: 'change', type, stored, before: undefined }
  const json = data.subarray(beforeAt, beforeAt + beforeSize)
  return { kind: 'change', type, stored, before: { key, revision: before, json } }
}
