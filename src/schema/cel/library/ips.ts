import { quoteGo } from '../../../meta/go-quote.js'
import { add, exactly, perCharacter, times } from '../cost-range.js'
import { global, method, type Overload, type Price } from '../overload.js'
import { fixed, traversal } from '../price.js'
import { sizeOf } from '../size.js'
import { Failure, fail, noSuchOverload, OpaqueValue } from '../value.js'
import { type Address, formatAddress, isMapped, mask, parseAddress, sameAddress } from './ip-address.js'

class IpValue extends OpaqueValue {
  readonly type = 'net.IP'

  constructor(readonly address: Address) {
    super()
  }

  override size(): number {
    return this.address.length
  }

  equals(other: OpaqueValue): boolean {
    return other instanceof IpValue && sameAddress(this.address, other.address)
  }

  override toString(): string {
    return formatAddress(this.address)
  }
}

class CidrValue extends OpaqueValue {
  readonly type = 'net.CIDR'

  constructor(
    readonly address: Address,
    readonly bits: number,
  ) {
    super()
  }

  override size(): number {
    return Math.ceil(this.bits / 8)
  }

  equals(other: OpaqueValue): boolean {
    return other instanceof CidrValue && this.bits === other.bits && sameAddress(this.address, other.address)
  }

  contains(address: Address): boolean {
    return sameAddress(mask(this.address, this.bits), mask(address, this.bits))
  }
}

/** What a function that fails says, after a text that tells where. */
function within<T>(before: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw error instanceof Failure ? new Failure(`${before}${error.message}`) : error
  }
}

function parseIp(text: string): IpValue {
  const address = within(`IP Address ${quoteGo(text)} parse error during conversion from string: `, () =>
    parseAddress(text),
  )
  if (text.includes('%')) fail(`IP address ${quoteGo(text)} with zone value is not allowed`)
  if (isMapped(address)) fail(`IPv4-mapped IPv6 address ${quoteGo(text)} is not allowed`)
  return new IpValue(address)
}

function parseCidr(text: string): CidrValue {
  const where = 'network address parse error during conversion from string: '
  return within(where, () => {
    const cidr = within(`${where}netip.ParsePrefix(${quoteGo(text)}): `, () => readPrefix(text))
    return isMapped(cidr.address) ? fail(`IPv4-mapped IPv6 address ${quoteGo(text)} is not allowed`) : cidr
  })
}

function readPrefix(text: string): CidrValue {
  const slash = text.lastIndexOf('/')
  if (slash < 0) fail("no '/'")
  const address = parseAddress(text.slice(0, slash))
  if (text.slice(0, slash).includes('%')) fail('IPv6 zones cannot be present in a prefix')
  const bits = text.slice(slash + 1)
  if (!/^(?:0|[1-9]\d*)$/.test(bits)) fail(`bad bits after slash: ${quoteGo(bits)}`)
  return Number(bits) > address.length * 8 ? fail('prefix length out of range') : new CidrValue(address, Number(bits))
}

function succeeds(parse: (text: string) => unknown): (text: string) => boolean {
  return (text) => {
    try {
      parse(text)
      return true
    } catch {
      return false
    }
  }
}

const isUnspecified = ({ address }: IpValue) => address.every((byte) => byte === 0)

function isLoopback({ address }: IpValue): boolean {
  if (address.length === 4) return address[0] === 127
  return address.every((byte, i) => byte === (i === 15 ? 1 : 0))
}

function isMulticast({ address }: IpValue): boolean {
  const first = address[0] ?? 0
  return address.length === 4 ? first >> 4 === 14 : first === 255
}

function isLinkLocalMulticast({ address }: IpValue): boolean {
  const [first = 0, second = 0, third = 0] = address
  return address.length === 4 ? first === 224 && second === 0 && third === 0 : first === 255 && (second & 15) === 2
}

function isLinkLocalUnicast({ address }: IpValue): boolean {
  const [first = 0, second = 0] = address
  return address.length === 4 ? first === 169 && second === 254 : first === 254 && (second & 192) === 128
}

