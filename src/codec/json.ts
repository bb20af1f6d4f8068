import { isUtf8 } from 'node:buffer'
import { JsonReader, maxJsonDepth } from './json-reader.js'
import { decodeBrokenUtf8 } from './utf8.js'

export { JsonError } from './json-error.js'

/**
 * JSON without loss: integers that a double can't hold are bigint (beyond 64 bits a double, as upstream). Bytes that
 * are not UTF-8 become U+FFFD within strings. @throws JsonError
 */
export function parseJson(input: string | Buffer): unknown {
  if (isBroken(input)) return new JsonReader(decodeBrokenUtf8(input)).read()
  const text = input.toString()
  const parsed = countMembers(text) < 0 ? undefined : parsePlain(text)
  return parsed === undefined ? new JsonReader(text).read() : parsed
}

/**
 * As `parseJson`, and the paths (`data.a`, `spec.toppings[0].name`) of members that an object has more than once: the
 * last one wins.
 */
export function parseJsonReportingDuplicates(input: string | Buffer): { value: unknown; duplicates: string[] } {
  const broken = isBroken(input)
  const text = broken ? decodeBrokenUtf8(input) : input.toString()
  const members = broken ? -1 : countMembers(text)
  const parsed = members < 0 ? undefined : parsePlain(text)
  if (parsed !== undefined && membersOf(parsed) === members) return { value: parsed, duplicates: [] }
  const reader = new JsonReader(text)
  const value = reader.read()
  return { value, duplicates: reader.duplicates }
}

/** Tells the path of every member, in the order of the text, and whether its object had it before. @throws JsonError */
export function visitMembers(input: string | Buffer, visit: (path: string, again: boolean) => void): void {
  new JsonReader(isBroken(input) ? decodeBrokenUtf8(input) : input.toString(), visit).read()
}

function isBroken(input: string | Buffer): input is Buffer {
  return typeof input !== 'string' && !isUtf8(input)
}

/** JSON.parse, or undefined when it fails: then the reader says why, in Go's words. */
function parsePlain(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * Looks whether JSON.parse can read a text without loss, in one cheap pass, and counts the members of its objects as
 * they stand there: more than end up in the value means duplicates. -1: a number of 16 or more digits or a huge
 * exponent, an escaped surrogate (it may be a lone one), or too deep.
 */
function countMembers(text: string): number {
  let [members, depth] = [0, 0]
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c === 0x22) {
      i = endOfPlainString(text, i)
      if (i < 0) return -1
    } else if (c === 0x3a) members++
    else if (c === 0x7b || c === 0x5b) {
      if (++depth > maxJsonDepth) return -1
    } else if (c === 0x7d || c === 0x5d) depth--
    else if (c >= 0x30 && c <= 0x39) {
      const end = endOfDigits(text, i)
      if (end - i >= 15) return -1
      i = end
    } else if ((c | 0x20) === 0x65) {
      const from = text.charCodeAt(i + 1) === 0x2b ? i + 2 : i + 1
      if (endOfDigits(text, from) - from >= 2) return -1
    }
  }
  return members
}

const longString = 48

/** Index of the closing quote; -1 when an escaped surrogate is in between or there is no end. */
function endOfPlainString(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c === 0x22) return i
    // In long ones the next quote is found many characters at a time; what an escape is in between, one by one.
    if (i - start === longString) {
      const end = text.indexOf('"', i)
      if (end < 0 || !text.slice(i, end).includes('\\')) return end
    }
    if (c === 0x5c) {
      i++
      if (text.charCodeAt(i) === 0x75 && (text.charCodeAt(i + 1) | 0x20) === 0x64) return -1
    }
  }
  return -1
}

/** Index of the last of the digits that begin at `start`; `start - 1` when there are none. */
function endOfDigits(text: string, start: number): number {
  let i = start
  for (let c = text.charCodeAt(i); c >= 0x30 && c <= 0x39; c = text.charCodeAt(i)) i++
  return i - 1
}

function membersOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  let count = 0
  if (Array.isArray(value)) for (const item of value) count += membersOf(item)
  else for (const key in value) count += 1 + membersOf((value as Record<string, unknown>)[key])
  return count
}

/** One line of JSON; a bigint is printed as its digits. Members that are undefined are left out. */
export function stringifyJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'null'
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    return print(value) ?? 'null'
  }
}

/** JSON.stringify throws on bigint; this is the same with it. undefined: nothing to print. */
function print(value: unknown): string | undefined {
  if (typeof value === 'bigint') return value.toString()
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map((item) => print(item) ?? 'null').join(',')}]`
  const members: string[] = []
  for (const [key, member] of Object.entries(value)) {
    const text = print(member)
    if (text !== undefined) members.push(`${JSON.stringify(key)}:${text}`)
  }
  return `{${members.join(',')}}`
}
