/** An address of either family; `bytes` are 4 or 16 in network order. */
export interface IpAddress {
  readonly bytes: readonly number[]
  /** Written with zeros in front of a part, which some read as octal. */
  readonly hasLeadingZeros: boolean
  /** An IPv4 address written as IPv6: `::ffff:1.2.3.4`. Its bytes are the four of IPv4. */
  readonly isMapped: boolean
}

export interface Cidr {
  readonly address: IpAddress
  readonly prefix: number
}

/** Reads an address as upstream's ParseIPSloppy: zeros in front are tolerated. undefined when it is none. */
export function parseIpAddress(text: string): IpAddress | undefined {
  if (!text.includes(':')) return parseV4(text)
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const [head, tail] = halves.map(parseGroups)
  if (!head || (halves.length === 2 && !tail)) return undefined
  const before = head.bytes
  const after = tail?.bytes ?? []
  const missing = 16 - before.length - after.length
  if (halves.length === 2 ? missing < 2 : missing !== 0) return undefined
  const bytes = [...before, ...Array<number>(missing).fill(0), ...after]
  const isMapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255
  const hasLeadingZeros = head.hasLeadingZeros || tail?.hasLeadingZeros === true
  return { bytes: isMapped ? bytes.slice(12) : bytes, hasLeadingZeros, isMapped }
}

/** Reads `10.0.0.0/8`; the address keeps the bits beyond the prefix. */
export function parseCidr(text: string): (Cidr & { readonly hasLeadingZeros: boolean }) | undefined {
  const slash = text.indexOf('/')
  const [host, length] = [text.slice(0, slash), text.slice(slash + 1)]
  const address = slash < 0 ? undefined : parseIpAddress(host)
  if (!address || !/^\d{1,9}$/.test(length)) return undefined
  const bits = host.includes(':') ? 128 : 32
  const prefix = Number(length) - (address.isMapped ? 96 : 0)
  if (Number(length) > bits || prefix < 0) return undefined
  return { address, prefix, hasLeadingZeros: address.hasLeadingZeros || /^0\d/.test(length) }
}

/** RFC 5952: lower case, the longest run of zeros left out. */
export function formatIpAddress({ bytes }: Pick<IpAddress, 'bytes'>): string {
  if (bytes.length === 4) return bytes.join('.')
  const groups = Array.from({ length: 8 }, (_, i) => ((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0))
  let [start, length] = [-1, 1]
  for (let i = 0; i < 8; i++) {
    let end = i
    while (end < 8 && groups[end] === 0) end++
    if (end - i > length) [start, length] = [i, end - i]
    i = end
  }
  const text = (list: number[]) => list.map((group) => group.toString(16)).join(':')
  return start < 0 ? text(groups) : `${text(groups.slice(0, start))}::${text(groups.slice(start + length))}`
}

export function formatCidr({ address, prefix }: Cidr): string {
  return `${formatIpAddress(networkOf({ address, prefix }))}/${prefix}`
}

/** The first address of the network. */
export function networkOf({ address: { bytes }, prefix }: Cidr): Pick<IpAddress, 'bytes'> {
  const kept = (i: number) => Math.min(8, Math.max(0, prefix - 8 * i))
  return { bytes: bytes.map((byte, i) => byte & (0xff << (8 - kept(i))) & 0xff) }
}

function parseV4(text: string): IpAddress | undefined {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,9}$/.test(part) && Number(part) < 256)) return undefined
  return { bytes: parts.map(Number), hasLeadingZeros: parts.some((part) => /^0\d/.test(part)), isMapped: false }
}

function parseGroups(half: string): { bytes: number[]; hasLeadingZeros: boolean } | undefined {
  if (half === '') return { bytes: [], hasLeadingZeros: false }
  const groups = half.split(':')
  const last = groups.at(-1) ?? ''
  const v4 = last.includes('.') ? parseV4(last) : undefined
  if (last.includes('.')) {
    if (!v4) return undefined
    groups.pop()
  }
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined
  const bytes = groups.flatMap((group) => {
    const value = Number.parseInt(group, 16)
    return [value >> 8, value & 0xff]
  })
  return { bytes: [...bytes, ...(v4?.bytes ?? [])], hasLeadingZeros: v4?.hasLeadingZeros ?? false }
}
