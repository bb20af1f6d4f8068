import type { Revision } from '../store.js'
import { type BatchHead, headLine, sealBatch } from './batch.js'
import { inSegment, type Place, type Queued } from './gathering.js'
import { encodeRecord } from './record.js'
import type { Segment } from './segment.js'

export interface EncodedBatch {
  readonly data: Buffer
  readonly checksum: string
  /** Where the object bytes of each record will lie. */
  readonly places: readonly Place[]
}

/** The bytes of a batch as they go to the end of `segment`; `lastRevision` is of the last change before it. */
export function encodeBatch(
  records: readonly Queued[],
  segment: Segment,
  lastRevision: Revision,
  about: Pick<BatchHead, 'epoch' | 'previous'>,
): EncodedBatch {
  const encoded = records.map((record) => encodeRecord(inSegment(record, segment.name)))
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
  const places = encoded.map(({ size, bodyAt }) => {
    const place = { segment: segment.name, offset: at + bodyAt }
    at += size
    return place
  })
  return {
    ...sealBatch(
      head,
      encoded.flatMap((e) => e.pieces),
    ),
    places,
  }
}
