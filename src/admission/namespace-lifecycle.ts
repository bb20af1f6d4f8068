import { errors } from '../meta/status.js'
import type { Admission, AdmissionRequest } from '../registry/admission.js'

const namespaces = { group: '', resource: 'namespaces' }

/**
 * Nothing is created in a namespace that is missing or on its way out (API-SEMANTICS V04, V53). Asked again when the
 * write is queued: a namespace that went meanwhile leaves nothing behind.
 */
export function namespaceLifecycle(lookup: (name: string) => { terminating: boolean } | undefined): Admission {
  const check = (request: AdmissionRequest) => {
    const namespace = lookup(request.namespace)
    if (!namespace) throw errors.notFound(namespaces, request.namespace)
    if (namespace.terminating) throw terminating(request)
  }
  const applies = (request: AdmissionRequest) => request.operation === 'CREATE' && request.resource.namespaced
  return {
    validate: (request) => {
      if (applies(request)) check(request)
    },
    guard: (request) => (applies(request) ? () => check(request) : undefined),
  }
}

function terminating({ resource, name, namespace }: AdmissionRequest) {
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`
  return errors.forbidden(resource.groupResource, name, why, [
    {
      reason: 'NamespaceTerminating',
      message: `namespace ${namespace} is being terminated`,
      field: 'metadata.namespace',
    },
  ])
}
