import { updateManagedFields } from '../apply/update-managed-fields.js'
import { fieldError } from '../meta/field-error.js'
import { generateName } from '../meta/generate-name.js'
import { cloneJson } from '../meta/json-clone.js'
import type { KubeObject } from '../meta/object.js'
import { errors } from '../meta/status.js'
import { KeyExists, type Stored } from '../store/store.js'
import type { AdmissionRequest } from './admission.js'
import { withAllocation } from './allocator.js'
import { type Backend, type Caller, callerInAdmission, timestamp } from './backend.js'
import { isBeingDeleted } from './being-deleted.js'
import { fieldWrite } from './managed-fields.js'
import { type WriteOptions, writeOptionsObject } from './options.js'
import { noteStored, setDefaults, toStorage } from './read.js'
import type { Resource } from './resource.js'
import type { CollectionTarget } from './target.js'
import { validateNew, validateStorage, validationReady, warningsOf } from './validate.js'

export interface CreateOptions extends WriteOptions {
  /** Status counts although it is a subresource: the object comes from a file. */
  readonly withStatus?: boolean
  /** An object that existed before keeps its uid, creationTimestamp, generation and deletionTimestamp. */
  readonly adopting?: boolean
}

/** Attempts at a free generated name (API-SEMANTICS V23). */
const generateNameAttempts = 8

/**
 * Creates `object`, which is in the request's version and the caller's to give away. Answers with what was stored; for
 * a dry run with what would have been.
 * @throws StatusError AlreadyExists, Invalid, NotFound or Forbidden for its namespace
 */
export async function create(
  backend: Backend,
  caller: Caller,
  target: CollectionTarget,
  object: KubeObject,
  options: CreateOptions,
): Promise<Stored> {
  const { resource, namespace } = target
  checkNamespace(resource, object, namespace)
  // A dry run ends before the store, which alone minds.
  if (object.metadata.resourceVersion && !options.dryRun) {
    throw errors.bare(500, 'resourceVersion should not be set on objects to be created')
  }
  const { generateName: base } = object.metadata
  const name = object.metadata.name || (base || !resource.definition.rules?.namesItself ? '' : backend.newUid())
  if (!name && !base) {
    throw errors.invalid(resource.groupVersionKind, '', [
      fieldError.required('metadata.name', 'name or generateName is required'),
    ])
  }
  for (let attempt = 1; ; attempt++) {
    const named = { ...object, metadata: { ...object.metadata, name: name || generateName(base ?? '') } }
    try {
      return await createNamed(backend, caller, target, named, options)
    } catch (error) {
      if (!(error instanceof KeyExists)) throw error
      if (!name && attempt < generateNameAttempts) continue
      throw exists(resource, named.metadata.name ?? '', error.current, !name)
    }
  }
}

async function createNamed(
  backend: Backend,
  caller: Caller,
  target: CollectionTarget,
  given: KubeObject,
  options: CreateOptions,
): Promise<Stored> {
  const { resource, namespace } = target
  const name = given.metadata.name ?? ''
  prepare(backend, target, given, options)
  setDefaults(resource.version, given)
  const write = fieldWrite(backend, resource, options.withStatus ? '*' : '', options)
  const object = options.managedFieldsFinal ? given : await updateManagedFields(undefined, given, write)
  const request: AdmissionRequest = {
    operation: 'CREATE',
    resource,
    subresource: '',
    namespace,
    name,
    object,
    old: undefined,
    dryRun: options.dryRun,
    options: writeOptionsObject('CREATE', options),
    ...callerInAdmission(caller),
  }
  const own = { ...object.metadata }
  // What a new object shows of a status nobody has written yet.
  const status = object.status === undefined ? undefined : cloneJson(object.status)
  await backend.admission.mutate(request)
  checkNamespace(resource, object, namespace)
  if (resource.namespaced) object.metadata.namespace = namespace
  keepOwn(object, own)
  if (resource.hasStatus && !options.withStatus) {
    if (status === undefined) delete object.status
    else object.status = status
  }
  resource.definition.strategy?.prepareForCreate?.(object)
  // Admission may have given it another name.
  const final = { ...request, name: object.metadata.name ?? '' }
  return withAllocation(backend.allocator, final, () => validateAndStore(backend, caller, final, object))
}

/** What the server alone decides is not for admission to change. An object is slow once a member was deleted: seldom. */
function keepOwn({ metadata }: KubeObject, own: KubeObject['metadata']): void {
  for (const name of ['uid', 'creationTimestamp', 'generation'] as const) {
    if (metadata[name] !== own[name]) Object.assign(metadata, { [name]: own[name] })
  }
  for (const name of ['resourceVersion', 'deletionTimestamp', 'deletionGracePeriodSeconds'] as const) {
    if (metadata[name] !== undefined) delete metadata[name]
  }
}

async function validateAndStore(
  backend: Backend,
  caller: Caller,
  request: AdmissionRequest,
  object: KubeObject,
): Promise<Stored> {
  const { resource, namespace, name, dryRun } = request
  const ready = validationReady(resource, object)
  if (ready) await ready
  validateNew(resource, object)
  await backend.admission.validate(request)
  for (const text of warningsOf(resource, object, undefined)) caller.warn(text)
  const stored = await toStorage(resource, object)
  validateStorage(resource, stored)
  const store = dryRun ? backend.trial : backend.store
  const key = resource.key(namespace, name)
  const created = await store.create(key, stored, backend.admission.guard(request))
  return dryRun ? created : noteStored(resource, created)
}

/** What the server alone decides about a new object (V30, V35); status is for the status subresource. */
function prepare(
  backend: Backend,
  { resource, namespace }: CollectionTarget,
  object: KubeObject,
  { withStatus, adopting }: CreateOptions,
): void {
  const { metadata } = object
  if (resource.namespaced) metadata.namespace = namespace
  else delete metadata.namespace
  if (resource.hasStatus && !withStatus) delete object.status
  const counted = !resource.definition.rules?.noGeneration
  if (adopting && metadata.uid && metadata.creationTimestamp) {
    if (counted) metadata.generation ??= 1
    return
  }
  metadata.uid = backend.newUid()
  metadata.creationTimestamp = timestamp(backend.now())
  delete metadata.deletionTimestamp
  delete metadata.deletionGracePeriodSeconds
  if (counted) metadata.generation = 1
}

/** A namespace in the body must be the one of the request, or be left out (V24). What has none loses it. */
export function checkNamespace(resource: Resource, object: KubeObject, namespace: string): void {
  if (!resource.namespaced) {
    delete object.metadata.namespace
    return
  }
  const inBody = object.metadata.namespace
  if (inBody && inBody !== namespace) {
    throw errors.badRequest('the namespace of the provided object does not match the namespace sent on the request')
  }
}

function exists(resource: Resource, name: string, current: Stored, generated: boolean) {
  if (generated) return errors.generateNameConflict(resource.groupResource, name)
  return errors.alreadyExists(resource.groupResource, name, isBeingDeleted(current))
}
