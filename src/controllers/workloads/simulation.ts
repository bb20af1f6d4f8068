import type { JsonObject, KubeObject } from '../../meta/object.js'
import { isJsonObject } from '../../meta/object.js'
import type { Resource } from '../../registry/resource.js'
import { update } from '../../registry/update.js'
import { decodeStored } from '../../store/encode.js'
import type { Stored } from '../../store/store.js'
import type { Controller, ControllerContext } from '../controller.js'
import { WorkerPool } from '../worker-pool.js'
import { controllerWrite, ignoringNotFound } from '../write.js'

const workers = 5

/** An object to be looked at, as it is now, and who looks. */
export interface Subject {
  readonly context: ControllerContext
  readonly resource: Resource
  readonly namespace: string
  readonly name: string
  readonly object: KubeObject
}

export interface Simulation {
  /** Of the controller. */
  readonly name: string
  readonly group: string
  readonly plural: string
  /** What its objects own: changes there are a reason to look too. */
  readonly owned?: { readonly group: string; readonly plural: string }
  /** Objects that are on their way out are looked at as well. */
  readonly evenDeleted?: boolean
  /** Brings the object nearer to what a healthy cluster makes of it; called again after every change. */
  look(subject: Subject): Promise<void>
}

/** A controller that gives objects of one kind the status they would have where pods run. */
export function simulation({ name: controller, group, plural, owned, evenDeleted, look }: Simulation): Controller {
  return {
    async start(context) {
      const { cache, registry } = context.backend
      const resource = registry.stored(group, plural)
      if (!resource) return async () => {}
      const queue = new WorkerPool(
        { name: controller, log: context.log, workers, rests: context.hasUnreadFiles },
        async (key) => {
          await cache.fresh()
          const stored = cache.peek(key)
          const object = stored && decodeStored(stored)
          if (!object || (object.metadata.deletionTimestamp !== undefined && !evenDeleted)) return undefined
          const { name = '', namespace = '' } = object.metadata
          await look({ context, resource, namespace, name, object })
          return undefined
        },
      )
      const prefix = resource.prefix('')
      const stops = [
        cache.watch(prefix, cache.revision, ({ type, stored }) => {
          if (type !== 'delete') queue.add(stored.key)
        }),
      ]
      const ownedResource = owned && registry.stored(owned.group, owned.plural)
      if (ownedResource) {
        const lookAtOwner = ({ stored }: { stored: Stored }) => {
          const key = ownerKey(resource, stored)
          if (key !== undefined) queue.add(key)
        }
        stops.push(cache.watch(ownedResource.prefix(''), cache.revision, lookAtOwner))
      }
      for (const { key } of cache.peekAll(prefix)) queue.add(key)
      return async () => {
        for (const stop of stops) stop()
        await queue.stop()
      }
    },
  }
}

/** Where the controlling owner of an object is, if it is of `resource`. */
function ownerKey(resource: Resource, stored: Stored): string | undefined {
  const { namespace = '', ownerReferences = [] } = decodeStored(stored).metadata
  const owner = ownerReferences.find(({ controller, kind }) => controller && kind === resource.kind)
  return owner && resource.key(namespace, owner.name)
}

/** Members of an object, or none. */
export function membersOf(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {}
}

/** A number of an object's spec or status, 0 where it is not set. */
export function numberAt(value: unknown, member: string): number {
  const found = membersOf(value)[member]
  return typeof found === 'number' ? found : 0
}

/** Writes the status, unless the object is another one meanwhile, or has been given a new spec. */
export async function writeStatus(subject: Subject, next: (current: JsonObject) => JsonObject): Promise<void> {
  const { context, resource, namespace, name, object } = subject
  const { backend, caller } = context
  const target = { resource, namespace, name, subresource: 'status' } as const
  await ignoringNotFound(
    update(backend, caller, target, controllerWrite, (current) => {
      const { uid, generation } = current.metadata
      if (uid !== object.metadata.uid || generation !== object.metadata.generation) return current
      return { ...current, status: next(membersOf(current.status)) }
    }),
  )
}

export interface Condition extends JsonObject {
  readonly type: string
  readonly status: 'True' | 'False' | 'Unknown'
  readonly reason: string
  readonly message: string
}

/**
 * `old` conditions with `next` among them. The times in `times` are `now`; one that is called lastTransitionTime stays
 * while the condition's status does, the others while its reason does too.
 */
export function withConditions(
  old: unknown,
  next: readonly Condition[],
  now: string,
  times: readonly string[] = ['lastTransitionTime'],
): JsonObject[] {
  const before = (Array.isArray(old) ? old : []).map(membersOf)
  const ours = next.map((condition) => {
    const last = before.find(({ type }) => type === condition.type)
    const sameStatus = last?.status === condition.status
    const sameReason = sameStatus && last?.reason === condition.reason
    const timeOf = (time: string) => (time === 'lastTransitionTime' ? sameStatus : sameReason) && last?.[time]
    return { ...condition, ...Object.fromEntries(times.map((time) => [time, timeOf(time) || now])) }
  })
  return [...before.filter(({ type }) => !next.some((condition) => condition.type === type)), ...ours]
}

/** The controlling owner that an object made for `subject` has. */
export function controllerReference({ resource, object }: Subject) {
  const { name = '', uid = '' } = object.metadata
  const { apiVersion, kind } = resource
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true }
}

/** What `subject` controls of another kind, in its namespace. */
export function ownedBy({ context, namespace, object }: Subject, resource: Resource): KubeObject[] {
  const { uid = '' } = object.metadata
  const member = Buffer.from(JSON.stringify(uid))
  return context.backend.cache
    .peekAll(resource.prefix(namespace))
    .filter(({ json }) => json.includes(member))
    .map(decodeStored)
    .filter(({ metadata }) => metadata.ownerReferences?.some((owner) => owner.controller && owner.uid === uid))
}
