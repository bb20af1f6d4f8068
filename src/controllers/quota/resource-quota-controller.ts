import type { JsonObject, KubeObject } from '../../meta/object.js'
import type { Resource } from '../../registry/resource.js'
import { update } from '../../registry/update.js'
import { decodeStored } from '../../store/encode.js'
import type { StoreEvent } from '../../store/store.js'
import type { Controller, ControllerContext } from '../controller.js'
import { WorkerPool } from '../worker-pool.js'
import { controllerWrite, ignoringNotFound } from '../write.js'

const workers = 5
/**
 * How long a status must have been left alone before it is counted again: admission writes it with every object that is
 * made, and each of these counts is a look at all objects of the namespace. Milliseconds.
 */
const quiet = 1_000

/**
 * Keeps the status of each ResourceQuota at what its spec says and its namespace holds. What is made is added by
 * admission; what is deleted, changed or was admitted and not made is counted here.
 */
export const resourceQuotaController: Controller = {
  async start(context) {
    const resource = context.backend.registry.stored('', 'resourcequotas')
    if (!resource) return async () => {}
    const { cache } = context.backend
    const queue = new WorkerPool(
      { name: 'resourcequota-controller', log: context.log, workers, rests: context.hasUnreadFiles },
      async (key) => {
        const left = (written.get(key) ?? Number.NEGATIVE_INFINITY) + quiet - performance.now()
        if (left > 0) return left
        written.delete(key)
        return recount(context, resource, key)
      },
    )
    /** When admission has written a status that nobody has counted since, by key. */
    const written = new Map<string, number>()
    const count = (key: string) => {
      written.delete(key)
      queue.add(key)
    }
    const quotas = new QuotaIndex(resource.prefix(''))
    const tell = (event: StoreEvent) => {
      if (quotas.take(event)) {
        const { key } = event.stored
        if (event.type === 'delete') written.delete(key)
        else if (isAsked(event)) count(key)
        else if (event.type === 'update') {
          written.set(key, performance.now())
          queue.addAfter(key, quiet)
        }
      }
      if (event.type === 'create') return
      const [group = '', plural = '', namespace = '', name] = event.stored.key.split('/')
      if (name === undefined || !quotas.isIn(namespace)) return
      for (const [key, names] of quotas.of(namespace)) {
        if (context.quotas.isMeasured(names, group === 'core' ? '' : group, plural)) count(key)
      }
    }
    const stops = [
      cache.watch('', cache.revision, tell),
      context.quotas.onReturned((namespace) => {
        for (const [key] of quotas.of(namespace)) count(key)
      }),
      // What a quota bounds may be served only now.
      context.backend.registry.onChange(() => {
        for (const { key } of cache.peekAll(resource.prefix(''))) count(key)
      }),
    ]
    for (const stored of cache.peekAll(resource.prefix(''))) {
      quotas.take({ type: 'create', stored, previous: undefined })
      queue.add(stored.key)
    }
    return async () => {
      for (const stop of stops) stop()
      await queue.stop()
    }
  },
}

async function recount({ backend, caller, quotas }: ControllerContext, resource: Resource, key: string) {
  await backend.cache.fresh()
  if (!backend.cache.peek(key)) return undefined
  const [, , namespace = '', name = ''] = key.split('/')
  const target = { resource, namespace, name, subresource: 'status' }
  let changesAt: number | undefined
  await ignoringNotFound(
    update(backend, caller, target, controllerWrite, (current) => {
      const counted = quotas.statusOf(current, backend.now().getTime())
      changesAt = counted.changesAt
      return { ...current, status: counted.status }
    }),
  )
  return changesAt === undefined ? undefined : Math.max(changesAt - backend.now().getTime(), 0) + 1
}

/** The quotas of each namespace, by their keys, with the names of the amounts they bound. */
class QuotaIndex {
  readonly #namespaces = new Map<string, Map<string, readonly string[]>>()

  constructor(private readonly prefix: string) {}

  /** Whether the event is of a quota. */
  take({ type, stored: { key, json } }: StoreEvent): boolean {
    if (!key.startsWith(this.prefix)) return false
    const [namespace = ''] = key.slice(this.prefix.length).split('/')
    const quotas = this.#namespaces.get(namespace) ?? new Map<string, readonly string[]>()
    if (type === 'delete') quotas.delete(key)
    else quotas.set(key, Object.keys(hardOf(decodeStored({ key, json, revision: 0 }).spec)))
    if (quotas.size === 0) this.#namespaces.delete(namespace)
    else this.#namespaces.set(namespace, quotas)
    return true
  }

  isIn(namespace: string): boolean {
    return this.#namespaces.has(namespace)
  }

  of(namespace: string): Iterable<[string, readonly string[]]> {
    return this.#namespaces.get(namespace) ?? []
  }
}

const hardOf = (part: unknown) => ((part ?? {}) as { hard?: JsonObject }).hard ?? {}

/** Whether the event is a quota that is new, or bounds something else than its status says. */
function isAsked({ type, stored }: StoreEvent): boolean {
  if (type === 'delete') return false
  const { spec, status }: KubeObject = decodeStored(stored)
  const { used = {} } = (status ?? {}) as { used?: JsonObject }
  const [wanted, known] = [hardOf(spec), hardOf(status)]
  const isKnown = (name: string) => wanted[name] === known[name] && Object.hasOwn(used, name)
  return Object.keys({ ...wanted, ...known }).some((name) => !isKnown(name))
}
