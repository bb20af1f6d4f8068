import { fieldError } from '../meta/field-error.js'
import type { KubeObject, ObjectMeta } from '../meta/object.js'
import { deletedStatus, errors, type Status } from '../meta/status.js'
import { type Guard, RevisionMismatch, type Stored } from '../store/store.js'
import type { AdmissionRequest } from './admission.js'
import { type Backend, type Caller, callerInAdmission, timestamp } from './backend.js'
import { type DeleteOptions, deleteOptionsObject } from './options.js'
import { readObject, toStorage } from './read.js'
import type { Resource } from './resource.js'
import type { ObjectTarget } from './target.js'

/** A deletion's answer: the object while finalizers hold it or where the kind wants that, else a Status (V41, V47). */
export type DeleteResult = { readonly stored: Stored } | { readonly status: Status }

const propagationFinalizers = { Foreground: 'foregroundDeletion', Orphan: 'orphan', Background: undefined } as const

/**
 * DELETE. Without finalizers the object is gone at once; with them it gets a deletionTimestamp and goes when the last
 * one is removed.
 * @throws StatusError NotFound, Conflict when a precondition fails, Forbidden
 */
export async function deleteObject(
  backend: Backend,
  caller: Caller,
  target: ObjectTarget,
  options: DeleteOptions,
): Promise<DeleteResult> {
  const { resource, namespace, name } = target
  for (;;) {
    const stored = await backend.store.get(resource.key(namespace, name))
    if (!stored) throw errors.notFound(resource.groupResource, name)
    const object = await readObject(resource, stored)
    checkPreconditions(resource, object, options)
    if (resource.definition.rules?.undeletable?.includes(name)) {
      throw errors.forbidden(
        resource.groupResource,
        name,
        `this ${resource.definition.names.singular} may not be deleted`,
      )
    }
    const request = deletion(caller, target, object, options)
    await backend.admission.mutate(request)
    await backend.admission.validate(request)
    try {
      return await removeOrMark(backend, request, { stored, object }, options)
    } catch (error) {
      if (!(error instanceof RevisionMismatch)) throw error
    }
  }
}

function deletion(
  caller: Caller,
  { resource, namespace }: ObjectTarget,
  old: KubeObject,
  options: DeleteOptions,
): AdmissionRequest {
  return {
    operation: 'DELETE',
    resource,
    subresource: '',
    namespace,
    name: old.metadata.name ?? '',
    object: undefined,
    old,
    dryRun: options.dryRun,
    options: deleteOptionsObject(options),
    ...callerInAdmission(caller),
  }
}

/** What is to be deleted, and a copy of it in the request's version, for what is left of it. */
interface Found {
  readonly stored: Stored
  readonly object: KubeObject
}

async function removeOrMark(
  backend: Backend,
  request: AdmissionRequest,
  found: Found,
  options: DeleteOptions,
): Promise<DeleteResult> {
  const { resource } = request
  const { stored, object } = found
  const { metadata } = object
  const grace = resource.definition.strategy?.graceSeconds?.(object, options.gracePeriodSeconds) ?? 0
  if (waits(metadata, grace)) return { stored: await beginGrace(backend, resource, found, grace, options) }
  const staged = resource.definition.rules?.deletedInStages && metadata.deletionTimestamp === undefined
  const finalizers = finalizersAfter(
    metadata.finalizers ?? [],
    staged ? undefined : policyOf(resource, object, options),
  )
  const mayGo = finalizers.length === 0 && (resource.definition.strategy?.mayBeRemoved?.(object) ?? true)
  if (mayGo) {
    const store = options.dryRun ? backend.trial : backend.store
    const last = await endGrace(backend, resource, found, options)
    await store.delete(last.key, last.revision)
    if (resource.definition.rules?.returnsDeletedObject) return { stored: last }
    return { status: deletedStatus(resource.groupResource, metadata.name ?? '', metadata.uid ?? '') }
  }
  const same = finalizers.join() === (metadata.finalizers ?? []).join()
  const waited = metadata.deletionGracePeriodSeconds ? { deletionGracePeriodSeconds: 0 } : undefined
  if (metadata.deletionTimestamp !== undefined && same && !waited) return { stored }
  Object.assign(metadata, waited)
  mark(backend, resource, object, finalizers)
  const guard = backend.admission.guard(request)
  return { stored: await storeMarked(backend, resource, found, options, guard) }
}

/** Whether the deletion can't end yet, because somebody has still time to stop what the object describes (V43). */
function waits({ deletionTimestamp, deletionGracePeriodSeconds = 0 }: ObjectMeta, grace: number): boolean {
  return grace > 0 && (deletionTimestamp === undefined || deletionGracePeriodSeconds > 0)
}

/** Where deletions may wait, one that does not is first told as one whose time is up: a change of its own, as upstream. */
async function endGrace(backend: Backend, resource: Resource, found: Found, options: DeleteOptions): Promise<Stored> {
  const { stored, object } = found
  const { verbs, strategy } = resource.definition
  const { deletionTimestamp, deletionGracePeriodSeconds } = object.metadata
  const isTold = deletionTimestamp !== undefined && deletionGracePeriodSeconds === 0
  if (!strategy?.graceSeconds || verbs || isTold) return stored
  endAfter(backend, object, 0)
  return storeMarked(backend, resource, found, options)
}

