import type { GroupVersionKind } from '../../meta/gvk.js'
import type { JsonObject } from '../../meta/object.js'
import type { UserInfo } from '../../meta/user.js'
import type { AdmissionRequest } from '../../registry/admission.js'
import type { Resource } from '../../registry/resource.js'

/** A write as `request` of webhooks and policies, without the objects (admission.k8s.io/v1 AdmissionRequest). */
export function requestObject(request: AdmissionRequest, seen: Resource): JsonObject {
  const { resource, kind, subresource, namespace, name, operation, user, dryRun, options } = request
  const sub = (member: string) => (subresource === '' ? {} : { [member]: subresource })
  return {
    kind: kindOf(kind ?? seen.groupVersionKind),
    resource: resourceOf(seen),
    ...sub('subResource'),
    requestKind: kindOf(kind ?? resource.groupVersionKind),
    requestResource: resourceOf(resource),
    ...sub('requestSubResource'),
    ...(name === '' ? {} : { name }),
    ...(namespace === '' ? {} : { namespace }),
    operation,
    userInfo: userObject(user),
    dryRun,
    options,
  }
}

function kindOf({ group, version, kind }: GroupVersionKind): JsonObject {
  return { group, version, kind }
}

function resourceOf({ group, version, plural }: Resource): JsonObject {
  return { group, version: version.name, resource: plural }
}

function userObject({ name, uid, groups, extra }: UserInfo): JsonObject {
  return { username: name, ...(uid ? { uid } : {}), groups: [...groups], ...(extra ? { extra } : {}) }
}
