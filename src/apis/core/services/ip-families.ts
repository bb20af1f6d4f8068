import { type FieldError, fieldError } from '../../../meta/field-error.js'
import { parseIpAddress } from '../../../meta/ip-address.js'
import { isHeadless, type ServiceSpec } from './service-spec.js'

/** The one family that services get addresses of. */
const servedFamily = 'IPv4'

/**
 * Fills in which families of addresses a service has. One that has neither an address nor pods to select may be of
 * both, since nobody gives it any.
 */
export function setIpFamilies(spec: ServiceSpec): void {
  if (spec.type === 'ExternalName') return
  const { clusterIPs = [], ipFamilies = [], selector = {} } = spec
  if (isHeadless(spec) && Object.keys(selector).length === 0) {
    spec.ipFamilyPolicy ??= 'RequireDualStack'
    if (spec.ipFamilyPolicy !== 'SingleStack') {
      const [first = servedFamily] = ipFamilies
      spec.ipFamilies = ipFamilies.length > 1 ? ipFamilies : [first, first === 'IPv4' ? 'IPv6' : 'IPv4']
      return
    }
  }
  spec.ipFamilyPolicy ??= 'SingleStack'
  if (ipFamilies.length > 0) return
  const families = isHeadless(spec) ? [] : clusterIPs.map(familyOf)
  spec.ipFamilies = families.length > 0 ? families : [servedFamily]
}

/** What can't be had here: no address is given of the other family. */
export function validateServedFamilies(spec: ServiceSpec): FieldError[] {
  const { type, ipFamilyPolicy, ipFamilies = [], selector = {} } = spec
  const free = isHeadless(spec) && Object.keys(selector).length === 0
  if (type === 'ExternalName' || free) return []
  const found: FieldError[] = []
  if (ipFamilyPolicy === 'RequireDualStack') {
    const why = 'this cluster is not configured for dual-stack services'
    found.push(fieldError.invalid('spec.ipFamilyPolicy', ipFamilyPolicy, why))
  }
  for (const [i, family] of ipFamilies.entries()) {
    if (family === servedFamily) continue
    found.push(fieldError.invalid(`spec.ipFamilies[${i}]`, family, 'not configured on this cluster'))
  }
  return found
}

function familyOf(ip: string): string {
  return parseIpAddress(ip)?.bytes.length === 16 ? 'IPv6' : 'IPv4'
}
