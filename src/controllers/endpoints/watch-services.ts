import type { KubeObject } from '../../meta/object.js'
import { decodeStored } from '../../store/encode.js'
import type { Stored, StoreEvent } from '../../store/store.js'
import type { Controller, ControllerContext } from '../controller.js'
import { keysSelecting } from '../selecting.js'
import { WorkerPool } from '../worker-pool.js'
import { isSelected, type Pod, type Service } from './service-pods.js'

const workers = 5

export interface ServiceWork {
  /** Of the controller. */
  readonly name: string
  readonly kept: { readonly group: string; readonly plural: string }
  /** The name of the Service that an object, which may be kept for one, is kept for. */
  serviceOf(kept: Stored): string | undefined
  /** `service`: as it is now, with the pods it selects; undefined: there is none of that name. */
  look(context: ControllerContext, service: Service | undefined, place: Place): Promise<void>
}

export interface Place {
  readonly namespace: string
  /** Of the Service. */
  readonly name: string
  /** Those that the Service selects. */
  readonly pods: readonly Pod[]
}

/** Looks at a Service when it, a pod it selects or selected, or what is kept for it changes. */
export function watchServices({ name: controller, kept, serviceOf, look }: ServiceWork): Controller {
  return {
    async start(context) {
      const { cache, registry } = context.backend
      const [services, pods] = [registry.stored('', 'services'), registry.stored('', 'pods')]
      const keptResource = registry.stored(kept.group, kept.plural)
      if (!services || !pods || !keptResource) return async () => {}
      const queue = new WorkerPool(
        { name: controller, log: context.log, workers, rests: context.hasUnreadFiles },
        async (key) => {
          await cache.fresh()
          const [, , namespace = '', name = ''] = key.split('/')
          const stored = cache.peek(key)
          const service = stored && (decodeStored(stored) as Service)
          const { selector } = service?.spec ?? {}
          const all = selector ? (cache.peekAll(pods.prefix(namespace)).map(decodeStored) as Pod[]) : []
          const own = selector ? all.filter((pod) => isSelected(selector, pod)) : []
          await look(context, service, { namespace, name, pods: own })
          return undefined
        },
      )
      const tellServices = (event: StoreEvent) => {
        for (const key of keysSelecting(cache, services, event, selects)) queue.add(key)
      }
      const lookAtService = (stored: Stored) => {
        const [, , namespace = ''] = stored.key.split('/')
        const name = serviceOf(stored)
        if (name !== undefined) queue.add(services.key(namespace, name))
      }
      const stops = [
        cache.watch(services.prefix(''), cache.revision, ({ stored }) => queue.add(stored.key)),
        cache.watch(pods.prefix(''), cache.revision, tellServices),
        cache.watch(keptResource.prefix(''), cache.revision, ({ stored }) => lookAtService(stored)),
      ]
      for (const { key } of cache.peekAll(services.prefix(''))) queue.add(key)
      // A Service may have gone while nobody looked.
      for (const stored of cache.peekAll(keptResource.prefix(''))) lookAtService(stored)
      return async () => {
        for (const stop of stops) stop()
        await queue.stop()
      }
    },
  }
}

function selects({ spec }: Service, pod: KubeObject): boolean {
  return !!spec?.selector && isSelected(spec.selector, pod)
}
