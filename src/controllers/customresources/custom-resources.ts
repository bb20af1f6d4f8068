import { isTrue } from '../../apis/apiextensions/conditions.js'
import type {
  CustomResourceDefinition,
  CustomResourceNames,
} from '../../apis/apiextensions/custom-resource-definition.js'
import { jsonEquals } from '../../meta/json-equal.js'
import type { Log } from '../../meta/log.js'
import type { CallWebhook } from '../../meta/webhook.js'
import { type Backend, type Caller, timestamp } from '../../registry/backend.js'
import { plainWrite } from '../../registry/options.js'
import { readObject } from '../../registry/read.js'
import type { Resource } from '../../registry/resource.js'
import { update } from '../../registry/update.js'
import { WorkerPool } from '../worker-pool.js'
import { definitionOf } from './definition-of.js'
import { NameBook } from './name-book.js'
import { hasItsNames, judgeNames, type NamesVerdict } from './names.js'
import { isHeld, removeInstances } from './removal.js'
import { SchemaSource } from './schema-source.js'
import { statusAfter } from './status.js'

type Stored = NonNullable<ReturnType<Backend['cache']['peek']>>

export interface CustomResourcesContext {
  readonly backend: Backend
  /** The server itself, as a caller of verbs. */
  readonly caller: Caller
  readonly log: Log
  /** Of conversions. */
  readonly callWebhook: CallWebhook
  /** Nobody else writes into the store: what was stored after a definition was stored as that says. */
  readonly alone: boolean
}

/** Definitions that are read, and whose status is written, at once: they share syncs. */
const judges = 16

/** What is served of one definition: the same until its spec or its names change, and so do watches (W19). */
interface Served {
  readonly uid: string | undefined
  readonly generation: number | undefined
  readonly names: CustomResourceNames
  readonly group: string
  readonly schemas: SchemaSource
}

/**
 * Keeps what is served in step with the CustomResourceDefinitions that are stored: names, conditions, removal
 * (API-SEMANTICS 8.1). A definition is served before anybody can see it as Established, and one that is being deleted
 * is served until the last of its custom resources is gone. What is decided of a definition is decided in one go, so that
 * of two that ask for the same name one gets it; what is written of that is written side by side.
 */
export class CustomResources {
  readonly #served = new Map<string, Served>()
  readonly #names: NameBook
  readonly #judging: WorkerPool
  readonly #removals: WorkerPool
  /** Definitions that have changed and are not judged yet. */
  readonly #unjudged = new Set<string>()
  readonly #waiting = new Set<() => void>()
  readonly #stops: (() => void)[] = []
  /** Watches for custom resources to go, by the key of their definition. */
  readonly #departures = new Map<string, () => void>()

