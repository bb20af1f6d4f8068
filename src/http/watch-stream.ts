import { errors, StatusError } from '../meta/status.js'
import type { Resource } from '../registry/resource.js'
import type { ToldChange } from '../registry/watch.js'
import type { WatchQuery } from './list-options.js'
import type { WatchFrames } from './watch-frames.js'
import type { WatchOutput } from './watch-output.js'

/** How far a client may fall behind before its watch is ended (API-SEMANTICS W21). */
const pendingLimit = { changes: 1_000, bytes: 16 * 1024 * 1024 }
const bookmarkInterval = 60_000
/** A last bookmark comes this long before the time is up (W07). */
const lastBookmark = 2_000
/** Without timeoutSeconds a watch lasts 30 to 60 minutes (W06). */
const shortestDefault = 1_800_000

/** Where the changes of a stream come from. */
export interface WatchSource {
  /**
   * Tells `sink` what is watched; `synced` is called with the revision of the initial state, once that is told. Answers
   * with what ends it. @throws StatusError
   */
  begin(sink: (change: ToldChange) => void, synced: (revision: number) => void): Promise<() => void>
  /** The newest revision of all there is, for bookmarks; absent: there are none. */
  revision?(): number
}

type Frame = ToldChange | Buffer | Promise<Buffer>

const nothing = Buffer.alloc(0)

/** What waits for a slow client. */
interface Pending {
  readonly item: Frame
  readonly bytes: number
}

/**
 * One watch on its way to a client. Changes are written as they come; while the client is slow they are kept, up to a
 * limit, and then the stream is cut: the client comes back with the last resourceVersion it saw, and nobody has waited.
 */
export class WatchStream {
  private pending: Pending[] = []
  /** How much of it there is, what is being written now included. */
  private readonly behind = { changes: 0, bytes: 0 }
  /** What may be pending: the initial state and history count beside the limit. */
  private allowance = { changes: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY }
  /** Events sent, or waiting to be. */
  told = 0
  private pumping = false
  private ended = false
  private stop: () => void = () => {}
  private readonly timers: NodeJS.Timeout[] = []

  constructor(
    readonly resource: Resource,
    private readonly output: WatchOutput,
    private readonly frames: WatchFrames,
    private readonly onEnd: (stream: WatchStream) => void,
  ) {
    output.stream.on('close', () => this.end())
  }

  /** Sends headers at once, then events until the time is up, the client goes or `end` is called. */
  async run(query: WatchQuery, source: WatchSource): Promise<void> {
    this.output.begin(this.frames.contentType)
    try {
      this.stop = await source.begin(
        (change) => this.push(change),
        (revision) => {
          if (query.marksInitialEnd) this.push(this.frames.bookmark(revision, true))
        },
      )
    } catch (error) {
      return this.fail(error)
    }
    this.allowance = {
      changes: this.behind.changes + pendingLimit.changes,
      bytes: this.behind.bytes + pendingLimit.bytes,
    }
    if (this.ended) return this.stop()
    this.startTimers(query, source)
  }

  /** Ends the stream cleanly after what is pending; a client watches again from the last event it saw. */
  end(): void {
    if (this.ended) return
    this.ended = true
    this.stop()
    for (const timer of this.timers) clearTimeout(timer)
    if (!this.pumping) this.output.stream.end()
    this.onEnd(this)
  }

  /** Ends the stream with an ERROR event: there is something that can't be told. */
  private fail(error: unknown): void {
    if (this.ended) return
    this.push(this.errorFrame(error))
    this.end()
  }

  private errorFrame(error: unknown): Buffer {
    const { status } = error instanceof StatusError ? error : errors.internal('the watch can not go on')
    return this.frames.error({ ...status, reason: status.reason ?? 'InternalError' })
  }

  private startTimers({ timeoutSeconds, bookmarks }: WatchQuery, source: WatchSource): void {
    const length = timeoutSeconds ? timeoutSeconds * 1000 : shortestDefault * (1 + Math.random())
    const timer = (callback: () => void, ms: number, start = setTimeout) => {
      this.timers.push(start(callback, Math.min(ms, 2 ** 31 - 1)).unref())
    }
    timer(() => this.end(), length)
    if (!bookmarks || !source.revision) return
    const bookmark = () => this.push(this.frames.bookmark(source.revision?.() ?? 0, false))
    timer(bookmark, bookmarkInterval, setInterval as unknown as typeof setTimeout)
    if (length > lastBookmark) timer(bookmark, length - lastBookmark)
  }

  private push(item: ToldChange | Buffer): void {
    if (this.ended) {
      if (item instanceof Promise) item.catch(() => {})
      return
    }
    this.told++
    const bytes = Buffer.isBuffer(item) ? item.length : item instanceof Promise ? 0 : item.stored.json.length
    if (!this.pumping && !this.output.pipe.writableNeedDrain) {
      const frame = this.frameOf(item)
      if (Buffer.isBuffer(frame)) {
        this.output.write(frame)
        return
      }
      this.keep(frame, bytes)
    } else this.keep(item, bytes)
    const { changes, bytes: all } = this.behind
    if (changes > this.allowance.changes || all > this.allowance.bytes) this.cut()
    else if (!this.pumping) void this.pump()
  }

  private keep(item: Frame, bytes: number): void {
    this.pending.push({ item, bytes })
    this.behind.changes++
    this.behind.bytes += bytes
  }

  /** Writes what is pending, in order, as fast as the client takes it. */
  private async pump(): Promise<void> {
    this.pumping = true
    try {
      while (this.pending.length > 0 && !this.output.stream.destroyed) {
        const batch = this.pending
        this.pending = []
        for (const { item, bytes } of batch) {
          if (this.output.pipe.writableNeedDrain) await this.drained()
          if (this.output.stream.destroyed) break
          this.output.write(await this.frameOf(item))
          this.behind.changes--
          this.behind.bytes -= bytes
        }
      }
    } catch (error) {
      // An object that can't be converted: what comes after it must not be told without it.
      this.pending = []
      this.output.write(this.errorFrame(error))
      this.end()
    }
    this.pumping = false
    this.allowance = pendingLimit
    if (this.ended) this.output.stream.end()
  }

  /** Empty for a change that turns out to be none for this watch. */
  private frameOf(item: Frame): Buffer | Promise<Buffer> {
    if (Buffer.isBuffer(item)) return item
    if (!(item instanceof Promise)) return this.frames.change(item)
    const frame = item.then((known) => (known === undefined ? nothing : this.frameOf(known)))
    // Who writes it finds out; that may be after others.
    frame.catch(() => {})
    return frame
  }

  private drained(): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.output.pipe.off('drain', done)
        this.output.stream.off('close', done)
        resolve()
      }
      this.output.pipe.on('drain', done)
      this.output.stream.on('close', done)
      if (this.output.stream.destroyed) done()
    })
  }

  private cut(): void {
    this.pending = []
    this.output.stream.destroy()
    this.end()
  }
}
