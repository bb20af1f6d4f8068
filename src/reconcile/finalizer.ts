import type { KubeObject } from '../meta/object.js'
import { StatusError } from '../meta/status.js'
import type { ResourceClient } from './resource-client.js'

/**
 * Sees to it that `cleanUp` runs before an object goes: puts `finalizer` on one that lacks it, and once the object is
 * being deleted calls `cleanUp` and takes the finalizer off. Answers with the object to go on with; undefined: it is on
 * its way out, there is nothing more to do for it. `cleanUp` may be called again after a failure.
 */
export async function withFinalizer<T extends KubeObject>(
  resource: ResourceClient<T>,
  object: T,
  finalizer: string,
  cleanUp: (object: T) => Promise<void>,
): Promise<T | undefined> {
  const finalizers = object.metadata.finalizers ?? []
  const has = finalizers.includes(finalizer)
  if (object.metadata.deletionTimestamp === undefined) {
    return has ? object : setFinalizers(resource, object, [...finalizers, finalizer])
  }
  if (!has) return undefined
  await cleanUp(object)
  const others = finalizers.filter((name) => name !== finalizer)
  await setFinalizers(resource, object, others).catch((error: unknown) => {
    if (!(error instanceof StatusError) || error.code !== 404) throw error
  })
  return undefined
}

/** With the resourceVersion: a list is replaced whole, and another's finalizer must not be lost. */
function setFinalizers<T extends KubeObject>(
  resource: ResourceClient<T>,
  { metadata: { name = '', namespace, resourceVersion } }: T,
  finalizers: string[],
): Promise<T> {
  return resource.patch(name, namespace, { metadata: { resourceVersion, finalizers } })
}
