import { errors } from '../meta/status.js'
import type { Admission, AdmissionRequest } from '../registry/admission.js'
import type { Resource } from '../registry/resource.js'
import type { Stored } from '../store/store.js'

/** What is known of the definition of a custom resource at this moment. */
export interface DefinitionState {
  /** The resource is served, by the definition the request has begun with. */
  readonly current: boolean
  readonly terminating: boolean
  /** Undefined where it is not stored: it is of a module. */
  readonly stored: Stored | undefined
}

/**
 * Nothing is created while the definition of a custom resource is being removed (API-SEMANTICS R07), and nothing is
 * written by a definition that another one has replaced since: the client is asked to come again, as upstream asks it
 * while it sets up the storage anew. Asked again when the write is queued: what was judged by the old definition is
 * not stored under the new one.
 */
export function definitionLifecycle(lookup: (resource: Resource) => DefinitionState): Admission {
  const refuseCreation = ({ operation, resource, name }: AdmissionRequest, { terminating }: DefinitionState) => {
    if (operation !== 'CREATE' || !terminating) return
    const why = 'create not allowed while custom resource definition is terminating'
    throw errors.forbidden(resource.groupResource, name, why)
  }
  return {
    concerns: ({ builtin }) => !builtin,
    mutate: (request) => refuseCreation(request, lookup(request.resource)),
    guard: (request) => (looked) => {
      const state = lookup(request.resource)
      refuseCreation(request, state)
      if (state.stored) looked.at(state.stored)
      if (!state.current) throw errors.tooManyRequests('storage is (re)initializing', 1)
    },
  }
}
