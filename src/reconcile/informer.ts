import { setTimeout as delay } from 'node:timers/promises'
import type { PlainLog } from '../meta/log.js'
import type { KubeObject } from '../meta/object.js'
import { StatusError } from '../meta/status.js'
import type { ListRequest, ResourceClient } from './resource-client.js'

/** What a listener is told; of a deletion that was not seen, the last state that was. */
export interface ObjectChange<T> {
  readonly type: 'added' | 'modified' | 'deleted'
  readonly object: T
  /** Undefined for `added`. */
  readonly previous: T | undefined
}

/** Which objects of a kind are followed. Default: all. */
export type InformerOptions = Pick<ListRequest, 'namespace' | 'labelSelector' | 'fieldSelector'>

const backoff = { first: 200, longest: 30_000 }

/** `namespace/name`, or the name of a cluster-scoped object. */
export function keyOf({ metadata: { namespace, name = '' } }: KubeObject): string {
  return namespace ? `${namespace}/${name}` : name
}

/**
 * A copy of a collection, kept up to date by a watch. A lost connection is resumed behind the last event; where the
 * server no longer knows that, the collection is listed anew and listeners are told what changed meanwhile: every
 * listener sees for each object a chain of added, modified…, deleted without gaps. Objects belong to everybody: copy before
 * changing one.
 */
export class Informer<T extends KubeObject = KubeObject> {
  private readonly objects = new Map<string, T>()
  private readonly listeners = new Set<(change: ObjectChange<T>) => void>()
  private resourceVersion: string | undefined
  private isSynced = false
  private markSynced: () => void = () => {}
  /** Resolves when the first list is in and told. */
  readonly synced = new Promise<void>((resolve) => {
    this.markSynced = resolve
  })

  constructor(
    private readonly resource: ResourceClient<T>,
    private readonly options: InformerOptions,
    private readonly log: PlainLog,
  ) {}

  /** By `keyOf`. */
  get(key: string): T | undefined {
    return this.objects.get(key)
  }

  list(): T[] {
    return [...this.objects.values()]
  }

  /** Tells `listener` of what is there now as `added`, then of every change. Answers with what ends that. */
  onChange(listener: (change: ObjectChange<T>) => void): () => void {
    this.listeners.add(listener)
    for (const object of this.objects.values()) listener({ type: 'added', object, previous: undefined })
    return () => this.listeners.delete(listener)
  }

  /** Follows the collection until `signal` aborts; whatever fails is tried again, later each time. */
  async run(signal: AbortSignal): Promise<void> {
    let failures = 0
    while (!signal.aborted) {
      try {
        if (this.resourceVersion === undefined) await this.relist(signal)
        await this.follow(signal)
        failures = 0
      } catch (error) {
        if (signal.aborted) return
        // The server has forgotten what came after it: anew, and at once.
        if (error instanceof StatusError && error.code === 410 && this.resourceVersion !== undefined) {
          this.resourceVersion = undefined
          continue
        }
        const { apiVersion, kind } = this.resource.ref
        this.log.warn(`${kind} of ${apiVersion} can't be followed`, { error: String(error) })
        const wait = Math.min(backoff.first * 2 ** Math.min(failures++, 20), backoff.longest)
        await delay(wait * (0.5 + Math.random()), undefined, { signal }).catch(() => {})
      }
    }
  }

  private async relist(signal: AbortSignal): Promise<void> {
    const { items, resourceVersion } = await this.resource.list(this.options, signal)
    const gone = new Set(this.objects.keys())
    for (const object of items) {
      gone.delete(keyOf(object))
      this.put(object)
    }
    for (const key of gone) this.remove(key, undefined)
    this.resourceVersion = resourceVersion
    if (!this.isSynced) this.markSynced()
    this.isSynced = true
  }

  private async follow(signal: AbortSignal): Promise<void> {
    const request = { ...this.options, resourceVersion: this.resourceVersion ?? '' }
    for await (const { type, object } of this.resource.watch(request, signal)) {
      if (type === 'ERROR') {
        const status = object as unknown as StatusError['status']
        throw new StatusError({ ...status, code: status.code ?? 500 })
      }
      if (type === 'ADDED' || type === 'MODIFIED') this.put(object)
      else if (type === 'DELETED') this.remove(keyOf(object), object)
      this.resourceVersion = object.metadata.resourceVersion ?? this.resourceVersion
    }
  }

  private put(object: T): void {
    const key = keyOf(object)
    const previous = this.objects.get(key)
    if (previous?.metadata.resourceVersion === object.metadata.resourceVersion && previous) return
    if (previous && previous.metadata.uid !== object.metadata.uid) this.remove(key, undefined)
    const known = this.objects.get(key)
    this.objects.set(key, object)
    this.tell({ type: known ? 'modified' : 'added', object, previous: known })
  }

  private remove(key: string, last: T | undefined): void {
    const previous = this.objects.get(key)
    if (!previous) return
    this.objects.delete(key)
    this.tell({ type: 'deleted', object: last ?? previous, previous })
  }

  private tell(change: ObjectChange<T>): void {
    for (const listener of this.listeners) listener(change)
  }
}
