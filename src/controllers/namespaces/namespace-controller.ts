import { isJsonObject, type KubeObject } from '../../meta/object.js'
import { timestamp } from '../../registry/backend.js'
import { isBeingDeleted } from '../../registry/being-deleted.js'
import type { Resource } from '../../registry/resource.js'
import { update } from '../../registry/update.js'
import { decodeStored } from '../../store/encode.js'
import type { Controller, ControllerContext } from '../controller.js'
import { WorkerPool } from '../worker-pool.js'
import { controllerWrite, ignoringNotFound } from '../write.js'
import { setConditions } from './conditions.js'
import { contentOf, deleteContent } from './content.js'

/** Namespaces that are emptied at the same time. */
const workers = 10
/** What a namespace waits for is told by its content's events; this is for what no event tells. */
const lookAgain = 10_000
/** What other servers have is told by no event. */
const lookElsewhere = 1_000
/** Of spec.finalizers: the one this controller removes. */
const finalizer = 'kubernetes'

/** Empties namespaces that are being deleted, and lets them go (API-SEMANTICS V51, V52, V56). */
export const namespaceController: Controller = {
  async start(context) {
    const { backend } = context
    const resource = backend.registry.stored('', 'namespaces')
    if (!resource) return async () => {}
    const prefix = resource.prefix('')
    const terminating = new Set<string>()
    const queue = new WorkerPool(
      { name: 'namespace-controller', log: context.log, workers, rests: context.hasUnreadFiles },
      async (name) => {
        const after = await empty(context, resource, name)
        if (after === undefined) forget(name)
        return after
      },
    )
    let stopContent: (() => void) | undefined
    const forget = (name: string) => {
      terminating.delete(name)
      if (terminating.size > 0) return
      stopContent?.()
      stopContent = undefined
    }
    /** All content is watched, but only while there is something to wait for. */
    const follow = (name: string) => {
      terminating.add(name)
      stopContent ??= backend.cache.watch('', backend.cache.revision, ({ type, stored }) => {
        const [, , namespace = '', object] = stored.key.split('/')
        if (type !== 'create' && object !== undefined && terminating.has(namespace)) queue.add(namespace)
      })
      queue.add(name)
    }
    const stopNamespaces = backend.cache.watch(prefix, backend.cache.revision, ({ type, stored }) => {
      const name = stored.key.slice(prefix.length)
      if (type === 'delete') forget(name)
      else if (isBeingDeleted(stored)) follow(name)
    })
    const stopRemote = context.remoteContent.onChange(() => {
      for (const name of terminating) queue.add(name)
    })
    for (const stored of backend.cache.peekAll(prefix)) {
      if (isBeingDeleted(stored)) follow(stored.key.slice(prefix.length))
    }
    return async () => {
      stopNamespaces()
      stopContent?.()
      stopRemote()
      await queue.stop()
    }
  },
}

/** Answers with when to look again, or undefined when there is nothing left to do. */
async function empty(context: ControllerContext, resource: Resource, name: string): Promise<number | undefined> {
  const { backend, caller } = context
  const stored = await backend.store.get(resource.key('', name))
  if (!stored) return undefined
  const { metadata, spec } = decodeStored(stored)
  if (metadata.deletionTimestamp === undefined || !finalizersOf(spec).includes(finalizer)) return undefined
  const { uid } = metadata
  const change = (subresource: 'status' | 'finalize', edit: (namespace: KubeObject) => void) =>
    ignoringNotFound(
      update(backend, caller, { resource, namespace: '', name, subresource }, controllerWrite, (namespace) => {
        // Another one of the same name is not on its way out.
        if (namespace.metadata.uid === uid) edit(namespace)
        return namespace
      }),
    )
  const remains = await deleteContent(context, name)
  /*
   * The first time this writes something, and so it is a barrier (STORE.md 5): what was queued before the namespace was
   * seen to terminate is visible once this is, and nothing was queued since.
   */
  await change('status', (namespace) => setConditions(namespace, remains, timestamp(backend.now())))
  const { resources, failures, undiscovered, elsewhere } = remains
  if (elsewhere) return lookElsewhere
  if (resources.size > 0 || failures.length > 0 || undiscovered.length > 0) return lookAgain
  if ((await contentOf(context, name)).length > 0) return 1
  await change('finalize', (namespace) => {
    namespace.spec = { finalizers: finalizersOf(namespace.spec).filter((own) => own !== finalizer) }
  })
  return undefined
}

function finalizersOf(spec: unknown): string[] {
  const finalizers = isJsonObject(spec) ? spec.finalizers : undefined
  return Array.isArray(finalizers) ? finalizers.map(String) : []
}
