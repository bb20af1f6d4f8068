import { ignoringTimes } from '../apply/owners.js'
import { updateManagedFields } from '../apply/update-managed-fields.js'
import { fieldError } from '../meta/field-error.js'
import { cloneJson } from '../meta/json-clone.js'
import { jsonEquals } from '../meta/json-equal.js'
import type { KubeObject } from '../meta/object.js'
import { errors } from '../meta/status.js'
import { encodeStored } from '../store/encode.js'
import { RevisionMismatch, type Stored } from '../store/store.js'
import type { AdmissionRequest } from './admission.js'
import { withAllocation } from './allocator.js'
import { type Backend, type Caller, callerInAdmission } from './backend.js'
import { changeGuess } from './change-guess.js'
import { checkNamespace, create } from './create.js'
import { fieldWrite } from './managed-fields.js'
import { type WriteOptions, writeOptionsObject } from './options.js'
import { noteStored, readObject, setDefaults, toStorage } from './read.js'
import type { Resource } from './resource.js'
import { keepServerFields } from './server-fields.js'
import type { UpdateTarget } from './target.js'
import { validateStorage, validateUpdate, validationReady, warningsOf } from './validate.js'

/**
 * How often a write that names no resourceVersion is tried again on a newer object (P06). Each attempt that is lost is
 * another writer's success, so the bound only ends what nobody waits for any more.
 */
const conflictAttempts = 1_000

export interface UpdateResult {
  readonly stored: Stored
  /** A PUT made it (V05). */
  readonly created: boolean
}

/**
 * PUT. `object` is in the request's version. Without a resourceVersion it overwrites where the resource allows that.
 * @throws StatusError NotFound, Conflict, Invalid
 */
export async function replace(
  backend: Backend,
  caller: Caller,
  target: UpdateTarget,
  object: KubeObject,
  options: WriteOptions,
): Promise<UpdateResult> {
  const { resource, namespace, name } = target
  checkNamespace(resource, object, namespace)
  checkNamed(object, name)
  checkName(object, name)
  const { rules } = resource.definition
  const key = resource.key(namespace, name)
  if (rules?.createOnUpdate && !object.metadata.resourceVersion && !(await backend.store.get(key))) {
    return { stored: await create(backend, caller, target, object, options), created: true }
  }
  const stored = await update(backend, caller, target, options, (current) => {
    checkUid(target, object, current)
    const { resourceVersion } = object.metadata
    // What keeps no resourceVersions can't be asked for one.
    if (resourceVersion || rules?.unconditionalUpdate || !current.metadata.resourceVersion) return cloneJson(object)
    throw mustSpecifyRevision(resource, current)
  })
  return { stored, created: false }
}

