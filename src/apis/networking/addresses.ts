import { type FieldError, fieldError } from '../../meta/field-error.js'
import { subdomainErrors } from '../../meta/names.js'
import type { KubeObject } from '../../meta/object.js'
import type { BuiltinKind } from '../builtin-kind.js'
import { age } from '../cells.js'
import { checkImmutable, checkPathSegment, each, invalidBy } from '../field-checks.js'
import { checkCanonicalCidr } from '../ip-checks.js'

interface ParentReference {
  readonly group?: string
  readonly resource?: string
  readonly namespace?: string
  readonly name?: string
}

const parentOf = ({ spec }: KubeObject) => (spec as { parentRef?: ParentReference } | undefined)?.parentRef
const cidrsOf = ({ spec }: KubeObject) => (spec as { cidrs?: readonly string[] } | undefined)?.cidrs ?? []

/** networking.k8s.io/v1 IPAddress: that an address of services is taken, and by what. */
export const ipAddresses: BuiltinKind = {
  strategy: {
    validate: (address) => validateParent(parentOf(address), 'spec.parentRef'),
    validateUpdate: (address, old) =>
      checkImmutable(parentOf(address), parentOf(old), 'spec.parentRef', 'networking.v1.ParentReference'),
  },
  cells: {
    ParentRef: (address) => {
      const { group = '', resource = '', namespace = '', name = '' } = parentOf(address) ?? {}
      return [`${resource}${group && `.${group}`}`, ...(namespace ? [namespace] : []), name].join('/')
    },
    Age: age,
  },
}

/** networking.k8s.io/v1 ServiceCIDR: a range that services get addresses of. */
export const serviceCidrs: BuiltinKind = {
  strategy: {
    validate: (range, update) => (update ? [] : validateCidrs(cidrsOf(range))),
    validateUpdate: (range, old, subresource) =>
      subresource === 'status' ? [] : validateCidrsChange(cidrsOf(range), cidrsOf(old)),
  },
  cells: { CIDRs: (range) => cidrsOf(range).join(','), Age: age },
}

function validateParent(parent: ParentReference | undefined, path: string): FieldError[] {
  if (!parent) return [fieldError.required(path)]
  const { group, resource, namespace, name } = parent
  return [
    ...(group ? invalidBy(`${path}.group`, group, subdomainErrors(group)) : []),
    ...checkPathSegment(resource, `${path}.resource`),
    ...checkPathSegment(name, `${path}.name`),
    ...(namespace ? checkPathSegment(namespace, `${path}.namespace`) : []),
  ]
}

/** One of the other family may be added. */
function validateCidrsChange(cidrs: readonly string[], old: readonly string[]): FieldError[] {
  const path = 'spec.cidrs'
  const [one, two] = [old.length === 1, cidrs.length === 2]
  if (cidrs.length !== old.length && !(one && two)) return [fieldError.invalid(path, cidrs, 'field is immutable')]
  const found = each(old, path, (before, at, i) => checkImmutable(cidrs[i], before, at))
  return cidrs.length === old.length ? found : [...found, ...validateCidrs(cidrs)]
}

/** One of each family at most. */
function validateCidrs(cidrs: readonly string[]): FieldError[] {
  const path = 'spec.cidrs'
  if (cidrs.length === 0) return [fieldError.required(path, 'at least one CIDR required')]
  if (cidrs.length > 2) return [fieldError.invalid(path, cidrs, 'may only hold up to 2 values')]
  const found = each(cidrs, path, checkCanonicalCidr)
  const isV6 = (cidr: string) => cidr.includes(':')
  const [first = '', second] = cidrs
  if (found.length > 0 || second === undefined || isV6(first) !== isV6(second)) return found
  const why = 'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64'
  return [fieldError.invalid(path, cidrs, why)]
}