/** The deletion ends so many seconds after it has begun, which is now where nobody has asked for it before. */
function endAfter(backend: Backend, { metadata }: KubeObject, grace: number): void {
  const { deletionTimestamp, deletionGracePeriodSeconds: before = 0 } = metadata
  const isNew = deletionTimestamp === undefined
  const begun = isNew ? backend.now().getTime() : Date.parse(deletionTimestamp) - before * 1000
  metadata.deletionTimestamp = timestamp(new Date(begun + grace * 1000))
  metadata.deletionGracePeriodSeconds = grace
  if (isNew && metadata.generation) metadata.generation++
}

/** The deletion begins, or is to end sooner than was said. It ends when it is asked for with no time left. */
async function beginGrace(
  backend: Backend,
  resource: Resource,
  found: Found,
  grace: number,
  options: DeleteOptions,
): Promise<Stored> {
  const { stored, object } = found
  const { deletionTimestamp, deletionGracePeriodSeconds: before = 0 } = object.metadata
  if (deletionTimestamp !== undefined && grace >= before) return stored
  endAfter(backend, object, grace)
  if (deletionTimestamp === undefined) resource.definition.strategy?.prepareForDelete?.(object)
  return storeMarked(backend, resource, found, options)
}

/** What the deletion has changed in the object so far. */
async function storeMarked(
  backend: Backend,
  resource: Resource,
  { stored, object }: Found,
  { dryRun }: DeleteOptions,
  guard?: Guard,
): Promise<Stored> {
  const store = dryRun ? backend.trial : backend.store
  return store.update(stored.key, await toStorage(resource, object), stored.revision, guard)
}

/** The deletion begins; from here on only finalizers hold the object. */
function mark(backend: Backend, resource: Resource, object: KubeObject, finalizers: string[]): void {
  const { metadata } = object
  if (finalizers.length > 0) metadata.finalizers = finalizers
  else delete metadata.finalizers
  if (metadata.deletionTimestamp !== undefined) return
  metadata.deletionTimestamp = timestamp(backend.now())
  if (!resource.definition.rules?.deletedInStages) {
    metadata.deletionGracePeriodSeconds = 0
    if (metadata.generation) metadata.generation++
  }
  resource.definition.strategy?.prepareForDelete?.(object)
}

/** To be called once for a request: tells who says nothing of dependents what becomes of them. */
export function warnOfOrphans(caller: Caller, resource: Resource, { propagationPolicy }: DeleteOptions): void {
  const { warning } = resource.definition.rules?.orphansByDefault ?? {}
  if (warning && !propagationPolicy) caller.warn(warning)
}

/** What is asked for; else what an earlier deletion has asked for; else what the kind's users have come to expect. */
function policyOf(
  { definition: { rules } }: Resource,
  { metadata: { finalizers = [] } }: KubeObject,
  { propagationPolicy }: DeleteOptions,
): DeleteOptions['propagationPolicy'] {
  if (propagationPolicy || !rules?.orphansByDefault) return propagationPolicy
  return finalizers.includes('foregroundDeletion') ? undefined : 'Orphan'
}

/** A propagation policy adds its finalizer and drops the one of another policy; none leaves all as it is (V44). */
function finalizersAfter(finalizers: readonly string[], policy: DeleteOptions['propagationPolicy']): string[] {
  if (!policy) return [...finalizers]
  const others = finalizers.filter((f) => f !== 'foregroundDeletion' && f !== 'orphan')
  const own = propagationFinalizers[policy]
  return own ? [...others, own] : others
}

function checkPreconditions(resource: Resource, object: KubeObject, { preconditions }: DeleteOptions): void {
  const { uid, resourceVersion, name = '' } = object.metadata
  if (resource.definition.rules?.deletedInStages) {
    checkStagedPreconditions(resource, object, preconditions)
    return
  }
  const conflict = (why: string) => errors.conflict({ group: resource.group, resource: resource.kind }, name, why)
  if (preconditions?.uid !== undefined && preconditions.uid !== uid) {
    throw conflict(
      `the UID in the precondition (${preconditions.uid}) does not match the UID in record (${uid}). ` +
        'The object might have been deleted and then recreated',
    )
  }
  if (preconditions?.resourceVersion !== undefined && preconditions.resourceVersion !== resourceVersion) {
    throw conflict(
      `the ResourceVersion in the precondition (${preconditions.resourceVersion}) does not match the ` +
        `ResourceVersion in record (${resourceVersion}). The object might have been modified`,
    )
  }
}

/** Upstream finds other words for kinds whose deletion it begins itself. */
function checkStagedPreconditions(
  resource: Resource,
  { metadata: { uid, resourceVersion, name = '' } }: KubeObject,
  preconditions: DeleteOptions['preconditions'],
): void {
  const found = { UID: [preconditions?.uid, uid], ResourceVersion: [preconditions?.resourceVersion, resourceVersion] }
  for (const [what, [wanted, own]] of Object.entries(found)) {
    if (wanted === undefined || wanted === own) continue
    const why = `Precondition failed: ${what} in precondition: ${wanted}, ${what} in object meta: ${own}`
    throw errors.conflict(resource.groupResource, name, why)
  }
}

/** @throws StatusError Invalid for a propagationPolicy that does not exist (V44) */
export function checkPropagationPolicy(value: string | undefined): DeleteOptions['propagationPolicy'] {
  if (value === undefined) return undefined
  if (Object.hasOwn(propagationFinalizers, value)) return value as NonNullable<DeleteOptions['propagationPolicy']>
  throw errors.invalid({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', [
    fieldError.notSupported('propagationPolicy', value, ['Foreground', 'Background', 'Orphan', 'nil']),
  ])
}
