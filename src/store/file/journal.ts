import { type Revision, StoreUnavailable } from '../store.js'
import { batchOverhead } from './batch.js'
import { reasonOf } from './disk.js'
import { encodeBatch } from './encode-batch.js'
import { Gathering, sizeBound } from './gathering.js'
import type { JournalOptions, Rotation } from './journal-options.js'
import type { JournalRecord } from './record.js'
import type { OldSegment } from './segment.js'
import type { SegmentSupply } from './segment-supply.js'

const largestBatch = 8 * 2 ** 20
const [retryAfter, longestWait] = [500, 200]

/**
 * The journal's end: appends what is queued in batches, each on disk before the next is written. After a failed write
 * or sync that file is never trusted again: what is uncertain goes to a new segment before anything newer.
 */
export class Journal {
  #gathering = new Gathering()
  #writing: Gathering | undefined
  #running: Promise<void> | undefined
  #rotations: { resolve: (end: Rotation) => void; last: boolean }[] = []
  /** Written perhaps, answered with an error: they come first when writing works again. */
  #uncertain: readonly JournalRecord[] | undefined
  #failure: string | undefined
  #later: NodeJS.Timeout | undefined
  /** Until there is something to write. */
  #start: JournalRecord | undefined
  #checksum: string
  #lastRevision: Revision
  #closed = false

  constructor(
    private readonly supply: SegmentSupply,
    private readonly options: JournalOptions,
  ) {
    this.#checksum = options.lastChecksum
    this.#lastRevision = options.lastRevision
    this.#start = options.start
  }

  /** Why nothing can be written now. */
  get failure(): string | undefined {
    return this.#failure
  }

  /** Whether this run has written nothing yet. */
  get isUntouched(): boolean {
    return this.#start !== undefined
  }

