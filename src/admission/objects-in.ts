import type { AdmissionRequest } from '../registry/admission.js'
import { inVersion } from '../registry/read.js'
import type { Resource } from '../registry/resource.js'

/** The object and the one before, in the version a webhook or policy wants to see. */
export async function objectsIn({ resource, object, old }: AdmissionRequest, seen: Resource) {
  if (seen === resource) return { object, old }
  return { object: object && (await inVersion(seen, object)), old: old && (await inVersion(seen, old)) }
}
