import { errors } from '../../meta/status.js'
import type { AdmissionRequest } from '../../registry/admission.js'
import type { Resource } from '../../registry/resource.js'
import { objectsIn } from '../objects-in.js'

/**
 * The object and the one before, in the version a webhook wants to see.
 * @throws StatusError when they can't be converted: upstream wraps that in an internal error twice, whatever the
 * webhook's failurePolicy
 */
export async function objectsForHook(request: AdmissionRequest, seen: Resource): ReturnType<typeof objectsIn> {
  try {
    return await objectsIn(request, seen)
  } catch (error) {
    throw errors.internal(errors.internal((error as Error).message).message)
  }
}
