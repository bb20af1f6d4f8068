import { errors } from '../meta/status.js'
import type { Admission, AdmissionRequest, NamespaceState } from '../registry/admission.js'

const namespaces = { group: '', resource: 'namespaces' }

/**
 * Nothing is created in a namespace that is missing or on its way out (API-SEMANTICS V04, V53). `lookup` knows what this
 * server has seen; before it refuses, `fresh` waits for what others have written. Asked again when the write is queued,
 * and the store holds the write to the namespace that was seen then: one that went meanwhile leaves nothing behind.
 */
export function namespaceLifecycle(
  lookup: (name: string) => NamespaceState | undefined,
  fresh: () => Promise<void>,
): Admission {
  const check = (request: AdmissionRequest) => {
    const namespace = lookup(request.namespace)
    if (!namespace) throw errors.notFound(namespaces, request.namespace)
    if (namespace.terminating) throw namespaceTerminating(request)
    return namespace
  }
  const mayRefuse = (request: AdmissionRequest) => lookup(request.namespace)?.terminating !== false
  const isNew = ({ operation }: AdmissionRequest) => operation === 'CREATE'
  return {
    concerns: ({ namespaced }) => namespaced,
    validate: (request) => {
      if (isNew(request) && mayRefuse(request)) return fresh().then(() => void check(request))
    },
    guard: (request) => (isNew(request) ? (looked) => looked.at(check(request).stored) : undefined),
  }
}

/** 403 for what would be created in a namespace that is on its way out. */
export function namespaceTerminating({ resource, name, namespace }: AdmissionRequest) {
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`
  return errors.forbidden(resource.groupResource, name, why, [
    {
      reason: 'NamespaceTerminating',
      message: `namespace ${namespace} is being terminated`,
      field: 'metadata.namespace',
    },
  ])
}
