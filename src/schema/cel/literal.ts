import { Uint } from './value.js'

const minInt = -(2n ** 63n)
const maxInt = 2n ** 63n - 1n
const maxUint = 2n ** 64n - 1n

/** @throws Error with upstream's text when it is out of range */
export function readInt(text: string): bigint {
  const value = text.startsWith('-') ? -BigInt(text.slice(1)) : BigInt(text)
  if (value < minInt || value > maxInt) throw new Error('invalid int literal')
  return value
}

export function readUint(text: string): Uint {
  const value = BigInt(text.slice(0, -1))
  if (value > maxUint) throw new Error('invalid uint literal')
  return new Uint(value)
}

export function readDouble(text: string): number {
  const value = Number(text)
  if (!Number.isFinite(value)) throw new Error('invalid double literal')
  return value
}

const short: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }
const escapes = /\\(?:([xX])([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-3][0-7]{2})|(.))/gs

/** What a string literal says. @throws Error with upstream's text for code points that are none */
export function readString(literal: string): string {
  const { raw, body } = unquote(literal)
  if (raw) return body
  return body.replace(escapes, (_all, _x, hex?: string, u?: string, U?: string, octal?: string, one?: string) => {
    if (one !== undefined) return short[one] ?? one
    const code = octal === undefined ? Number.parseInt(hex ?? u ?? U ?? '', 16) : Number.parseInt(octal, 8)
    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) throw new Error('invalid unicode code point')
    return String.fromCodePoint(code)
  })
}

/** What a bytes literal says: escapes are bytes, other characters their UTF-8. @throws Error for \u and \U */
export function readBytes(literal: string): Uint8Array {
  const { raw, body } = unquote(literal.slice(1))
  if (raw) return Buffer.from(body)
  const parts: Uint8Array[] = []
  let end = 0
  for (const match of body.matchAll(escapes)) {
    const [all, , hex, u, U, octal, one] = match
    if (u !== undefined || U !== undefined) throw new Error('unable to unescape string')
    parts.push(Buffer.from(body.slice(end, match.index)))
    if (one !== undefined) parts.push(Buffer.from(short[one] ?? one))
    else parts.push(Uint8Array.of(hex === undefined ? Number.parseInt(octal ?? '', 8) : Number.parseInt(hex, 16)))
    end = match.index + all.length
  }
  return Buffer.concat([...parts, Buffer.from(body.slice(end))])
}

function unquote(literal: string): { raw: boolean; body: string } {
  const raw = /^[rR]/.test(literal)
  const text = (raw ? literal.slice(1) : literal).replace(/\r\n?/g, '\n')
  const width = /^(?:'''|""")/.test(text) && text.length >= 6 ? 3 : 1
  return { raw, body: text.slice(width, -width) }
}
