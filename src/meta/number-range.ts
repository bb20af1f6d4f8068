/** A range of numbers somebody may be given one of: addresses of a network, ports of a node. */
export interface NumberRange {
  /** As messages show it: `10.0.0.0/16`, `30000-32767`. */
  readonly text: string
  readonly first: number
  readonly size: number
}

/**
 * An IPv4 network such as `10.0.0.0/16`, of 2 addresses and more; its own and the broadcast address are not in it.
 * undefined: it is none.
 */
export function parseIpRange(cidr: string): NumberRange | undefined {
  const [, address = '', bits] = /^([\d.]+)\/(\d{1,2})$/.exec(cidr) ?? []
  const [base, prefix] = [ipNumber(address), Number(bits)]
  if (base === undefined || prefix < 8 || prefix > 30) return undefined
  const hosts = 2 ** (32 - prefix)
  const network = base - (base % hosts)
  return { text: `${ipText(network)}/${prefix}`, first: network + 1, size: hosts - 2 }
}

/** Ports such as `30000-32767`, both ends included. undefined: it is no range. */
export function parsePortRange(text: string): NumberRange | undefined {
  const [, from, to] = /^(\d{1,5})-(\d{1,5})$/.exec(text) ?? []
  const [first, last] = [Number(from), Number(to)]
  if (from === undefined || first < 1 || last < first || last > 65_535) return undefined
  return { text, first, size: last - first + 1 }
}

/** An IPv4 address as a number; undefined: it is none. */
export function ipNumber(text: string): number | undefined {
  const parts = text.split('.')
  const isByte = (part: string) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256
  if (parts.length !== 4 || !parts.every(isByte)) return undefined
  return parts.reduce((number, part) => number * 256 + Number(part), 0)
}

export function ipText(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.')
}
