import { type FieldError, fieldError } from '../meta/field-error.js'
import { formatCidr, formatIpAddress, parseCidr, parseIpAddress } from '../meta/ip-address.js'

/** Checks of addresses; what was there before stays allowed, whatever was allowed then. */

export function checkIp(value: string, path: string, before: readonly string[] = []): FieldError[] {
  if (before.includes(value)) return []
  const ip = parseIpAddress(value)
  if (!ip) return [fieldError.invalid(path, value, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)')]
  const found: FieldError[] = []
  if (ip.hasLeadingZeros) found.push(fieldError.invalid(path, value, 'must not have leading 0s'))
  if (ip.isMapped) found.push(fieldError.invalid(path, value, 'must not be an IPv4-mapped IPv6 address'))
  return found
}

/** An address that is also written as it should be. */
export function checkCanonicalIp(value: string, path: string): FieldError[] {
  const found = checkIp(value, path)
  const ip = parseIpAddress(value)
  if (found.length > 0 || !ip || formatIpAddress(ip) === value) return found
  return [fieldError.invalid(path, value, `must be in canonical form ("${formatIpAddress(ip)}")`)]
}

export function checkCidr(value: string, path: string, before: readonly string[] = []): FieldError[] {
  if (before.includes(value)) return []
  const cidr = parseCidr(value)
  if (!cidr) return [fieldError.invalid(path, value, 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)')]
  if (cidr.hasLeadingZeros) {
    return [fieldError.invalid(path, value, 'must not have leading 0s in IP or prefix length')]
  }
  if (cidr.address.isMapped) return [fieldError.invalid(path, value, 'must not have an IPv4-mapped IPv6 address')]
  const hasHostBits = formatCidr(cidr) !== `${formatIpAddress(cidr.address)}/${cidr.prefix}`
  return hasHostBits ? [fieldError.invalid(path, value, 'must not have bits set beyond the prefix length')] : []
}

export function checkCanonicalCidr(value: string, path: string): FieldError[] {
  const found = checkCidr(value, path)
  const cidr = parseCidr(value)
  if (found.length > 0 || !cidr || formatCidr(cidr) === value) return found
  return [fieldError.invalid(path, value, `must be in canonical form ("${formatCidr(cidr)}")`)]
}

/** An address that traffic can be sent to. */
export function checkEndpointIp(value: string, path: string): FieldError[] {
  const ip = parseIpAddress(value)
  if (!ip) return [fieldError.invalid(path, value, 'must be a valid IP address')]
  const [a = 0, b = 0, c = 0] = ip.bytes
  const isV4 = ip.bytes.length === 4
  const allZeroBut = (last: number) => ip.bytes.every((byte, i) => byte === (i === ip.bytes.length - 1 ? last : 0))
  const found: FieldError[] = []
  if (allZeroBut(0)) found.push(fieldError.invalid(path, value, `may not be unspecified (${value})`))
  if (isV4 ? a === 127 : allZeroBut(1)) {
    found.push(fieldError.invalid(path, value, 'may not be in the loopback range (127.0.0.0/8, ::1/128)'))
  }
  if (isV4 ? a === 169 && b === 254 : a === 0xfe && (b & 0xc0) === 0x80) {
    found.push(fieldError.invalid(path, value, 'may not be in the link-local range (169.254.0.0/16, fe80::/10)'))
  }
  if (isV4 ? a === 224 && b === 0 && c === 0 : a === 0xff && (b & 0x0f) === 0x02) {
    found.push(
      fieldError.invalid(path, value, 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)'),
    )
  }
  return found
}

/** Of an address that is right but should be written otherwise. */
export function ipWarnings(value: string, path: string): string[] {
  const ip = parseIpAddress(value)
  if (!ip) return []
  const shown = formatIpAddress(ip)
  if (ip.hasLeadingZeros || ip.isMapped) {
    return [`${path}: non-standard IP address "${value}" is invalid: use "${shown}"`]
  }
  if (ip.bytes.length === 4 || shown === value) return []
  return [`${path}: IPv6 address "${value}" should be in RFC 5952 canonical format ("${shown}")`]
}

export function cidrWarnings(value: string, path: string): string[] {
  const cidr = parseCidr(value)
  if (!cidr) return []
  const shown = formatCidr(cidr)
  const found: string[] = []
  const address = formatIpAddress(cidr.address)
  if (shown !== `${address}/${cidr.prefix}`) {
    const single = `${address}/${8 * cidr.address.bytes.length}`
    found.push(`${path}: CIDR value "${value}" is ambiguous in this context (should be "${shown}" or "${single}"?)`)
  }
  if (cidr.hasLeadingZeros || cidr.address.isMapped) {
    found.push(`${path}: non-standard CIDR value "${value}" is invalid: use "${shown}"`)
  }
  if (found.length > 0 || cidr.address.bytes.length === 4 || shown === value) return found
  return [`${path}: IPv6 CIDR value "${value}" should be in RFC 5952 canonical format ("${shown}")`]
}