  /** Where the segment in use begins. */
  get position(): Rotation {
    const { name: segment, previous: checksum = this.#checksum } = this.supply.current
    return { segment, checksum }
  }

  /** Full segments of this run, oldest first. A checkpoint takes out those it removes. */
  get finished(): OldSegment[] {
    return this.supply.finished
  }

  /** All segments there should be, after older ones. */
  segments(older: readonly OldSegment[]): OldSegment[] {
    const { name, path, used, lastRevision } = this.supply.current
    return [...older, ...this.supply.finished, { name, path, bytes: used, lastRevision }]
  }

  /** What was written is not where a restart looks for it: nothing more is answered until it is again. */
  distrust(reason: string): void {
    if (this.#closed || this.#failure !== undefined) return
    this.#fail(new StoreUnavailable(reason))
    this.#go()
  }

  /** Says now that this run has begun, and how far it read the segments of earlier ones. */
  async begin(): Promise<void> {
    if (this.#start) this.#gather()
    await this.flush()
  }

  append(record: JournalRecord): void {
    this.#gather(record)
    this.#go()
  }

  /** Goes to disk with what comes next, or on its own after a while: a sync of its own would delay others. */
  appendLater(record: JournalRecord): void {
    this.#gather(record)
    this.#later ??= setTimeout(() => {
      this.#later = undefined
      this.#go()
    }, longestWait)
    this.#later.unref()
  }

  #gather(record?: JournalRecord): void {
    if (this.#start) this.#gathering.records.push(this.#start)
    this.#start = undefined
    if (record) this.#gathering.records.push(record)
  }

  /** Resolves when everything appended so far is durable and committed. @throws StoreUnavailable, at once while it fails */
  async flush(): Promise<void> {
    if (this.#failure !== undefined) throw new StoreUnavailable(this.#failure)
    if (this.#gathering.records.length === 0) return this.#writing?.done
    this.#go()
    return this.#gathering.done
  }

  /** Goes on in a new segment. Everything appended before is in older ones and committed. `last`: little will follow. */
  async rotate(last = false): Promise<Rotation> {
    // How far older segments count is said before a snapshot makes them history.
    await this.begin()
    return new Promise((resolve) => {
      this.#rotations.push({ resolve, last })
      this.#go()
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#later)
    await this.flush().catch(() => {})
    await this.#running
    await this.supply.close()
  }

  #go(): void {
    this.#running ??= this.#run()
  }

  async #run(): Promise<void> {
    // What is appended in the same turn of the event loop goes to disk together.
    await Promise.resolve()
    while (this.#failure !== undefined || this.#gathering.records.length > 0 || this.#rotations.length > 0) {
      if (this.#failure !== undefined) {
        this.#dropChanges(this.#failure)
        if (this.#closed) {
          this.#gathering.reject(new StoreUnavailable(this.#failure))
          break
        }
        await new Promise((resolve) => setTimeout(resolve, retryAfter))
        await this.#resume()
      } else if (this.#rotations.length > 0) await this.#rotateNow()
      else await this.#writeGathered()
    }
    // In the same step as the look at what there is to do: whoever comes later starts it again.
    this.#running = undefined
  }

  async #writeGathered(): Promise<void> {
    const batch = this.#gathering
    this.#gathering = new Gathering()
    this.#writing = batch
    try {
      await this.#write(batch.records)
      batch.resolve()
    } catch (error) {
      const reason = this.#fail(error)
      // A batch that found no room was not begun: its changes never happened.
      if (this.#uncertain === undefined) this.#keepRecords(batch)
      batch.reject(new StoreUnavailable(reason))
    } finally {
      this.#writing = undefined
    }
  }

  /** In parts of a size that is written quickly. */
  async #write(records: readonly JournalRecord[]): Promise<void> {
    for (let from = 0; from < records.length; ) {
      let [to, bytes] = [from, 0]
      while (to < records.length && (to === from || bytes < largestBatch)) bytes += sizeBound(records[to++])
      await this.supply.makeRoom(bytes + batchOverhead)
      this.#uncertain = records.slice(from)
      await this.#writeBatch(records.slice(from, to))
      this.#uncertain = undefined
      from = to
    }
  }

  async #writeBatch(records: readonly JournalRecord[]): Promise<void> {
    const segment = this.supply.current
    const { epoch } = this.options.start
    const { data, checksum } = encodeBatch(records, segment, this.#lastRevision, { epoch, previous: this.#checksum })
    const start = segment.used
    segment.used += data.length
    segment.previous ??= this.#checksum
    await this.options.disk.writeDurably(segment.fd, data, start)
    this.options.check(segment)
    this.#checksum = checksum
    for (const record of records) {
      if (record.kind !== 'change') continue
      this.#lastRevision = segment.lastRevision = record.stored.revision
      this.options.committed(record)
    }
    if (segment.used > segment.capacity / 2) this.supply.prepareNext()
  }

  async #rotateNow(): Promise<void> {
    try {
      if (this.supply.current.used > 0) await this.supply.switch(this.#rotations.every((r) => r.last) ? 0 : undefined)
      for (const { resolve } of this.#rotations.splice(0)) resolve(this.position)
    } catch (error) {
      this.#fail(error)
    }
  }

  #fail(error: unknown): string {
    this.#failure = failureOf(error)
    this.options.log.error('writes are refused', { reason: this.#failure })
    return this.#failure
  }

  /** Tries a new segment, first with what is uncertain. */
  async #resume(): Promise<void> {
    const uncertain = this.#uncertain
    try {
      const incomplete = await this.options.repair()
      await this.supply.switch()
      if (incomplete) await this.options.rewrite(this.position)
      if (uncertain) await this.#write(uncertain)
      this.#failure = undefined
      this.options.log.info('writes are accepted again')
      this.options.resumed()
    } catch (error) {
      this.#uncertain ??= uncertain
      this.#failure = failureOf(error)
    }
  }

  #dropChanges(reason: string): void {
    const batch = this.#gathering
    if (!batch.records.some((r) => r.kind === 'change')) return
    this.#gathering = new Gathering()
    this.#keepRecords(batch)
    batch.reject(new StoreUnavailable(reason))
  }

  /** What tells of files is still true and is written later; changes are gone. */
  #keepRecords(batch: Gathering): void {
    for (const record of batch.records) {
      if (record.kind === 'change') this.options.dropped(record)
      else this.#gathering.records.push(record)
    }
  }
}

const failureOf = (error: unknown): string =>
  error instanceof StoreUnavailable ? error.reason : `the journal can't be written: ${reasonOf(error)}`
