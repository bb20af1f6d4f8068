import { isJsonObject, type KubeObject } from '../meta/object.js'
import { StatusError } from '../meta/status.js'
import { timestamp } from '../registry/backend.js'
import { create } from '../registry/create.js'
import { plainWrite } from '../registry/options.js'
import { update } from '../registry/update.js'
import type { ControllerContext } from './controller.js'
import { isNamespaceGone } from './write.js'

/** What an Event is about, as upstream's ObjectReference. */
export interface EventSubject {
  readonly apiVersion: string
  readonly kind: string
  /** '' for what has none: then the Event is in the namespace `default`. */
  readonly namespace: string
  readonly name: string
  readonly uid?: string
}

/** As upstream's recorder: so many at once about one object, and then one in five minutes. */
const burst = 25
const refill = 300_000
/** Subjects and Events that are remembered. */
const remembered = 4_096

/**
 * Records Events for one component. The same Event again is counted on the first one; a flood about one object is cut,
 * as upstream's recorder does. What can't be written is lost: Events are best effort.
 */
export class EventRecorder {
  /** By subject. */
  readonly #tokens = new Map<string, { left: number; at: number }>()
  /** Names of Events by what they say. */
  readonly #names = new Map<string, string>()
  /** One after the other, so that the same Event finds the first one. */
  #last: Promise<void> = Promise.resolve()

  constructor(
    private readonly context: ControllerContext,
    private readonly component: string,
  ) {}

  warn(subject: EventSubject, reason: string, message: string): void {
    if (!this.#mayTell(JSON.stringify(subject))) return
    this.#last = this.#last.then(() => this.#record(subject, reason, message)).catch(() => {})
  }

  /** Resolves when all is written. */
  done(): Promise<void> {
    return this.#last
  }

  #mayTell(subject: string): boolean {
    const now = this.context.backend.now().getTime()
    const bucket = this.#tokens.get(subject) ?? { left: burst, at: now }
    const refilled = Math.floor((now - bucket.at) / refill)
    const left = Math.min(burst, bucket.left + refilled)
    remember(this.#tokens, subject, {
      left: Math.max(0, left - 1),
      at: left === burst ? now : bucket.at + refilled * refill,
    })
    return left > 0
  }

  async #record(subject: EventSubject, reason: string, message: string): Promise<void> {
    const { backend, caller } = this.context
    const resource = backend.registry.resource('', 'v1', 'events')
    if (!resource) return
    const namespace = subject.namespace || 'default'
    const [now, what] = [timestamp(backend.now()), JSON.stringify([subject, reason, message])]
    const write = { ...plainWrite, fieldManager: this.component }
    const known = this.#names.get(what)
    if (known !== undefined) {
      const target = { resource, namespace, name: known, subresource: '' } as const
      try {
        await update(backend, caller, target, write, (event) => ({
          ...event,
          count: countOf(event) + 1,
          lastTimestamp: now,
        }))
        return
      } catch (error) {
        if (!(error instanceof StatusError) || error.code !== 404) throw error
      }
    }
    const name = `${subject.name.slice(0, 200)}.${process.hrtime.bigint().toString(16)}`
    const { namespace: _, ...reference } = subject
    const event: KubeObject = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name },
      involvedObject: subject.namespace === '' ? reference : subject,
      ...{ reason, message, type: 'Warning', count: 1, firstTimestamp: now, lastTimestamp: now },
      source: { component: this.component },
      reportingComponent: this.component,
    }
    remember(this.#names, what, name)
    await create(backend, caller, resource, namespace, event, write).catch((error: unknown) => {
      if (!isNamespaceGone(error)) throw error
    })
  }
}

const countOf = (event: unknown) => (isJsonObject(event) && typeof event.count === 'number' ? event.count : 1)

/** Puts an entry last, and drops the first one where there are too many. */
function remember<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key)
  map.set(key, value)
  const [first] = map.keys()
  if (map.size > remembered && first !== undefined) map.delete(first)
}
