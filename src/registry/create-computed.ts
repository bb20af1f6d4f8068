import { updateManagedFields } from '../apply/update-managed-fields.js'
import type { KubeObject } from '../meta/object.js'
import { errors } from '../meta/status.js'
import type { AdmissionRequest } from './admission.js'
import { type Backend, type Caller, callerInAdmission } from './backend.js'
import { checkNamespace } from './create.js'
import { fieldWrite } from './managed-fields.js'
import { type WriteOptions, writeOptionsObject } from './options.js'
import { setDefaults, toStorage } from './read.js'
import type { CollectionTarget, UpdateTarget } from './target.js'
import { validateComputed } from './validate.js'

/** What is created, where, and below what: `serviceaccounts/<name>/token` belongs to another object. */
export interface ComputedTarget extends CollectionTarget {
  readonly below?: Pick<UpdateTarget, 'resource' | 'name' | 'subresource'> | undefined
}

/**
 * POST of a resource that is not stored, or of a subresource that makes one. `object` is in the request's version and
 * the caller's to give away.
 * @throws StatusError MethodNotAllowed, Invalid, Forbidden
 */
export async function createComputed(
  backend: Backend,
  caller: Caller,
  { resource, namespace, below }: ComputedTarget,
  object: KubeObject,
  options: WriteOptions,
): Promise<KubeObject> {
  const { verbs } = resource.definition
  if (!verbs?.create) throw errors.methodNotAllowed()
  checkNamespace(resource, object, namespace)
  object.metadata = { ...metadataOf(object, below), ...(resource.namespaced ? { namespace } : {}) }
  setDefaults(resource.version, object)
  const subresource = below?.subresource ?? ''
  const tracked = await updateManagedFields(undefined, object, fieldWrite(backend, resource, subresource, options))
  const request: AdmissionRequest = {
    operation: 'CREATE',
    resource: below?.resource ?? resource,
    subresource,
    namespace,
    name: below?.name ?? object.metadata.name ?? '',
    object: tracked,
    old: undefined,
    dryRun: options.dryRun,
    options: writeOptionsObject('CREATE', options),
    ...callerInAdmission(caller),
  }
  await backend.admission.mutate(request)
  validateComputed(resource, tracked)
  await backend.admission.validate(request)
  const call = { namespace, name: below?.name ?? '', user: caller.user, dryRun: options.dryRun }
  return verbs.create(call, await toStorage(resource, tracked))
}

/** What only the server says of an object; below another one the uid says which one is meant. */
function metadataOf({ metadata }: KubeObject, below: ComputedTarget['below']): KubeObject['metadata'] {
  const { uid, creationTimestamp: _c, deletionTimestamp: _d, deletionGracePeriodSeconds: _g, ...given } = metadata
  return below && uid !== undefined ? { ...given, uid } : given
}
