/** Formats of codes and numbers, as kube-openapi's strfmt takes them. */

export function isUuid(version?: 3 | 4 | 5): (text: string) => boolean {
  const third = version === undefined ? '[0-9a-f]{4}' : `${version}[0-9a-f]{3}`
  const fourth = version === 4 || version === 5 ? '[89ab][0-9a-f]{3}' : '[0-9a-f]{4}'
  const pattern = new RegExp(`^[0-9a-f]{8}-?[0-9a-f]{4}-?${third}-?${fourth}-?[0-9a-f]{12}$`, 'i')
  return (text) => pattern.test(text)
}

export function isBase64(text: string): boolean {
  return text !== '' && text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text) && !text.startsWith('=')
}

export function isIsbn10(text: string): boolean {
  const digits = text.replace(/[\s-]+/g, '')
  if (!/^\d{9}[\dX]$/.test(digits)) return false
  const sum = [...digits].reduce((total, c, i) => total + (i + 1) * (c === 'X' ? 10 : Number(c)), 0)
  return sum % 11 === 0
}

export function isIsbn13(text: string): boolean {
  const digits = text.replace(/[\s-]+/g, '')
  if (!/^\d{13}$/.test(digits)) return false
  return [...digits].reduce((total, c, i) => total + Number(c) * (i % 2 === 0 ? 1 : 3), 0) % 10 === 0
}

const cardIssuers =
  /^(?:4\d{12}(?:\d{3})?|5[1-5]\d{14}|6(?:011|5\d\d)\d{12}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|(?:2131|1800|35\d{3})\d{11})$/

/** A number of a known issuer whose check digit is right; what is no digit is skipped. */
export function isCreditCard(text: string): boolean {
  const digits = text.replace(/\D+/g, '')
  if (!cardIssuers.test(digits)) return false
  const sum = [...digits].reverse().reduce((total, c, i) => {
    const value = i % 2 === 0 ? Number(c) : 2 * Number(c)
    return total + (value > 9 ? value - 9 : value)
  }, 0)
  return sum % 10 === 0
}

export function isSsn(text: string): boolean {
  return text.length === 11 && /^\d{3}[- ]?\d{2}[- ]?\d{4}$/.test(text)
}

export function isHexColor(text: string): boolean {
  return /^#?(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})$/.test(text)
}

export function isRgbColor(text: string): boolean {
  const channels = /^rgb\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*\)$/.exec(text)?.slice(1)
  return channels?.every((channel) => String(Number(channel)) === channel && Number(channel) < 256) ?? false
}

export function isBsonObjectId(text: string): boolean {
  return /^[0-9a-fA-F]{24}$/.test(text)
}

const label = '[a-z0-9](?:[-a-z0-9]*[a-z0-9])?'
const shortName = new RegExp(`^${label}$`)
const longName = new RegExp(`^${label}(?:\\.${label})*$`)

export function isShortName(text: string): boolean {
  return text.length <= 63 && shortName.test(text)
}

export function isLongName(text: string): boolean {
  return text.length <= 253 && longName.test(text)
}
