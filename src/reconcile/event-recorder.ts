import { createHash } from 'node:crypto'
import type { PlainLog } from '../meta/log.js'
import type { KubeObject } from '../meta/object.js'
import { StatusError } from '../meta/status.js'
import type { Client } from './client.js'

interface Series {
  readonly name: string
  readonly namespace: string
  count: number
}

/** Events that are remembered, so that one that comes again is counted instead of written anew. */
const remembered = 4_096
/** Of one object: a burst, then one every five minutes, as client-go's recorder. */
const burst = 25
const refill = 300_000
/** What waits to be written; more are dropped. */
const maxPending = 1_000

/** Writes core/v1 Events, one after the other and beside the work: a failure is logged and nobody waits. */
export class EventRecorder {
  private readonly series = new Map<string, Series>()
  private readonly tokens = new Map<string, { left: number; at: number }>()
  private pending = 0
  private last: Promise<void> = Promise.resolve()

  constructor(
    private readonly client: Client,
    /** Who says so. */
    private readonly component: string,
    private readonly log: PlainLog,
  ) {}

  /** `reason` is one word for programs, `message` a sentence for people. */
  record(object: KubeObject, type: 'Normal' | 'Warning', reason: string, message: string): void {
    if (this.pending >= maxPending || !this.takeToken(object.metadata.uid ?? '')) return
    this.pending++
    this.last = this.last
      .then(() => this.write(object, type, reason, message))
      .catch((error: unknown) => this.log.warn('an Event could not be written', { reason, error: String(error) }))
      .finally(() => {
        this.pending--
      })
  }

  /** Resolves when everything recorded so far is written. */
  flush(): Promise<void> {
    return this.last
  }

  private takeToken(uid: string): boolean {
    const now = Date.now()
    const bucket = this.tokens.get(uid) ?? { left: burst, at: now }
    const left = Math.min(burst, bucket.left + (now - bucket.at) / refill)
    forgetOldest(this.tokens)
    this.tokens.delete(uid)
    this.tokens.set(uid, { left: left >= 1 ? left - 1 : left, at: now })
    return left >= 1
  }

  private async write(object: KubeObject, type: string, reason: string, message: string): Promise<void> {
    const { apiVersion, kind, metadata } = object
    const { name = '', uid = '', resourceVersion } = metadata
    const namespace = metadata.namespace ?? 'default'
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/events`
    const now = `${new Date().toISOString().slice(0, 19)}Z`
    const key = createHash('sha256').update([uid, type, reason, message].join('\0')).digest('hex')
    const known = this.series.get(key)
    if (known && (await this.countAgain(path, known, now))) return
    const series = { name: `${name}.${BigInt(Date.now()).toString(16)}${key.slice(0, 6)}`, namespace, count: 1 }
    await this.client.request('POST', path, {
      body: {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name: series.name, namespace },
        involvedObject: { apiVersion, kind, name, namespace: metadata.namespace, uid, resourceVersion },
        ...{ type, reason, message, count: 1, firstTimestamp: now, lastTimestamp: now },
        source: { component: this.component },
        reportingComponent: this.component,
      },
    })
    forgetOldest(this.series)
    this.series.set(key, series)
  }

  /** False: the event is gone by now. */
  private async countAgain(path: string, series: Series, now: string): Promise<boolean> {
    const body = { count: series.count + 1, lastTimestamp: now }
    try {
      await this.client.request('PATCH', `${path}/${series.name}`, {
        body,
        contentType: 'application/merge-patch+json',
      })
      series.count++
      return true
    } catch (error) {
      if (error instanceof StatusError && error.code === 404) return false
      throw error
    }
  }
}

function forgetOldest(map: Map<string, unknown>): void {
  if (map.size < remembered) return
  for (const key of map.keys()) {
    map.delete(key)
    return
  }
}
