import type { OwnerReference } from '../../meta/object.js'
import { decodeStored } from '../../store/encode.js'
import type { EventRecorder } from '../../work/event-recorder.js'
import type { Controller, ControllerContext } from '../controller.js'
import { ownEvents } from '../event-writer.js'
import { WorkerPool } from '../worker-pool.js'
import { type Collection, collect } from './collect.js'
import { DependencyGraph } from './graph.js'
import type { Node } from './node.js'
import { isElsewhere, ownerKey, ownerResource } from './owners.js'

/** Objects worked on at the same time. */
const workers = 64
/** Keys whose states are taken over before other work has its turn. */
const slice = 1_000
/** An owner whose file is refused may be mended. */
const lookAgain = 2_000

/** Deletes what has no owner left, and ends deletions that wait for dependents (API-SEMANTICS V44, V45). */
export const garbageCollector: Controller = {
  async start(context) {
    const collector = new GarbageCollector(context)
    return () => collector.stop()
  },
}

class GarbageCollector {
  readonly #queue: WorkerPool
  readonly #graph: DependencyGraph
  readonly #events: EventRecorder
  /** Keys whose state the graph does not know yet, and whether they were deleted in between. */
  #dirty = new Map<string, boolean>()
  /** Nodes with owners of kinds that are not served. */
  readonly #unknown = new Set<string>()
  readonly #stops: (() => void)[] = []
  #scheduled = false
  #stopped = false

  constructor(private readonly context: ControllerContext) {
    const { cache, registry } = context.backend
    const look = (key: string) => this.#queue.add(key)
    this.#events = ownEvents(context, 'garbage-collector-controller')
    this.#graph = new DependencyGraph(look, (node, owner) => {
      const resource = ownerResource(context, owner)
      return resource && ownerKey(resource, node, owner)
    })
    const collection: Collection = {
      context,
      look,
      graph: this.#graph,
      unknown: ({ key }) => this.#unknown.add(key),
      missing: (node, owner) => this.#tellMissing(node, owner),
    }
    const options = { name: 'garbage-collector-controller', log: context.log, workers, rests: context.hasUnreadFiles }
    this.#queue = new WorkerPool(options, async (key) => {
      await cache.fresh()
      this.#takeOver(Number.POSITIVE_INFINITY)
      await collect(collection, key)
      return this.#unknown.has(key) && this.#hasRefusedOwner(key) ? lookAgain : undefined
    })
    this.#stops.push(
      cache.watch('', cache.revision, ({ type, stored: { key } }) => {
        this.#dirty.set(key, type === 'delete' || (this.#dirty.get(key) ?? false))
        this.#schedule()
      }),
      registry.onChange(() => this.#lookAtUnknown()),
    )
    for (const { key } of cache.peekAll('')) this.#dirty.set(key, false)
    this.#schedule()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    for (const stop of this.#stops) stop()
    await this.#queue.stop()
    await this.#events.flush()
  }

  /** Behind the writes that told of the changes, never in them. */
  #schedule(): void {
    if (this.#scheduled || this.#stopped) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      this.#takeOver(slice)
      if (this.#dirty.size > 0) this.#schedule()
    })
  }

  #takeOver(most: number): void {
    let count = 0
    for (const [key, wasDeleted] of this.#dirty) {
      if (count++ === most) return
      this.#dirty.delete(key)
      this.#graph.told(key, this.context.backend.cache.peek(key), wasDeleted)
    }
  }

  #lookAtUnknown(): void {
    for (const key of this.#unknown) this.#queue.add(key)
    this.#unknown.clear()
  }

  #hasRefusedOwner(key: string): boolean {
    const node = this.#graph.node(key)
    return (
      node?.owners.some((owner) => {
        const resource = ownerResource(this.context, owner)
        return resource !== undefined && this.context.isRefused(ownerKey(resource, node, owner))
      }) ?? false
    )
  }

  /** An owner in another namespace is a mistake that its author should hear of. */
  #tellMissing(node: Node, owner: OwnerReference): void {
    const stored = this.context.backend.cache.peek(node.key)
    if (!stored || !isElsewhere(this.context, node, owner)) return
    const { apiVersion, kind, metadata } = decodeStored(stored)
    const { namespace, uid } = node
    const reference = [
      `${owner.apiVersion}/${owner.kind}`,
      ` namespace: ${namespace}`,
      ` name: ${owner.name}`,
      ` uid: ${owner.uid}`,
    ]
    this.#events.record(
      { apiVersion, kind, metadata: { name: metadata.name ?? '', namespace, uid } },
      'Warning',
      'OwnerRefInvalidNamespace',
      `ownerRef [${reference.join(',')}] does not exist in namespace ${JSON.stringify(namespace)}`,
    )
  }
}
