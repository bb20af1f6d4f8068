import type { CacheEvent } from '../cache/watchers.js'
import type { Log } from '../meta/log.js'
import type { Backend, Caller } from '../registry/backend.js'
import { deleteObject } from '../registry/delete.js'
import { decodeStored } from '../store/encode.js'
import type { Stored } from '../store/store.js'
import { WorkerPool } from './worker-pool.js'
import { ignoringNotFound } from './write.js'

/**
 * Ends deletions whose time to stop is up, of API groups' own kinds; for pods that is what a kubelet does. Answers with
 * what ends it.
 */
export function expireGrace(backend: Backend, caller: Caller, log: Log): () => Promise<void> {
  const { cache, registry, now } = backend
  const resources = registry.storedResources().filter(({ builtin, definition }) => {
    return !builtin && definition.strategy?.graceSeconds
  })
  const queue = new WorkerPool({ name: 'grace-expiry', log, workers: 1 }, async (key) => {
    const [resource, stored] = [registry.resourceOfKey(key), cache.peek(key)]
    const end = stored && endOf(stored)
    if (!resource || !stored || end === undefined) return undefined
    const left = end - now().getTime()
    if (left > 0) return left
    const { namespace = '', name = '', uid = '' } = decodeStored(stored).metadata
    const options = { dryRun: false, gracePeriodSeconds: 0, preconditions: { uid } }
    await ignoringNotFound(deleteObject(backend, caller, { resource, namespace, name }, options))
    return undefined
  })
  const see = ({ type, stored }: CacheEvent) => {
    if (type !== 'delete' && endOf(stored) !== undefined) queue.add(stored.key)
  }
  const watches = resources.map((resource) => {
    const prefix = resource.prefix('')
    for (const stored of cache.peekAll(prefix)) see({ type: 'update', stored, previous: undefined })
    return cache.watch(prefix, cache.revision, see)
  })
  return async () => {
    for (const stop of watches) stop()
    await queue.stop()
  }
}

/** Milliseconds; undefined: the object does not wait for the end of its time. */
function endOf(stored: Stored): number | undefined {
  // Most objects are not being deleted: their bytes say so at once.
  if (!stored.json.includes('"deletionGracePeriodSeconds"')) return undefined
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = decodeStored(stored).metadata
  return deletionTimestamp !== undefined && deletionGracePeriodSeconds > 0 ? Date.parse(deletionTimestamp) : undefined
}
