import { isTrue, type NewCondition, setCondition } from '../../apis/apiextensions/conditions.js'
import { type CustomResourceDefinition, cleanupFinalizer } from '../../apis/apiextensions/custom-resource-definition.js'
import { StatusError } from '../../meta/status.js'
import { chainAdmission } from '../../registry/admission.js'
import { type Backend, type Caller, timestamp } from '../../registry/backend.js'
import { deleteObject } from '../../registry/delete.js'
import { plainWrite } from '../../registry/options.js'
import type { Resource } from '../../registry/resource.js'
import { update } from '../../registry/update.js'

/** Deletions that are under way at once: they share syncs. */
const parallel = 64

export interface RemovalContext {
  readonly backend: Backend
  readonly caller: Caller
  /** CustomResourceDefinitions themselves. */
  readonly resource: Resource
}

/** Whether the definition is being deleted and still held for its custom resources. */
export function isHeld({ metadata }: CustomResourceDefinition): boolean {
  return metadata.deletionTimestamp !== undefined && (metadata.finalizers ?? []).includes(cleanupFinalizer)
}

/**
 * Deletes the custom resources of a definition that is being deleted, and lets the definition go when there are none
 * left (API-SEMANTICS R07). What has finalizers stays as long as they do: to be called again when one of the resources
 * has gone. Nothing is created meanwhile (admission), so that nothing is left behind.
 */
export async function removeInstances(context: RemovalContext, crd: CustomResourceDefinition): Promise<void> {
  if (!isTrue(crd, 'Established')) {
    return finish(context, crd, terminating('False', 'NeverEstablished', 'resource was never established'))
  }
  // Creations that were queued before the deletion are stored when this is, and can be seen.
  const progress = terminating('True', 'InstanceDeletionInProgress', 'CustomResource deletion is in progress')
  await change(context, crd, 'status', (object) => setCondition(object, progress, timestamp(context.backend.now())))
  await context.backend.cache.fresh()
  const { group, names } = crd.spec
  const instances = context.backend.registry.stored(group, names.plural)
  const failed = instances ? await deleteAll(context, instances) : undefined
  if (failed !== undefined) {
    const why = terminating('True', 'InstanceDeletionFailed', `could not issue all deletes: ${failed}`)
    await change(context, crd, 'status', (object) => setCondition(object, why, timestamp(context.backend.now())))
    throw new Error(failed)
  }
  if (instances && (await anyLeft(context, instances))) return
  await finish(context, crd, terminating('False', 'InstanceDeletionCompleted', 'removed all instances'))
}

function terminating(status: 'True' | 'False', reason: string, message: string): NewCondition {
  return { type: 'Terminating', status, reason, message }
}

/** Answers with why some could not be deleted. As upstream's, the deletions go past admission. */
async function deleteAll({ backend, caller }: RemovalContext, resource: Resource): Promise<string | undefined> {
  const { items } = await backend.cache.list({ prefix: resource.prefix(''), limit: 0 })
  const unadmitted = { ...backend, admission: chainAdmission([]) }
  let failed: string | undefined
  for (let i = 0; i < items.length; i += parallel) {
    const batch = items.slice(i, i + parallel).map(async (stored) => {
      const [name = '', namespace = ''] = stored.key.slice(resource.prefix('').length).split('/').reverse()
      try {
        await deleteObject(unadmitted, caller, { resource, namespace, name }, { dryRun: false })
      } catch (error) {
        if (!(error instanceof StatusError) || error.code !== 404) failed ??= String((error as Error).message)
      }
    })
    await Promise.all(batch)
  }
  return failed
}

async function anyLeft({ backend }: RemovalContext, resource: Resource): Promise<boolean> {
  const { items } = await backend.cache.list({ prefix: resource.prefix(''), limit: 1 })
  return items.length > 0
}

async function finish(context: RemovalContext, crd: CustomResourceDefinition, condition: NewCondition): Promise<void> {
  await change(context, crd, 'finalize', (object) => {
    setCondition(object, condition, timestamp(context.backend.now()))
    const left = (object.metadata.finalizers ?? []).filter((name) => name !== cleanupFinalizer)
    if (left.length > 0) object.metadata.finalizers = left
    else delete object.metadata.finalizers
  })
}

/** Changes the definition, unless another one has taken its place. */
async function change(
  { backend, caller, resource }: RemovalContext,
  { metadata }: CustomResourceDefinition,
  subresource: 'status' | 'finalize',
  edit: (object: CustomResourceDefinition) => void,
): Promise<void> {
  const target = { resource, namespace: '', name: metadata.name ?? '', subresource }
  const options = { ...plainWrite, fieldManager: 'kube-apiserver' }
  try {
    await update(backend, caller, target, options, (current) => {
      if (current.metadata.uid === metadata.uid) edit(current as CustomResourceDefinition)
      return current
    })
  } catch (error) {
    if (!(error instanceof StatusError) || error.code !== 404) throw error
  }
}
