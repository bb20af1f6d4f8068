import type { Node, Pair, YAMLMap, YAMLSeq } from 'yaml'
import { jsonEquals } from '../meta/json-equal.js'
import { isJsonObject, type JsonObject } from '../meta/object.js'
import { alignItems } from './align-items.js'
import { stringifyYaml } from './yaml.js'
import { flowText } from './yaml-flow-text.js'
import {
  endOfContent,
  isBlock,
  isBlockMap,
  isBlockSeq,
  isFlow,
  keyOf,
  offsetAfter,
  rangeOf,
  startOf,
} from './yaml-places.js'

interface Splice {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** Collects what must change in one text; whole lines where a line belongs to one field alone. */
export class YamlTextEdit {
  readonly #splices: Splice[] = []
  readonly #eol: string

  constructor(private readonly text: string) {
    this.#eol = text.includes('\r\n') ? '\r\n' : '\n'
  }

  /** undefined when the text has no map in block style at its root. */
  result(root: unknown, value: JsonObject, next: JsonObject): string | undefined {
    if (!isBlockMap(root) || !this.#map(root, value, next)) return undefined
    let edited = ''
    let at = 0
    for (const { start, end, text } of this.#splices.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
      if (start < at) return undefined
      edited += this.text.slice(at, start) + text
      at = end
    }
    return edited + this.text.slice(at)
  }

  /** False, and nothing collected, when the fields can't be changed one by one. */
  #map(map: YAMLMap, value: JsonObject, next: JsonObject): boolean {
    const pairs = map.items as Pair[]
    const [first] = pairs
    if (!first || pairs.length !== Object.keys(value).length) return false
    const keys = pairs.map((pair) => keyOf(pair))
    if (!keys.every((key) => key !== undefined && Object.hasOwn(value, key))) return false
    const stays = keys.filter((key) => next[key ?? ''] !== undefined)
    if (stays.length === 0) return false
    const column = this.#column(startOf(first))
    const kept = pairs.slice(this.#removeFirst(pairs, keys, next))
    for (const pair of kept) {
      const key = keyOf(pair) ?? ''
      if (next[key] === undefined) this.#removePair(pair)
      else if (!jsonEquals(value[key], next[key])) this.#pair(pair, key, value[key], next[key], column)
    }
    this.#addFields(pairs, keys, next, column)
    return true
  }

  /** A new field comes behind the one it follows in `next`. */
  #addFields(pairs: readonly Pair[], keys: readonly (string | undefined)[], next: JsonObject, column: number): void {
    const known = new Map(keys.map((key, i) => [key, pairs[i]]))
    let before: Pair | undefined
    const late: string[] = []
    for (const [key, value] of Object.entries(next)) {
      if (value === undefined) continue
      const pair = known.get(key)
      if (pair) {
        before = pair
        if (late.length > 0) this.#insertBehind(endOfContent(pair), late.splice(0))
        continue
      }
      const lines = linesOf({ [key]: value }, column)
      if (before) this.#insertBehind(endOfContent(before), lines)
      else late.push(...lines)
    }
  }

  /**
   * The first fields of an item stand behind the item's dash: when they go, the first one that stays takes their place.
   * Answers how many are done with.
   */
  #removeFirst(pairs: readonly Pair[], keys: readonly (string | undefined)[], next: JsonObject): number {
    const [first] = pairs
    const stays = keys.findIndex((key) => next[key ?? ''] !== undefined)
    const staying = pairs[stays]
    if (!first || !staying || this.text.slice(this.#lineStart(startOf(first)), startOf(first)).trim() === '') return 0
    if (stays > 0) this.#splice(startOf(first), startOf(staying), '')
    return stays
  }

  #removePair(pair: Pair): void {
    this.#splice(this.#lineStart(startOf(pair)), this.#nextLine(endOfContent(pair)), '')
  }

  #pair(pair: Pair, key: string, value: unknown, next: unknown, column: number): void {
    if (this.#within(pair.value, value, next)) return
    const lines = linesOf({ [key]: next }, column)
    const rendered = stringifyYaml({ [key]: null }).length - ' null\n'.length
    this.#replace(offsetAfter(pair), pair.value, [lines[0]?.slice(column + rendered) ?? '', ...lines.slice(1)], next)
  }

  /** Whether the change could be made inside the node. */
  #within(node: unknown, value: unknown, next: unknown): boolean {
    if (isBlockMap(node) && isJsonObject(value) && isJsonObject(next)) return this.#map(node, value, next)
    if (isBlockSeq(node) && Array.isArray(value) && Array.isArray(next)) return this.#seq(node, value, next)
    return false
  }

