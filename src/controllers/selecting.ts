import type { WatchCache } from '../cache/watch-cache.js'
import type { KubeObject } from '../meta/object.js'
import type { Resource } from '../registry/resource.js'
import { decodeStored } from '../store/encode.js'
import type { StoreEvent } from '../store/store.js'

/** Keys of the objects of `resource` in the namespace of a pod that select it, as it is or as it was before the event. */
export function keysSelecting(
  cache: WatchCache,
  resource: Resource,
  { stored, previous }: Pick<StoreEvent, 'stored' | 'previous'>,
  selects: (object: KubeObject, pod: KubeObject) => boolean,
): string[] {
  const [, , namespace = ''] = stored.key.split('/')
  const all = cache.peekAll(resource.prefix(namespace))
  if (all.length === 0) return []
  const states = [previous, stored].flatMap((one) => (one ? [decodeStored(one)] : []))
  const selecting = all.filter((one) => {
    const object = decodeStored(one)
    return states.some((pod) => selects(object, pod))
  })
  return selecting.map(({ key }) => key)
}
