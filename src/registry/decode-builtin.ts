import { TypedDecodeError } from '../codec/typed/decode-error.js'
import type { JsonObject } from '../meta/object.js'
import { errors } from '../meta/status.js'
import type { Resource } from './resource.js'

/**
 * Reads a body's members as the types of a kind of Kubernetes' own, in place (API-SEMANTICS E10, V63, V64). To be called
 * after unknown fields have been told of: it drops them. Nothing is done for other kinds.
 * @throws StatusError BadRequest with Go's words for a value of a wrong type
 */
export function decodeBuiltin({ kind, version }: Resource, object: JsonObject): void {
  try {
    version.decode?.(object)
  } catch (error) {
    if (!(error instanceof TypedDecodeError)) throw error
    throw errors.badRequest(`${kind} in version "${version.name}" cannot be handled as a ${kind}: ${error.message}`)
  }
}
