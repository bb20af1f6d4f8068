import { type Disk, isFull } from './disk.js'
import { createSegment, cutZeros, type OldSegment, type Segment, segmentPath } from './segment.js'

const firstCapacity = 2 ** 20
const capacity = 16 * 2 ** 20

/** The segments of one run of the server: the one in use, the next one made in advance, the full ones. */
export class SegmentSupply {
  #current: Segment
  #next: Promise<Segment> | undefined
  #number = 1
  #closed = false
  /** Full segments, oldest first. */
  readonly finished: OldSegment[] = []
  /** Asked when the disk is full: answers whether there is more room now. */
  makeSpace: () => Promise<boolean> = async () => false

  private constructor(
    private readonly disk: Disk,
    private readonly folder: string,
    private readonly epoch: number,
    first: Segment,
  ) {
    this.#current = first
  }

  static async open(disk: Disk, folder: string, epoch: number): Promise<SegmentSupply> {
    const first = await createSegment(disk, segmentPath(folder, { epoch, number: 1 }), firstCapacity)
    return new SegmentSupply(disk, folder, epoch, first)
  }

  get current(): Segment {
    return this.#current
  }

  /** Makes the next segment while this one fills. */
  prepareNext(): void {
    if (this.#next || this.#closed) return
    this.#next = this.#create(capacity)
    // Whoever needs it hears of the failure.
    this.#next.catch(() => {})
  }

  /** Goes on in a segment that has room for `size` bytes. */
  async makeRoom(size: number): Promise<void> {
    if (this.#current.used + size <= this.#current.capacity) return
    if (size > capacity) {
      await this.#discardNext()
      this.#next = this.#create(size)
    }
    await this.switch()
  }

  /** Goes on in the next segment; `size` when that need not have the usual room. */
  async switch(size = capacity): Promise<void> {
    const next = this.#next ?? this.#create(size)
    this.#next = undefined
    const segment = await next
    const { name, path, used, lastRevision } = this.#current
    this.finished.push({ name, path, bytes: used, lastRevision })
    this.#endCurrent()
    this.#current = segment
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#discardNext()
    this.#endCurrent()
  }

  #endCurrent(): void {
    const { path, fd, used } = this.#current
    this.disk.close(fd)
    cutZeros(this.disk, { path, bytes: used })
  }

  async #create(size: number): Promise<Segment> {
    const path = segmentPath(this.folder, { epoch: this.epoch, number: ++this.#number })
    try {
      return await createSegment(this.disk, path, size)
    } catch (error) {
      if (!isFull(error) || !(await this.makeSpace())) throw error
      return createSegment(this.disk, path, size)
    }
  }

  async #discardNext(): Promise<void> {
    const segment = await this.#next?.catch(() => undefined)
    this.#next = undefined
    if (!segment) return
    this.disk.close(segment.fd)
    this.disk.unlink(segment.path)
  }
}
