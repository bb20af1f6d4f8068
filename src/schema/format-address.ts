/** Formats of network addresses, as kube-openapi's strfmt takes them. */

/** An IPv4 address, or an IPv6 address that ends in one. Zeros in front are tolerated. */
export function isIpv4(text: string): boolean {
  return text.includes('.') && (isDotted(text, true) || isColoned(text, true))
}

export function isIpv6(text: string): boolean {
  return isColoned(text, false)
}

/** An address and the length of its prefix: `10.0.0.0/8`. */
export function isCidr(text: string): boolean {
  const slash = text.indexOf('/')
  if (slash < 0) return false
  const [address, length] = [text.slice(0, slash), text.slice(slash + 1)]
  if (!/^\d+$/.test(length)) return false
  if (isDotted(address, true)) return Number(length) <= 32
  return isColoned(address, true) && Number(length) <= 128
}

/** `lax`: zeros in front are tolerated, as Go did before 1.17. */
function isDotted(text: string, lax: boolean): boolean {
  const parts = text.split('.')
  return (
    parts.length === 4 &&
    parts.every((part) => /^\d+$/.test(part) && Number(part) < 256 && (lax || String(Number(part)) === part))
  )
}

function isColoned(text: string, lax: boolean): boolean {
  const halves = text.split('::')
  if (halves.length > 2 || !text.includes(':')) return false
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')))
  const last = groups.at(-1) ?? []
  let count = groups.flat().length
  if (last.at(-1)?.includes('.')) {
    if (!isDotted(last.pop() ?? '', lax)) return false
    count++
  }
  const pattern = lax ? /^0*[0-9a-fA-F]{1,4}$/ : /^[0-9a-fA-F]{1,4}$/
  return groups.flat().every((group) => pattern.test(group)) && (halves.length === 2 ? count < 8 : count === 8)
}

/** 6, 8 or 20 bytes, as `01:23:…`, `01-23-…` or `0123.4567.…`. */
export function isMac(text: string): boolean {
  const pairs = /^[0-9a-f]{2}(?:([:-])[0-9a-f]{2}(?:\1[0-9a-f]{2})*)$/i.test(text) ? (text.length + 1) / 3 : 0
  const quads = /^[0-9a-f]{4}(?:\.[0-9a-f]{4})+$/i.test(text) ? ((text.length + 1) / 5) * 2 : 0
  return [6, 8, 20].includes(pairs || quads)
}

/** Letters and symbols of any language; a dash only where a dot follows somewhere, or as the second character. */
const hostLetter = 'a-zA-Z0-9\\p{S}\\p{L}'
const singleHost = new RegExp(`^[${hostLetter}]-?[${hostLetter}]{0,62}$`, 'u')
const hostLabel = new RegExp(`^[${hostLetter}](?:[-${hostLetter}]{0,61}[${hostLetter}])?$`, 'u')
const topDomain = /^[a-zA-Z\p{L}]{2,63}$/u

export function isHostname(text: string): boolean {
  const labels = text.split('.')
  if (Buffer.byteLength(text) > 255 || labels.some((label) => Buffer.byteLength(label) > 63)) return false
  const top = labels.pop() ?? ''
  if (labels.length === 0) return singleHost.test(top)
  return topDomain.test(top) && labels.every((label) => hostLabel.test(label))
}
