import { goEscapes } from '../../../meta/go-quote.js'
import { ArrayList } from '../collections.js'
import { add, anySize, exactly, multiply, perCharacter, times } from '../cost-range.js'
import { doWork } from '../meter.js'
import { global, method, type Overload, type Price } from '../overload.js'
import { firstNode, replacement, traversal } from '../price.js'
import { sizeOf, textLength } from '../size.js'
import { fail, type ListValue, type Value } from '../value.js'
import { formatText } from './format-text.js'

/** Code points: what CEL counts characters by. A text of ASCII is its own. */
function characters(text: string): readonly string[] | string {
  return textLength(text) === text.length ? text : [...text]
}

function slice(text: readonly string[] | string, start: number, end: number): string {
  return typeof text === 'string' ? text.slice(start, end) : text.slice(start, end).join('')
}

function outOfRange(index: bigint | number): never {
  return fail(`index out of range: ${index}`)
}

function charAt(text: string, index: bigint): string {
  const all = characters(text)
  if (index < 0n || index > all.length) return outOfRange(index)
  return all[Number(index)] ?? ''
}

/** The offset in code points of one in UTF-16 units. */
function codePointOffset(text: string, unit: number): bigint {
  return BigInt(textLength(text.slice(0, unit)))
}

function unitOffset(text: string, codePoint: number): number {
  const all = characters(text)
  return typeof all === 'string' ? codePoint : slice(all, 0, codePoint).length
}

function indexOf(text: string, part: string, from = 0n): bigint {
  if (part === '') return from
  if (from < 0n) return outOfRange(from)
  if (from >= BigInt(textLength(text))) return -1n
  const found = text.indexOf(part, unitOffset(text, Number(from)))
  return found < 0 ? -1n : codePointOffset(text, found)
}

function lastIndexOf(text: string, part: string, from?: bigint): bigint {
  const size = textLength(text)
  if (part === '') return from ?? BigInt(size)
  if (from !== undefined && from < 0n) return outOfRange(from)
  if (from !== undefined && from >= BigInt(size)) return -1n
  const found = text.lastIndexOf(part, from === undefined ? undefined : unitOffset(text, Number(from)))
  return found < 0 ? -1n : codePointOffset(text, found)
}

function lowerAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}

function upperAscii(text: string): string {
  return text.replace(/[a-z]+/g, (letters) => letters.toUpperCase())
}

/** No string of a rule needs more; the cost of one that replaces is only known when it is made. */
const maxText = 50_000_000

function replace(text: string, from: string, to: string, count = -1n): string {
  const limit = count < 0n ? Number.POSITIVE_INFINITY : Number(count)
  if (limit === 0) return text
  const parts = from === '' ? ['', ...characters(text), ''] : text.split(from)
  const made = Math.min(parts.length - 1, limit)
  doWork((text.length + made * to.length) >> 3)
  if (text.length + made * to.length > maxText) return fail('replace: result is too long')
  if (made === parts.length - 1) return parts.join(to)
  return [parts.slice(0, made + 1).join(to), ...parts.slice(made + 1)].join(from)
}

function split(text: string, separator: string, count = -1n): ListValue {
  if (count === 0n) return new ArrayList([])
  const parts = separator === '' ? [...characters(text)] : text.split(separator)
  doWork(5 * parts.length + (text.length >> 3))
  if (count < 0n || count >= BigInt(parts.length)) return new ArrayList(parts)
  const kept = Number(count) - 1
  return new ArrayList([...parts.slice(0, kept), parts.slice(kept).join(separator)])
}

function substring(text: string, start: bigint, end?: bigint): string {
  const all = characters(text)
  const size = BigInt(all.length)
  if (end !== undefined && start > end) fail(`invalid substring range. start: ${start}, end: ${end}`)
  if (start < 0n || start > size) outOfRange(start)
  if (end !== undefined && (end < 0n || end > size)) outOfRange(end)
  return slice(all, Number(start), Number(end ?? size))
}

/** Spaces as Go's unicode.IsSpace has them: not the byte order mark that JavaScript's trim takes too. */
function trim(text: string): string {
  const space = '[\\t\\n\\v\\f\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]'
  const first = new RegExp(`^${space}+`).exec(text)?.[0].length ?? 0
  let end = text.length
  while (end > first && new RegExp(space).test(text[end - 1] ?? '')) end--
  return text.slice(first, end)
}

