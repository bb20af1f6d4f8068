import { createHash } from 'node:crypto'
import type { Revision } from '../store.js'

/** What a batch says of itself, so that only whole batches in their order are ever taken from a disk. */
export interface BatchHead {
  readonly epoch: number
  /** Revision of the first change in it, or the next one to come when it has none. */
  readonly firstRevision: Revision
  readonly count: number
  /** Of the records, without this line and the checksum line. */
  readonly bytes: number
  /** Checksum of the batch before. */
  readonly previous: string
  /** Wall clock in milliseconds; only how long history is kept depends on it. */
  readonly time: number
}

export interface Batch {
  readonly head: BatchHead
  readonly checksum: string
  /** Position of the first record and of the first byte behind the batch. */
  readonly recordsAt: number
  readonly end: number
}

const longestHead = 512
const checksumLine = (checksum: string) => `{"checksum":"${checksum}"}\n`
/** Bytes of the checksum line. */
const tail = checksumLine('0'.repeat(32)).length
/** Bytes around a batch's records are at most this. */
export const batchOverhead = longestHead + tail

export const headLine = (head: BatchHead): Buffer => Buffer.from(`{"batch":${JSON.stringify(head)}}\n`)

/** A whole batch: head line, records, checksum line. */
export function sealBatch(head: Buffer, records: readonly Buffer[]): { data: Buffer; checksum: string } {
  const body = Buffer.concat([head, ...records])
  const checksum = checksumOf(body)
  return { data: Buffer.concat([body, Buffer.from(checksumLine(checksum))]), checksum }
}

/** The batch at `at`; undefined when there is no whole one. */
export function readBatch(data: Buffer, at: number): Batch | undefined {
  if (data[at] !== 0x7b) return undefined
  const newline = data.subarray(at, at + longestHead).indexOf(0x0a)
  if (newline < 0) return undefined
  const head = parseHead(data.toString('utf8', at, at + newline))
  if (!head) return undefined
  const recordsAt = at + newline + 1
  const end = recordsAt + head.bytes + tail
  if (end > data.length) return undefined
  const checksum = checksumOf(data.subarray(at, recordsAt + head.bytes))
  if (data.toString('latin1', recordsAt + head.bytes, end) !== checksumLine(checksum)) return undefined
  return { head, checksum, recordsAt, end }
}

/** The first whole batch behind `from`, wherever it begins: what stands before it was damaged after it was written. */
export function findBatchBehind(data: Buffer, from: number): (Batch & { at: number }) | undefined {
  for (let at = data.indexOf('{"batch":', from + 1); at >= 0; at = data.indexOf('{"batch":', at + 1)) {
    const batch = readBatch(data, at)
    if (batch) return { ...batch, at }
  }
  return undefined
}

/** Where the records' lines of a batch begin. */
export function* linesOf(data: Buffer, batch: Batch): Generator<number> {
  const end = batch.recordsAt + batch.head.bytes
  for (let at = batch.recordsAt; at < end; at = data.indexOf(0x0a, at) + 1) yield at
}

const checksumOf = (data: Buffer): string => createHash('sha256').update(data).digest('hex').slice(0, 32)

function parseHead(text: string): BatchHead | undefined {
  try {
    const head = (JSON.parse(text) as { batch?: BatchHead }).batch
    return head && Number.isSafeInteger(head.bytes) && head.bytes >= 0 ? head : undefined
  } catch {
    return undefined
  }
}