  private constructor(
    private readonly context: CustomResourcesContext,
    private readonly resource: Resource,
  ) {
    const { log, backend } = context
    this.#names = new NameBook(backend.registry)
    this.#judging = new WorkerPool({ name: 'custom resource definitions', log, workers: judges }, (key) =>
      this.#judge(key),
    )
    this.#removals = new WorkerPool({ name: 'custom resource removal', log, workers: 4 }, (key) => this.#remove(key))
  }

  /** Serves every definition that is stored as established, and follows all of them from there on. */
  static async start(context: CustomResourcesContext): Promise<CustomResources> {
    const { registry, cache } = context.backend
    const resource = registry.stored('apiextensions.k8s.io', 'customresourcedefinitions')
    if (!resource) throw new Error('CustomResourceDefinitions themselves are not served')
    const all = new CustomResources(context, resource)
    const prefix = resource.prefix('')
    const { items, revision } = await cache.list({ prefix, limit: 0 })
    all.#stops.push(cache.watch(prefix, revision, ({ stored }) => all.#changed(stored.key)))
    for (const stored of items) {
      const crd = await all.#read(stored)
      all.#names.set(stored.key, crd.spec.group, crd.status.acceptedNames)
      if (isTrue(crd, 'Established')) all.#serve(stored, crd, crd.status.acceptedNames, stored.revision)
    }
    for (const { key } of items) all.#changed(key)
    return all
  }

  /** Resolves when every definition stored so far is served, or known not to be. */
  async settled(): Promise<void> {
    await this.context.backend.cache.fresh()
    while (this.#unjudged.size > 0) await new Promise<void>((resolve) => this.#waiting.add(resolve))
  }

  async close(): Promise<void> {
    for (const stop of [...this.#stops, ...this.#departures.values()]) stop()
    await Promise.all([this.#judging.stop(), this.#removals.stop()])
  }

  #changed(key: string): void {
    this.#unjudged.add(key)
    this.#judging.add(key)
  }

  async #judge(key: string): Promise<undefined> {
    try {
      const stored = this.context.backend.cache.peek(key)
      if (stored) await this.#bringUpToDate(stored, await this.#read(stored))
      else this.#forget(key)
    } finally {
      this.#unjudged.delete(key)
      for (const resolve of this.#waiting) resolve()
      this.#waiting.clear()
    }
  }

  async #bringUpToDate(stored: Stored, crd: CustomResourceDefinition): Promise<void> {
    const { group } = crd.spec
    const taken = () => this.#names.takenByOthers(stored.key, group)
    const verdict = hasItsNames(crd) ? undefined : judgeNames(crd, taken())
    const names = verdict?.accepted ?? crd.status.acceptedNames
    const gaveUp = this.#names.set(stored.key, group, names)
    const accepted = verdict === undefined || verdict.condition.status === 'True'
    if (accepted || isTrue(crd, 'Established')) this.#serve(stored, crd, names)
    await this.#writeStatus(crd, verdict)
    if (gaveUp) this.#reconsider(group)
    if (isHeld(crd)) this.#removals.add(stored.key)
  }

  /**
   * `settledFrom`: objects of later revisions are known to be as the definition says. Nothing changes for those who watch
   * when only the definition's metadata or status has.
   */
  #serve(
    stored: Stored,
    crd: CustomResourceDefinition,
    names: CustomResourceNames,
    settledFrom = Number.POSITIVE_INFINITY,
  ): void {
    const { uid, generation } = crd.metadata
    const known = this.#served.get(stored.key)
    if (known && known.uid === uid && known.generation === generation && jsonEquals(known.names, names)) {
      known.schemas.renew(stored.json)
      return
    }
    const { alone } = this.context
    const settled = { from: alone ? settledFrom : Number.POSITIVE_INFINITY, lowered: alone }
    const schemas = new SchemaSource(stored.json)
    this.#served.set(stored.key, { uid, generation, names, group: crd.spec.group, schemas })
    this.context.backend.registry.set(definitionOf(crd, names, schemas, settled, this.context.callWebhook))
  }

  async #writeStatus(crd: CustomResourceDefinition, verdict: NamesVerdict | undefined): Promise<void> {
    const { backend, caller } = this.context
    const next = statusAfter(crd, verdict, timestamp(backend.now()))
    if (!next) return
    const { name = '', uid, generation } = crd.metadata
    const target = { resource: this.resource, namespace: '', name, subresource: 'status' } as const
    await update(backend, caller, target, { ...plainWrite, fieldManager: 'kube-apiserver' }, (current) => {
      // Another spec is judged by itself: its event is on the way.
      const same = current.metadata.uid === uid && current.metadata.generation === generation
      return same ? { ...current, status: next } : current
    })
  }

  /** The definition is gone: so is what it served, and its names are free. */
  #forget(key: string): void {
    this.#departures.get(key)?.()
    this.#departures.delete(key)
    const known = this.#served.get(key)
    if (known) this.context.backend.registry.remove(known.group, known.names.plural)
    this.#served.delete(key)
    const group = this.#names.delete(key)
    if (group !== undefined) this.#reconsider(group)
  }

  /** A name is free: those of the group that wait for one are judged again. */
  #reconsider(group: string): void {
    for (const key of this.#names.definitionsOf(group)) this.#changed(key)
  }

  async #remove(key: string): Promise<undefined> {
    const { backend } = this.context
    const stored = backend.cache.peek(key)
    if (!stored) return
    const crd = await this.#read(stored)
    if (!isHeld(crd)) return
    const instances = backend.registry.stored(crd.spec.group, crd.spec.names.plural)
    if (instances && !this.#departures.has(key)) {
      const stop = backend.cache.watch(instances.prefix(''), backend.cache.revision, ({ type }) => {
        if (type === 'delete') this.#removals.add(key)
      })
      this.#departures.set(key, stop)
    }
    await removeInstances({ ...this.context, resource: this.resource }, crd)
  }

  async #read(stored: Stored): Promise<CustomResourceDefinition> {
    return (await readObject(this.resource, stored)) as CustomResourceDefinition
  }
}