  #seq(seq: YAMLSeq, value: readonly unknown[], next: readonly unknown[]): boolean {
    const nodes = seq.items as Node[]
    const dashes = nodes.map((_, i) => dashOf(seq, i))
    const ownLine = (dash: number | undefined) =>
      dash !== undefined && this.text.slice(this.#lineStart(dash), dash).trim() === ''
    if (nodes.length !== value.length || next.length === 0 || !dashes.every(ownLine)) return false
    const column = this.#column(dashes[0] ?? 0)
    const aligned = alignItems(value, next)
    const ends = nodes.map((node, i) => Math.max(endOfContent(node), (dashes[i] ?? 0) + 1))
    const staying = new Set(aligned)
    for (const i of nodes.keys()) {
      if (!staying.has(i)) this.#splice(this.#lineStart(dashes[i] ?? 0), this.#nextLine(ends[i] ?? 0), '')
    }
    let behind: number | undefined
    for (const [j, item] of next.entries()) {
      const i = aligned[j]
      if (i !== undefined) {
        behind = ends[i]
        if (!jsonEquals(value[i], item)) this.#item(nodes[i], (dashes[i] ?? 0) + 1, value[i], item, column)
      } else if (behind === undefined) this.#insert(this.#lineStart(dashes[0] ?? 0), linesOf([item], column))
      else this.#insertBehind(behind, linesOf([item], column))
    }
    return true
  }

  #item(node: Node | undefined, afterDash: number, value: unknown, next: unknown, column: number): void {
    if (this.#within(node, value, next)) return
    const lines = linesOf([next], column)
    this.#replace(afterDash, node, [lines[0]?.slice(column + 1) ?? '', ...lines.slice(1)], next)
  }

  /** Puts `lines` in place of a value; the first goes behind its key or dash, which ends at `after`. */
  #replace(after: number, node: unknown, lines: readonly string[], next: unknown): void {
    const [head = '', ...below] = lines
    const lineEnd = this.#lineEnd(after)
    const range = rangeOf(node)
    const end = Math.max(after, endOfContent(node))
    if (range && range[0] >= after && range[0] < end && !isBlock(node)) {
      const old = this.text.slice(range[0], end)
      const staysInBrackets = isFlow(node) && node.items.length > 0 && !old.includes('\n')
      if (below.length === 0 || staysInBrackets) {
        const fresh = staysInBrackets ? flowText(this.text, node, next) : inQuotesOf(old, next, head.trim())
        this.#splice(range[0], end, fresh)
        return
      }
    }
    // A comment behind the key or the value stays on that line.
    const comment = end <= lineEnd ? this.text.slice(end, lineEnd) : this.#commentBetween(after, node)
    this.#splice(after, Math.max(lineEnd, this.#lineEnd(end)), [head + comment, ...below].join(this.#eol))
  }

  /** Behind a key whose value begins below it. */
  #commentBetween(after: number, node: unknown): string {
    const [start = after] = rangeOf(node) ?? []
    const lineEnd = this.#lineEnd(after)
    return start > lineEnd ? (/\s#.*$/.exec(this.text.slice(after, lineEnd))?.[0] ?? '') : ''
  }

  #insertBehind(end: number, lines: readonly string[]): void {
    const at = this.#nextLine(end)
    if (at === this.text.length && !this.text.endsWith('\n')) this.#splice(at, at, this.#eol + lines.join(this.#eol))
    else this.#insert(at, lines)
  }

  #insert(at: number, lines: readonly string[]): void {
    this.#splice(at, at, lines.map((line) => line + this.#eol).join(''))
  }

  #splice(start: number, end: number, text: string): void {
    this.#splices.push({ start, end, text })
  }

  #lineStart(offset: number): number {
    return this.text.lastIndexOf('\n', offset - 1) + 1
  }

  /** Where the line break is. */
  #lineEnd(offset: number): number {
    const at = this.text.indexOf('\n', offset)
    const end = at < 0 ? this.text.length : at
    return this.text[end - 1] === '\r' && end > offset ? end - 1 : end
  }

  #nextLine(offset: number): number {
    const at = this.text.indexOf('\n', offset)
    return at < 0 ? this.text.length : at + 1
  }

  #column(offset: number): number {
    return offset - this.#lineStart(offset)
  }
}

/** The lines `stringifyYaml` makes of a value, moved to a column. */
function linesOf(value: unknown, column: number): string[] {
  const indent = ' '.repeat(column)
  return stringifyYaml(value)
    .slice(0, -1)
    .split('\n')
    .map((line) => (line === '' ? line : indent + line))
}

/** Text stays in the quotes it was in, where they can hold it. */
function inQuotesOf(old: string, next: unknown, plain: string): string {
  if (typeof next !== 'string' || !/^[ -~]*$/.test(next)) return plain
  if (old.startsWith("'")) return `'${next.replaceAll("'", "''")}'`
  return old.startsWith('"') ? JSON.stringify(next) : plain
}

function dashOf(seq: YAMLSeq, index: number): number | undefined {
  const token = seq.srcToken
  if (token?.type !== 'block-seq') return undefined
  return token.items[index]?.start.find(({ type }) => type === 'seq-item-ind')?.offset
}