function join(list: ListValue, separator = ''): string {
  const parts: string[] = []
  let length = 0
  for (let i = 0; i < list.size; i++) {
    const part = list.at(i)
    if (typeof part !== 'string') return fail(`join: invalid input: ${String(part)}`)
    length += part.length + separator.length
    doWork(1 + (length >> 20))
    if (length > maxText) return fail('join: result is too long')
    parts.push(part)
  }
  return parts.join(separator)
}

function quote(text: string): string {
  return `"${Array.from(text, (character) => goEscapes[character] ?? character).join('')}"`
}

const joining: Price = {
  actual: (_args, result) => Math.ceil(sizeOf(result) * 2 * perCharacter),
  estimate: ({ target, args }) => {
    if (!target) return undefined
    const element = target.element()
    let size = element ? multiply(target.size, element.size) : exactly(0)
    if (args[0]) {
      const separators = { min: Math.max(target.size.min - 1, 0), max: Math.max(target.size.max - 1, 0) }
      size = add(size, multiply(args[0].size, separators))
    }
    return { cost: times(size, perCharacter), size }
  },
}
const splitting: Price = {
  ...traversal(2),
  estimate: ({ target, args }) => {
    if (!target) return undefined
    const limit = args[1]?.literal
    const max = typeof limit === 'bigint' ? Number(BigInt.asUintN(64, limit)) : target.size.max
    return { cost: times(target.size, 2 * perCharacter), size: { min: 0, max } }
  },
}
const replacing: Price = { ...traversal(2), estimate: replacement }
const quoting: Price = {
  ...traversal(),
  estimate: (call) => {
    const size = firstNode(call)?.size ?? anySize
    return { cost: times(size, perCharacter), size: { min: size.min + 2, max: size.max * 2 + 2 } }
  },
}
/** Priced as if its elements were compared: shared with lists. */
const searching: Price = {
  actual: ([text = null]) => Math.floor(Buffer.byteLength(text as string) * perCharacter),
  estimate: ({ target }) => target && { cost: times(target.size, perCharacter) },
}
const containing: Price = {
  actual: ([text = null, part = null]) =>
    Math.ceil(sizeOf(text) * perCharacter) * Math.ceil(sizeOf(part) * perCharacter),
  estimate: ({ target, args }) =>
    target && args[0] && { cost: multiply(times(target.size, perCharacter), times(args[0].size, perCharacter)) },
}
const beginning: Price = {
  ...traversal(),
  estimate: ({ args }) => args[0] && { cost: times(args[0].size, perCharacter) },
}
const copying = traversal(1, true)

export const strings: readonly Overload[] = [
  method('contains(string, string) bool', (text: string, part: string) => text.includes(part), containing),
  method('startsWith(string, string) bool', (text: string, part: string) => text.startsWith(part), beginning),
  method('endsWith(string, string) bool', (text: string, part: string) => text.endsWith(part), beginning),
  method('charAt(string, int) string', charAt),
  method('indexOf(string, string) int', indexOf, searching),
  method('indexOf(string, string, int) int', indexOf, searching),
  method('lastIndexOf(string, string) int', lastIndexOf, searching),
  method('lastIndexOf(string, string, int) int', lastIndexOf, searching),
  method('lowerAscii(string) string', lowerAscii, copying),
  method('upperAscii(string) string', upperAscii, copying),
  method('replace(string, string, string) string', replace, replacing),
  method('replace(string, string, string, int) string', replace, replacing),
  method('split(string, string) list(string)', split, splitting),
  method('split(string, string, int) list(string)', split, splitting),
  method('substring(string, int) string', substring, copying),
  method('substring(string, int, int) string', substring, copying),
  method('trim(string) string', trim, copying),
  method('join(list(string)) string', join, joining),
  method('join(list(string), string) string', join, joining),
  method('format(string, list(dyn)) string', (text: string, args: ListValue) => formatText(text, args), {
    ...traversal(),
    estimate: ({ target }) => target && { cost: times(target.size, perCharacter) },
  }),
  global('strings.quote(string) string', quote as (value: string) => Value, quoting),
]
