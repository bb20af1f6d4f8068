import type { JsonObject, ObjectMeta } from '../../meta/object.js'
import { isBeingDeleted } from '../../registry/being-deleted.js'
import type { Controller, ControllerContext } from '../controller.js'
import { ensure } from '../ensure.js'
import { WorkerPool } from '../worker-pool.js'
import { controllerWrite } from '../write.js'

const workers = 5

/** An object of the core group that every namespace has. */
export interface ObjectInEach {
  /** Of the controller. */
  readonly controller: string
  readonly plural: string
  readonly kind: string
  readonly name: string
  readonly metadata?: ObjectMeta
  /** Members beside metadata; where there are some the object is brought back to them. */
  content?(context: ControllerContext): Promise<JsonObject>
}

/** Makes the object in each namespace that is not on its way out, and again when it is deleted (API-SEMANTICS V55). */
export function objectInEach(wanted: ObjectInEach): Controller {
  return {
    async start(context) {
      const { cache, registry } = context.backend
      const namespaces = registry.stored('', 'namespaces')
      const resource = registry.stored('', wanted.plural)
      if (!namespaces || !resource) return async () => {}
      const prefix = namespaces.prefix('')
      const queue = new WorkerPool(
        { name: wanted.controller, log: context.log, workers, rests: context.hasUnreadFiles },
        async (namespace) => {
          const stored = cache.peek(namespaces.key('', namespace))
          if (!stored || isBeingDeleted(stored)) return undefined
          const { kind, name, metadata } = wanted
          const content = await wanted.content?.(context)
          const object = { apiVersion: 'v1', kind, metadata: { ...metadata, name }, ...content }
          await ensure(context, { resource, namespace, object, write: controllerWrite })
          return undefined
        },
      )
      const stops = [
        cache.watch(prefix, cache.revision, ({ type, stored }) => {
          if (type === 'create') queue.add(stored.key.slice(prefix.length))
        }),
        cache.watch(resource.prefix(''), cache.revision, ({ type, stored }) => {
          const [, , namespace = '', name] = stored.key.split('/')
          if (type !== 'create' && name === wanted.name) queue.add(namespace)
        }),
      ]
      for (const { key } of cache.peekAll(prefix)) queue.add(key.slice(prefix.length))
      return async () => {
        for (const stop of stops) stop()
        await queue.stop()
      }
    },
  }
}
