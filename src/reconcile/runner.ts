import type { PlainLog } from '../meta/log.js'
import type { KubeObject } from '../meta/object.js'
import { WorkQueue } from '../work/work-queue.js'
import type { Controller, ReconcileContext, ReconcileRequest } from './controller.js'
import { type Informer, type InformerOptions, keyOf, type ObjectChange } from './informer.js'
import type { ControllerMetrics } from './metrics.js'
import { controllerOf } from './owner.js'
import type { ResourceRef } from './resource-client.js'

/** What one controller runs in. */
export interface RunnerContext extends Omit<ReconcileContext, 'cache'> {
  /** The shared informer of a kind, which is running or about to. */
  informer(ref: ResourceRef, select?: InformerOptions): Informer
  readonly metrics: ControllerMetrics
  readonly log: PlainLog
}

/** Runs a controller until `signal` aborts; resolves when the last reconciliation has ended. */
export async function runController(controller: Controller, context: RunnerContext): Promise<void> {
  const queue = new WorkQueue()
  const own = context.informer(controller.for, controller.select)
  const stops = [listen(controller, own, queue), ...listenToOthers(controller, context, own, queue)]
  context.metrics.queue(controller.name, () => queue.depth)
  const informers = followed(controller).map((ref) => context.informer(ref, selectOf(controller, ref)))
  const stopped = new Promise<void>((resolve) => {
    if (context.signal.aborted) resolve()
    context.signal.addEventListener('abort', () => resolve(), { once: true })
  })
  // A reconciler may read any of its caches: none is looked at before all are full.
  await Promise.race([Promise.all(informers.map(({ synced }) => synced)), stopped])
  const workers = Array.from({ length: controller.concurrency ?? 1 }, () => work(controller, queue, context))
  await stopped
  for (const stop of stops) stop()
  queue.close()
  await Promise.all(workers)
}

function followed({ for: own, owns = [], watches = [] }: Controller): ResourceRef[] {
  return [own, ...owns, ...watches.map(({ resource }) => resource)]
}

const isSame = (a: ResourceRef, b: ResourceRef) => a.apiVersion === b.apiVersion && a.kind === b.kind

const selectOf = (controller: Controller, ref: ResourceRef) =>
  isSame(controller.for, ref) ? controller.select : undefined

function listen(controller: Controller, informer: Informer, queue: WorkQueue): () => void {
  return informer.onChange((change) => {
    if (controller.predicate?.(change) ?? true) queue.add(keyOf(change.object))
  })
}

function listenToOthers(controller: Controller, context: RunnerContext, own: Informer, queue: WorkQueue) {
  const { owns = [], watches = [] } = controller
  const add = (requests: readonly ReconcileRequest[]) => {
    for (const { namespace, name } of requests) queue.add(namespace ? `${namespace}/${name}` : name)
  }
  const owned = owns.map((ref) =>
    context.informer(ref).onChange(({ object, previous }) => add(ownersOf([object, previous], controller.for))),
  )
  const watched = watches.map(({ resource, requests, predicate }) =>
    context.informer(resource).onChange((change: ObjectChange<KubeObject>) => {
      if (!(predicate?.(change) ?? true)) return
      add(requests(change.object, own))
      // What it was about before may want to know that it no longer is.
      if (change.previous) add(requests(change.previous, own))
    }),
  )
  return [...owned, ...watched]
}

function ownersOf(objects: readonly (KubeObject | undefined)[], kind: ResourceRef): ReconcileRequest[] {
  const group = (apiVersion: string) => apiVersion.split('/').slice(0, -1).join('/')
  return objects.flatMap((object) => {
    const owner = object && controllerOf(object)
    if (!owner || owner.kind !== kind.kind || group(owner.apiVersion) !== group(kind.apiVersion)) return []
    const { namespace } = object.metadata
    return [{ name: owner.name, ...(namespace ? { namespace } : {}) }]
  })
}

async function work(controller: Controller, queue: WorkQueue, context: RunnerContext): Promise<void> {
  for (let key = await queue.take(); key !== undefined; key = await queue.take()) {
    await reconcileOne(controller, key, queue, context)
    queue.done(key)
  }
}

async function reconcileOne(controller: Controller, key: string, queue: WorkQueue, context: RunnerContext) {
  const { name: controllerName } = controller
  const slash = key.indexOf('/')
  const request = slash < 0 ? { name: key } : { namespace: key.slice(0, slash), name: key.slice(slash + 1) }
  const cache = (ref: ResourceRef) => {
    if (followed(controller).some((known) => isSame(known, ref)))
      return context.informer(ref, selectOf(controller, ref))
    throw new Error(`${controllerName} does not follow ${ref.kind} of ${ref.apiVersion}: name it in owns or watches`)
  }
  const began = performance.now()
  const seconds = () => (performance.now() - began) / 1000
  try {
    const result = await controller.reconcile(request, { ...context, cache } as ReconcileContext)
    queue.forget(key)
    const after = result?.requeueAfter
    if (after !== undefined) queue.addAfter(key, after)
    context.metrics.reconciled(controllerName, after === undefined ? 'success' : 'requeue_after', seconds())
  } catch (error) {
    context.metrics.reconciled(controllerName, 'error', seconds())
    if (context.signal.aborted) return
    context.log.error('a reconciliation failed and is tried again', {
      controller: controllerName,
      key,
      error: String(error),
    })
    queue.addAfterFailure(key)
  }
}
