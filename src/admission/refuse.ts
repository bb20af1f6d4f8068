import { errors, type StatusError } from '../meta/status.js'
import type { AdmissionRequest } from '../registry/admission.js'

/** 403, as upstream's plugins refuse. */
export function refusal({ resource, object, name }: AdmissionRequest, why: string): StatusError {
  return errors.forbidden(resource.groupResource, object?.metadata.name || name, why)
}

/** Whether the request writes such an object itself, none of its subresources. */
export function isWriteOf({ resource, subresource, object }: AdmissionRequest, group: string, plural: string): boolean {
  return subresource === '' && object !== undefined && resource.group === group && resource.plural === plural
}
