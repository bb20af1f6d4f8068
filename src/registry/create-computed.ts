import { updateManagedFields } from '../apply/update-managed-fields.js'
import type { KubeObject } from '../meta/object.js'
import { errors } from '../meta/status.js'
import type { AdmissionRequest } from './admission.js'
import type { Backend, Caller } from './backend.js'
import { checkNamespace } from './create.js'
import { fieldWrite } from './managed-fields.js'
import type { WriteOptions } from './options.js'
import { setDefaults } from './read.js'
import type { Resource } from './resource.js'
import { validateComputed } from './validate.js'

/**
 * POST of a resource that is not stored. `object` is in the request's version and the caller's to give away.
 * @throws StatusError MethodNotAllowed, Invalid, Forbidden
 */
export async function createComputed(
  backend: Backend,
  caller: Caller,
  resource: Resource,
  namespace: string,
  object: KubeObject,
  options: WriteOptions,
): Promise<KubeObject> {
  const { verbs } = resource.definition
  if (!verbs?.create) throw errors.methodNotAllowed()
  checkNamespace(resource, object, namespace)
  const {
    uid: _u,
    creationTimestamp: _c,
    deletionTimestamp: _d,
    deletionGracePeriodSeconds: _g,
    ...given
  } = object.metadata
  object.metadata = { ...given, ...(resource.namespaced ? { namespace } : {}) }
  setDefaults(resource.version, object)
  const tracked = await updateManagedFields(undefined, object, fieldWrite(backend, resource, '', options))
  const request: AdmissionRequest = {
    operation: 'CREATE',
    resource,
    subresource: '',
    namespace,
    name: object.metadata.name ?? '',
    object: tracked,
    old: undefined,
    user: caller.user,
    dryRun: options.dryRun,
  }
  await backend.admission.mutate(request)
  validateComputed(resource, tracked)
  await backend.admission.validate(request)
  return verbs.create({ namespace, user: caller.user, dryRun: options.dryRun }, tracked)
}
