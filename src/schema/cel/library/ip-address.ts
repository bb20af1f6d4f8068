import { quoteGo } from '../../../meta/go-quote.js'
import { fail } from '../value.js'

/** An address: 4 bytes, or 16. */
export type Address = readonly number[]

/** Reads an address as Go's netip does: no zeros in front, no zone. @throws Failure with the text of that parser */
export function parseAddress(text: string): Address {
  const wrong = (why: string, at?: string) =>
    fail(`ParseAddr(${quoteGo(text)}): ${why}${at === undefined || at === '' ? '' : ` (at ${quoteGo(at)})`}`)
  const first = /[.:%]/.exec(text)?.[0]
  if (first === '.') return readDotted(text, wrong)
  if (first === ':') return readColoned(text, wrong)
  return wrong(first === '%' ? 'missing IPv6 address' : 'unable to parse IP')
}

type Wrong = (why: string, at?: string) => never

function readDotted(text: string, wrong: Wrong): number[] {
  const bad = /[^\d.]/.exec(text)
  const parts = text.split('.')
  let at = 0
  for (const [i, part] of parts.entries()) {
    const digits = /^\d*/.exec(part)?.[0] ?? ''
    if (/^0\d/.test(digits)) wrong('IPv4 field has octet with leading zero')
    if (Number(digits) > 255) wrong('IPv4 field has value >255')
    if (bad && bad.index >= at && bad.index <= at + part.length) wrong('unexpected character', text.slice(bad.index))
    if (part === '')
      wrong('IPv4 field must have at least one digit', text.slice(i === 0 ? 0 : at === text.length ? at - 1 : at))
    if (i === 4) wrong('IPv4 address too long')
    at += part.length + 1
  }
  return parts.length < 4 ? wrong('IPv4 address too short') : parts.map(Number)
}

function readColoned(text: string, wrong: Wrong): number[] {
  const percent = text.indexOf('%')
  const address = percent < 0 ? text : text.slice(0, percent)
  if (percent === text.length - 1) wrong('zone must be a non-empty string')
  const bytes: number[] = []
  let gap = -1
  let rest = address
  if (rest.startsWith('::')) {
    gap = 0
    rest = rest.slice(2)
  }
  while (rest !== '' && bytes.length < 16) {
    const group = /^[\da-fA-F]*/.exec(rest)?.[0] ?? ''
    if (group.length > 4) wrong('each group must have 4 or less digits', rest)
    if (group === '') wrong('each colon-separated field must have at least one digit', rest)
    if (rest[group.length] === '.') {
      if (gap < 0 && bytes.length !== 12) {
        wrong('embedded IPv4 address must replace the final 2 fields of the address', rest)
      }
      if (bytes.length > 12) wrong('too many hex fields to fit an embedded IPv4 at the end of the address', rest)
      bytes.push(...readDotted(rest, wrong))
      rest = ''
      break
    }
    const value = Number.parseInt(group, 16)
    bytes.push(value >> 8, value & 255)
    rest = rest.slice(group.length)
    if (rest === '') break
    if (rest[0] !== ':') wrong('unexpected character, want colon', rest)
    if (rest === ':') wrong('colon must be followed by more characters', rest)
    rest = rest.slice(1)
    if (rest[0] !== ':') continue
    if (gap >= 0) wrong('multiple :: in address', rest)
    gap = bytes.length
    rest = rest.slice(1)
  }
  if (rest !== '') wrong('trailing garbage after address', rest)
  if (bytes.length === 16 && gap >= 0) wrong('the :: must expand to at least one field of zeros')
  if (bytes.length < 16 && gap < 0) wrong('address string too short')
  return fill(bytes, gap)
}

function fill(bytes: number[], gap: number): number[] {
  return gap < 0 ? bytes : bytes.toSpliced(gap, 0, ...Array<number>(16 - bytes.length).fill(0))
}

/** The canonical text: RFC 5952 for IPv6. */
export function formatAddress(address: Address): string {
  if (address.length === 4) return address.join('.')
  const groups = Array.from({ length: 8 }, (_, i) => ((address[2 * i] ?? 0) << 8) | (address[2 * i + 1] ?? 0))
  const { start, length } = longestZeros(groups)
  const hex = groups.map((group) => group.toString(16))
  if (length < 2) return hex.join(':')
  return `${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}`
}

function longestZeros(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 }
  for (let start = 0; start < groups.length; start++) {
    let length = 0
    while (groups[start + length] === 0) length++
    if (length > best.length) best = { start, length }
  }
  return best
}

/** An IPv4 address written as IPv6: `::ffff:1.2.3.4`. */
export function isMapped(address: Address): boolean {
  return (
    address.length === 16 &&
    address.slice(0, 10).every((byte) => byte === 0) &&
    address[10] === 255 &&
    address[11] === 255
  )
}

/** The address with only its first bits. */
export function mask(address: Address, bits: number): Address {
  return address.map((byte, i) => byte & (0xff00 >> Math.max(0, Math.min(8, bits - i * 8))) & 0xff)
}

export function sameAddress(a: Address, b: Address): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i])
}
