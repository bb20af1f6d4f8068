import type { Pair, YAMLMap, YAMLSeq } from 'yaml'
import { isJsonObject } from '../meta/object.js'
import { parseYaml, stringifyYaml } from './yaml.js'
import { keyOf, rangeOf, startOf } from './yaml-places.js'

/** Text that means the same inside brackets as outside, and is never taken for anything else. */
const safe = /^[A-Za-z][A-Za-z0-9_./-]*$/

/** `value` in place of what is in brackets: what stays the same is written as it was. */
export function flowText(text: string, node: YAMLMap | YAMLSeq, value: unknown): string {
  const known = new Map<string, string>()
  for (const item of node.items as unknown[]) {
    const [start, end] = placeOf(item)
    const source = text.slice(start, end)
    const alone = source.includes('\n') ? undefined : readAlone(source)
    if (alone) known.set(flow(alone[0]), source)
  }
  const written = (item: unknown, made: string) => known.get(flow(item)) ?? made
  const [open, close] = [opening(text, node), closing(text, node)]
  if (Array.isArray(value)) return `[${open}${value.map((item) => written(item, flow(item))).join(', ')}${close}]`
  if (!isJsonObject(value)) return stringifyYaml(value).trim()
  const order = (node.items as unknown[]).map((item) => (isPair(item) ? keyOf(item) : undefined))
  const entries = Object.entries(value).filter(([, member]) => member !== undefined)
  const old = order.flatMap((key) => entries.filter(([name]) => name === key))
  const fields = [...old, ...entries.filter(([name]) => !order.includes(name))].map(([key, member]) =>
    written({ [key]: member }, `${flow(key)}: ${flow(member)}`),
  )
  return fields.length === 0 ? '{}' : `{${open}${fields.join(', ')}${close}}`
}

function isPair(item: unknown): item is Pair {
  return typeof item === 'object' && item !== null && 'key' in item
}

function placeOf(item: unknown): [number, number] {
  if (isPair(item)) return [startOf(item), rangeOf(item.value)?.[1] ?? rangeOf(item.key)?.[1] ?? 0]
  const [start = 0, end = 0] = rangeOf(item) ?? []
  return [start, end]
}

/** What a piece of a text in brackets says, in a list of its own; undefined when it needs the rest of the text. */
function readAlone(source: string): readonly unknown[] | undefined {
  try {
    const { value } = parseYaml(`[${source}]`)
    return Array.isArray(value) && value.length === 1 ? value : undefined
  } catch {
    return undefined
  }
}

function opening(text: string, node: YAMLMap | YAMLSeq): string {
  return blanks.exec(text.slice((rangeOf(node)?.[0] ?? 0) + 1))?.[0] ?? ''
}

function closing(text: string, node: YAMLMap | YAMLSeq): string {
  return blanksAtEnd.exec(text.slice(rangeOf(node)?.[0] ?? 0, (rangeOf(node)?.[1] ?? 0) - 1))?.[0] ?? ''
}

const blanks = /^ +(?=\S)/
const blanksAtEnd = /(?<=[^\s,{[]) +$/

function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`
  if (isJsonObject(value)) {
    const entries = Object.entries(value).filter(([, member]) => member !== undefined)
    return `{${entries.map(([key, member]) => `${flow(key)}: ${flow(member)}`).join(', ')}}`
  }
  if (typeof value !== 'string') return stringifyYaml(value).trim()
  return safe.test(value) ? stringifyYaml(value).trim() : JSON.stringify(value)
}