function isGlobalUnicast(ip: IpValue): boolean {
  const isBroadcast = ip.address.length === 4 && ip.address.every((byte) => byte === 255)
  return !isBroadcast && !isUnspecified(ip) && !isLoopback(ip) && !isMulticast(ip) && !isLinkLocalUnicast(ip)
}

function containsCidr(outer: CidrValue, inner: CidrValue): boolean {
  return outer.address.length === inner.address.length && outer.bits <= inner.bits && outer.contains(inner.address)
}

/** A text that is no address fits no overload. */
function orRefuse(contains: (cidr: CidrValue, text: string) => boolean): (cidr: CidrValue, text: string) => boolean {
  return (cidr, text) => {
    try {
      return contains(cidr, text)
    } catch {
      return noSuchOverload()
    }
  }
}

const containsIpText = (cidr: CidrValue, text: string) => cidr.contains(parseIp(text).address)
const containsCidrText = (cidr: CidrValue, text: string) => containsCidr(cidr, parseCidr(text))

const addressSize = { min: 4, max: 16 }

/** Two lists of bytes are compared; a network is masked first, and a text read. */
function containment(network: boolean, text: boolean): Price {
  return {
    actual: ([cidr = null, other = null]) => {
      const size = sizeOf(cidr)
      const masking = network ? Math.ceil(size * perCharacter) + 1 : 0
      return Math.ceil(2 * size * perCharacter) + masking + (text ? Math.ceil(sizeOf(other) * perCharacter) : 0)
    },
    estimate: ({ args }) => {
      let cost = times(add(addressSize, addressSize), perCharacter)
      if (network) cost = add(add(cost, times(addressSize, perCharacter)), exactly(1))
      return { cost: text && args[0] ? add(cost, times(args[0].size, perCharacter)) : cost }
    },
  }
}

const one = fixed(1)
const isIp = succeeds(parseIp)
const showCidr = ({ address, bits }: CidrValue) => `${formatAddress(address)}/${bits}`

export const ips: readonly Overload[] = [
  global('ip(string) net.IP', parseIp, traversal()),
  global('isIP(string) bool', isIp, traversal()),
  global('ip.isCanonical(string) bool', (text: string) => formatAddress(parseIp(text).address) === text, traversal(2)),
  global('string(net.IP) string', String),
  method('family(net.IP) int', ({ address }: IpValue) => (address.length === 4 ? 4n : 6n), one),
  method('isUnspecified(net.IP) bool', isUnspecified, one),
  method('isLoopback(net.IP) bool', isLoopback, one),
  method('isLinkLocalMulticast(net.IP) bool', isLinkLocalMulticast, one),
  method('isLinkLocalUnicast(net.IP) bool', isLinkLocalUnicast, one),
  method('isGlobalUnicast(net.IP) bool', isGlobalUnicast, one),
  global('cidr(string) net.CIDR', parseCidr, traversal()),
  global('isCIDR(string) bool', succeeds(parseCidr), traversal()),
  global('string(net.CIDR) string', showCidr),
  method('containsIP(net.CIDR, string) bool', orRefuse(containsIpText), containment(false, true)),
  method(
    'containsIP(net.CIDR, net.IP) bool',
    (a: CidrValue, b: IpValue) => a.contains(b.address),
    containment(false, false),
  ),
  method('containsCIDR(net.CIDR, string) bool', orRefuse(containsCidrText), containment(true, true)),
  method('containsCIDR(net.CIDR, net.CIDR) bool', containsCidr, containment(true, false)),
  method('ip(net.CIDR) net.IP', ({ address }: CidrValue) => new IpValue(address), one),
  method('prefixLength(net.CIDR) int', ({ bits }: CidrValue) => BigInt(bits), one),
  method('masked(net.CIDR) net.CIDR', ({ address, bits }: CidrValue) => new CidrValue(mask(address, bits), bits), one),
]
