import type { Revision } from '../store.js'
import { type BatchHead, headLine, sealBatch } from './batch.js'
import { encodeRecord, type JournalRecord } from './record.js'
import type { Segment } from './segment.js'

/**
 * The bytes of a batch as they go to the end of `segment`, which knows from now on where the objects' are: should writing
 * fail, nothing more goes to that segment. `lastRevision` is of the last change before it.
 */
export function encodeBatch(
  records: readonly JournalRecord[],
  segment: Segment,
  lastRevision: Revision,
  about: Pick<BatchHead, 'epoch' | 'previous'>,
): { readonly data: Buffer; readonly checksum: string } {
  const encoded = records.map((record) => encodeRecord(inSegment(record, segment)))
  const firstChange = records.find((r) => r.kind === 'change')
  const head = headLine({
    epoch: about.epoch,
    firstRevision: firstChange?.kind === 'change' ? firstChange.stored.revision : lastRevision + 1,
    count: records.length,
    bytes: encoded.reduce((sum, e) => sum + e.size, 0),
    previous: about.previous,
    time: Date.now(),
  })
  let at = segment.used + head.length
  for (const [i, { size, bodyAt }] of encoded.entries()) {
    const record = records[i]
    if (record?.kind === 'change') segment.bodies.set(record.stored.key, at + bodyAt)
    at += size
  }
  const pieces = encoded.flatMap((record) => record.pieces)
  return sealBatch(head, pieces)
}

/** Bytes that the same segment holds already are pointed at instead of written again. */
function inSegment(record: JournalRecord, { bodies }: Segment): JournalRecord {
  if (record.kind !== 'change') return record
  const { kind, type, stored, before } = record
  return { kind, type, stored, before, beforeAt: before && bodies.get(before.key) }
}