/** Whatever a body or a patch makes of an object, it is still called something. @throws StatusError BadRequest */
export function checkNamed({ metadata }: KubeObject, name: string): void {
  if (metadata?.name) return
  throw errors.badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`)
}

/**
 * The one loop every change of an existing object goes through. `change` gets the current object in the request's
 * version, a fresh tree it may keep, and answers with what it shall be; it is called again with a newer one when
 * another writer was faster and the change did not name a resourceVersion. A change that changes nothing writes
 * nothing and answers with what is stored (V07).
 */
export async function update(
  backend: Backend,
  caller: Caller,
  target: UpdateTarget,
  options: WriteOptions,
  change: (current: KubeObject) => KubeObject | Promise<KubeObject>,
): Promise<Stored> {
  const { resource, namespace, name } = target
  const key = resource.key(namespace, name)
  const attempt = async (stored: Stored) => {
    const old = await readObject(resource, stored)
    const next = await change(cloneJson(old))
    checkIdentity(target, next, old)
    return write(backend, caller, target, options, { stored, old, next })
  }
  const guess = backend.store.isShared && !options.dryRun ? backend.cache.peek(key) : undefined
  const done = guess && (await changeGuess(backend.store, guess, attempt))
  if (done) return done
  for (let attempts = 1; ; attempts++) {
    const stored = await backend.store.get(key)
    if (!stored) throw errors.notFound(resource.groupResource, name)
    try {
      return await attempt(stored)
    } catch (error) {
      if (!(error instanceof RevisionMismatch)) throw error
      if (!error.current) throw errors.notFound(resource.groupResource, name)
      if (attempts >= conflictAttempts) throw errors.conflict(resource.groupResource, name)
    }
  }
}

interface Change {
  readonly stored: Stored
  readonly old: KubeObject
  readonly next: KubeObject
}

/** @throws RevisionMismatch when another writer was faster, and the change is as good for what that one has made */
async function write(
  backend: Backend,
  caller: Caller,
  target: UpdateTarget,
  options: WriteOptions,
  { stored, old, next }: Change,
): Promise<Stored> {
  const { resource, namespace, name } = target
  const { strategy } = resource.definition
  const prepared = keepServerFields(backend, target, next, old)
  setDefaults(resource.version, prepared)
  const object = options.managedFieldsFinal
    ? prepared
    : await updateManagedFields(old, prepared, fieldWrite(backend, resource, target.subresource, options))
  const request: AdmissionRequest = {
    operation: 'UPDATE',
    resource,
    namespace,
    name,
    object,
    old,
    subresource: target.subresource === '*' ? '' : target.subresource,
    dryRun: options.dryRun,
    options: writeOptionsObject('UPDATE', options),
    ...callerInAdmission(caller),
  }
  await backend.admission.mutate(request)
  checkNamespace(resource, object, namespace)
  // Once more: what the server alone decides is not for admission to change.
  const final = keepServerFields(backend, target, object, old)
  strategy?.prepareForUpdate?.(final, old, request.subresource)
  const admitted = { ...request, object: final }
  return withAllocation(backend.allocator, admitted, () =>
    validateAndStore(backend, caller, admitted, { stored, old, next: final }),
  )
}

async function validateAndStore(
  backend: Backend,
  caller: Caller,
  request: AdmissionRequest,
  { stored, old, next: object }: Change,
): Promise<Stored> {
  const { resource, dryRun } = request
  if (!isOwnSubresource(request)) countGeneration(resource, object, old)
  const ready = validationReady(resource, object)
  if (ready) await ready
  const replaced = { old, subresource: request.subresource }
  validateUpdate(resource, object, replaced, (text) => caller.warn(text))
  await backend.admission.validate(request)
  for (const text of warningsOf(resource, object, replaced)) caller.warn(text)
  const gone = isFinished(resource, object)
  const final = ignoringTimes(object, old)
  if (!gone && jsonEquals(final, old)) return stored
  const inStorage = await toStorage(resource, final)
  validateStorage(resource, inStorage)
  const store = dryRun ? backend.trial : backend.store
  if (gone) {
    // Who watches sees the state before this change go, finalizers and all, as upstream; the answer is what it came to.
    await store.delete(stored.key, stored.revision)
    return encodeStored(stored.key, stored.revision, inStorage)
  }
  const updated = await store.update(stored.key, inStorage, stored.revision, backend.admission.guard(request))
  return dryRun ? updated : noteStored(resource, updated)
}

/** One more when anything but metadata and, where it is a subresource, status has changed (V35). */
function countGeneration(resource: Resource, object: KubeObject, old: KubeObject): void {
  const { rules, verbs } = resource.definition
  if (rules?.noGeneration || (verbs && old.metadata.generation === undefined)) return
  const none = resource.hasStatus ? { metadata: undefined, status: undefined } : { metadata: undefined }
  const content = (of: KubeObject) => ({ ...of, ...none })
  const changed = !jsonEquals(content(object), content(old))
  if (changed) object.metadata.generation = (old.metadata.generation ?? 0) + 1
}

/** What a subresource of the kind's own writes is not what users ask for: binding a pod counts no generation. */
function isOwnSubresource({ resource, subresource }: AdmissionRequest): boolean {
  return Object.hasOwn(resource.version.subresources?.custom ?? {}, subresource)
}

/** A deletion was waiting for finalizers, and the last one is gone (V41). */
function isFinished(resource: Resource, object: KubeObject): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0, finalizers = [] } = object.metadata
  if (deletionTimestamp === undefined || deletionGracePeriodSeconds > 0 || finalizers.length > 0) return false
  return resource.definition.strategy?.mayBeRemoved?.(object) ?? true
}

function checkIdentity(target: UpdateTarget, next: KubeObject, old: KubeObject): void {
  const { resource, name } = target
  checkName(next, name)
  checkNamespace(resource, next, target.namespace)
  const { resourceVersion } = next.metadata
  if (!resourceVersion || resourceVersion === old.metadata.resourceVersion) return
  if (!/^\d+$/.test(resourceVersion)) {
    throw errors.bare(500, `strconv.ParseUint: parsing ${JSON.stringify(resourceVersion)}: invalid syntax`)
  }
  throw errors.conflict(resource.groupResource, name)
}

/** A PUT of another object's uid is a conflict; a patch that changes the uid is invalid (V32). */
function checkUid({ resource, namespace, name }: UpdateTarget, { metadata }: KubeObject, old: KubeObject): void {
  const { uid } = metadata
  if (!uid || uid === old.metadata.uid) return
  const key = resource.builtin ? resource.key(namespace, name).replace(/^[^/]+\//, '') : resource.key(namespace, name)
  throw errors.conflict(
    resource.groupResource,
    name,
    `StorageError: invalid object, Code: 4, Key: /registry/${key}, ResourceVersion: 0, ` +
      `AdditionalErrorMsg: Precondition failed: UID in precondition: ${uid}, UID in object meta: ${old.metadata.uid}`,
  )
}

function checkName(object: KubeObject, name: string): void {
  const inBody = object.metadata.name
  if (inBody && inBody !== name) {
    throw errors.badRequest(`the name of the object (${inBody}) does not match the name on the URL (${name})`)
  }
}

/** Upstream names the resource, not the kind, in this one (V06). */
function mustSpecifyRevision(resource: Resource, current: KubeObject) {
  return errors.invalid({ group: resource.group, kind: resource.plural }, current.metadata.name ?? '', [
    fieldError.invalid('metadata.resourceVersion', 0, 'must be specified for an update'),
  ])
}
