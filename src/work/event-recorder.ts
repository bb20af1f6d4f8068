import { createHash } from 'node:crypto'
import type { KubeObject } from '../meta/object.js'

/** What an Event is about: an object, or as much as is known of it. */
export interface EventSubject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name?: string
    /** Absent: then the Event is in the namespace `default`. */
    readonly namespace?: string
    readonly uid?: string
    readonly resourceVersion?: string
  }
}

/** Where Events are written to. Errors are told to who made the recorder. */
export interface EventWriter {
  create(namespace: string, event: KubeObject): Promise<void>
  /** Notes that it has come again: `count` and `lastTimestamp`. False: it is gone by now. */
  countAgain(namespace: string, name: string, again: { count: number; lastTimestamp: string }): Promise<boolean>
}

interface Series {
  readonly name: string
  count: number
}

/** Subjects and Events that are remembered, so that one that comes again is counted instead of written anew. */
const remembered = 4_096
/** Of one object: a burst, then one every five minutes, as client-go's recorder. */
const burst = 25
const refill = 300_000
/** What waits to be written; more are dropped. */
const maxPending = 1_000

/**
 * Writes core/v1 Events, one after the other and beside the work: nobody waits. The same Event again is counted on the
 * first one, and a flood about one object is cut, as client-go's recorder does. What can't be written is lost.
 */
export class EventRecorder {
  private readonly series = new Map<string, Series>()
  private readonly tokens = new Map<string, { left: number; at: number }>()
  private pending = 0
  private last: Promise<void> = Promise.resolve()

  constructor(
    private readonly writer: EventWriter,
    /** Who says so. */
    private readonly component: string,
    /** Told of each Event that could not be written. */
    private readonly failed: (error: unknown, reason: string) => void = () => {},
    private readonly now: () => Date = () => new Date(),
  ) {}

  /** `reason` is one word for programs, `message` a sentence for people. */
  record(subject: EventSubject, type: 'Normal' | 'Warning', reason: string, message: string): void {
    const { apiVersion, kind, metadata } = subject
    const about = JSON.stringify([apiVersion, kind, metadata.namespace, metadata.name, metadata.uid])
    if (this.pending >= maxPending || !this.takeToken(about)) return
    this.pending++
    const what = createHash('sha256').update([about, type, reason, message].join('\0')).digest('hex')
    this.last = this.last
      .then(() => this.write(subject, what, { type, reason, message }))
      .catch((error: unknown) => this.failed(error, reason))
      .finally(() => {
        this.pending--
      })
  }

  /** Resolves when everything recorded so far is written. */
  flush(): Promise<void> {
    return this.last
  }

  private takeToken(about: string): boolean {
    const at = this.now().getTime()
    const bucket = this.tokens.get(about) ?? { left: burst, at }
    const left = Math.min(burst, bucket.left + (at - bucket.at) / refill)
    remember(this.tokens, about, { left: left >= 1 ? left - 1 : left, at })
    return left >= 1
  }

  private async write(subject: EventSubject, what: string, said: Readonly<Record<string, string>>): Promise<void> {
    const { apiVersion, kind, metadata } = subject
    const { name = '', namespace, uid, resourceVersion } = metadata
    const place = namespace || 'default'
    const now = `${this.now().toISOString().slice(0, 19)}Z`
    const known = this.series.get(what)
    if (known && (await this.writer.countAgain(place, known.name, { count: known.count + 1, lastTimestamp: now }))) {
      known.count++
      return
    }
    const event: KubeObject = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: {
        name: `${name.slice(0, 200)}.${this.now().getTime().toString(16)}${what.slice(0, 6)}`,
        namespace: place,
      },
      involvedObject: {
        apiVersion,
        kind,
        name,
        ...(namespace ? { namespace } : {}),
        ...(uid === undefined ? {} : { uid }),
        ...(resourceVersion === undefined ? {} : { resourceVersion }),
      },
      ...said,
      count: 1,
      firstTimestamp: now,
      lastTimestamp: now,
      source: { component: this.component },
      reportingComponent: this.component,
    }
    await this.writer.create(place, event)
    remember(this.series, what, { name: event.metadata.name ?? '', count: 1 })
  }
}

/** Puts an entry last, and drops the first one where there are too many. */
function remember<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key)
  map.set(key, value)
  const [first] = map.keys()
  if (map.size > remembered && first !== undefined) map.delete(first)
}
