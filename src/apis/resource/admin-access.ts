import { type FieldError, fieldError } from '../../meta/field-error.js'
import type { KubeObject } from '../../meta/object.js'
import type { ObjectReader } from '../../registry/strategy.js'
import { each } from '../field-checks.js'
import type { ClaimSpec, ClaimStatus } from './device-spec.js'

const label = 'resource.kubernetes.io/admin-access'
const namespaces = { group: '', names: { plural: 'namespaces' } }

/** Devices that are in use are for those whose namespace says so. */
export function checkRequestedAccess(object: KubeObject, spec: ClaimSpec, objects: ObjectReader): FieldError[] {
  const { requests = [] } = spec.devices ?? {}
  return checkAccess(
    object,
    objects,
    'spec.devices.requests',
    requests.map(({ exactly }) => exactly),
  )
}

/** The same of devices that were given. */
export function checkGivenAccess(object: KubeObject, status: ClaimStatus, objects: ObjectReader): FieldError[] {
  return checkAccess(object, objects, 'status.allocation.devices.results', status.allocation?.devices?.results ?? [])
}

function checkAccess(
  { metadata: { namespace = '' } }: KubeObject,
  objects: ObjectReader,
  path: string,
  wanted: readonly ({ readonly adminAccess?: boolean } | undefined)[],
): FieldError[] {
  if (objects.get(namespaces, namespace)?.metadata.labels?.[label] === 'true') return []
  const why = `admin access to devices requires the \`${label}: true\` label on the containing namespace`
  return each(wanted, path, (one, at) => (one?.adminAccess ? [fieldError.forbidden(`${at}.adminAccess`, why)] : []))
}
