import {
  type ArgumentNode,
  add,
  anySize,
  type CallNode,
  cap,
  exactly,
  listCost,
  multiply,
  perCharacter,
  perPatternCharacter,
  type Range,
  times,
  union,
} from './cost-range.js'
import type { Price } from './overload.js'
import { sizeOf } from './size.js'
import { sameType } from './type.js'
import { OpaqueValue, type Value } from './value.js'

/** The size of the first argument, of a member function that of its target. */
const firstSize = (args: readonly Value[]) => sizeOf(args[0] ?? null)

export function firstNode({ target, args }: CallNode): ArgumentNode | undefined {
  return target ?? args[0]
}

function nodeSize(node: ArgumentNode | undefined): Range {
  return node?.size ?? anySize
}

/** Goes once, or some times, through the characters of its first argument. `keeps`: so many come out of it. */
export function traversal(factor = 1, keeps = false): Price {
  return {
    actual: (args) => Math.ceil(firstSize(args) * factor * perCharacter),
    estimate: (call) => {
      const size = nodeSize(firstNode(call))
      return { cost: times(size, factor * perCharacter), ...(keeps ? { size } : {}) }
    },
  }
}

/** Always that, whatever the arguments. */
export function fixed(units: number): Price {
  return { actual: () => units, estimate: () => ({ cost: exactly(units) }) }
}

/** Tries a pattern (the second argument) at each character of a text (the first). */
export function patternSearch(withSize: boolean): Price {
  return {
    actual: ([text = null, pattern = null]) =>
      Math.ceil((1 + sizeOf(text)) * perCharacter) * Math.ceil(sizeOf(pattern) * perPatternCharacter),
    estimate: ({ target, args }) => {
      if (!target) return undefined
      const text = times(add(target.size, exactly(1)), perCharacter)
      const cost = multiply(text, times(nodeSize(args[0]), perPatternCharacter))
      return { cost, ...(withSize ? { size: { min: 0, max: target.size.max } } : {}) }
    },
  }
}

/** Makes a list of `factor` times the size its arguments say. */
export function allocation(
  actual: (args: readonly Value[], result: Value) => number,
  estimate: (call: CallNode) => { factor: number; size: Range } | undefined,
): Price {
  return {
    actual: (args, result) => Math.floor(actual(args, result)) + 1 + listCost,
    estimate: (call) => {
      const made = estimate(call)
      return made && { cost: add(times(made.size, made.factor), exactly(1 + listCost)), size: made.size }
    },
  }
}

/** Compares each with each. */
export function pairs(factor: number): Price {
  return {
    actual: ([a = null, b = null]) => 1 + Math.floor(sizeOf(a) * sizeOf(b) * factor),
    estimate: ({ args }) => ({
      cost: add(times(multiply(nodeSize(args[0]), nodeSize(args[1])), factor), exactly(1)),
    }),
  }
}

/** Order and inequality: as far as the shorter one goes. */
export const comparison: Price = {
  actual: ([a = null, b = null]) => Math.ceil(Math.min(sizeOf(a), sizeOf(b)) * perCharacter),
  estimate: ({ args }) => {
    const max = Math.min(nodeSize(args[0]).max, nodeSize(args[1]).max)
    return { cost: times({ min: max > 0 ? 1 : 0, max }, perCharacter) }
  },
}

/** Equality: values of Kubernetes' own types cost one. */
export const equality: Price = {
  actual: (args, result) => (args[0] instanceof OpaqueValue ? 1 : (comparison.actual?.(args, result) ?? 1)),
  estimate: (call) => {
    const [a, b] = call.args
    const known = a && b && sameType(a.type, b.type) ? opaqueEquality[a.type.name] : undefined
    return known ? { cost: known(a?.size ?? anySize) } : comparison.estimate?.(call)
  },
}

const maxFormatSize = 64
const opaqueEquality: Readonly<Record<string, (size: Range) => Range>> = {
  'net.IP': () => exactly(1),
  'net.CIDR': () => exactly(1),
  'kubernetes.Quantity': () => exactly(1),
  'kubernetes.Semver': () => exactly(1),
  'kubernetes.NamedFormat': () => times({ min: 1, max: maxFormatSize }, perCharacter),
  'kubernetes.URL': ({ max }) => times({ min: 1, max }, perCharacter),
}

/** Both texts are copied. */
export const concatenation: Price = {
  actual: ([a = null, b = null]) => Math.ceil((sizeOf(a) + sizeOf(b)) * perCharacter),
  estimate: ({ args }) => {
    const size = add(nodeSize(args[0]), nodeSize(args[1]))
    return { cost: times(size, perCharacter), size }
  },
}

export const listConcatenation: Price = {
  estimate: ({ args }) => ({ cost: exactly(1), size: add(nodeSize(args[0]), nodeSize(args[1])) }),
}

/** A replaced text: it may grow by each place where what is replaced stands. */
export function replacement({ target, args: [from, to] }: CallNode) {
  if (!target || !from || !to) return undefined
  const { size } = target
  const max = mostReplaced(size.max, from.size.min, to.size.max)
  const min = leastReplaced(size.min, from.size.max, to.size.min)
  const counts = { min: min.count, max: max.count }
  const result = add(multiply(counts, to.size), { min: min.kept, max: max.kept })
  return { cost: times(size, 2 * perCharacter), size: result }
}

function mostReplaced(size: number, from: number, to: number): { count: number; kept: number } {
  if (from === 0) return { count: cap(size + 1), kept: size }
  return to <= from ? { count: 0, kept: size } : { count: Math.ceil(size / from), kept: 0 }
}

function leastReplaced(size: number, from: number, to: number): { count: number; kept: number } {
  if (from === 0) return { count: cap(size + 1), kept: size }
  return from <= to ? { count: 0, kept: size } : { count: Math.ceil(size / from), kept: 0 }
}

/** What two ways may give: as small as the smaller, as large as the larger. */
export function eitherSize(a: ArgumentNode | undefined, b: ArgumentNode | undefined): Range {
  return union(nodeSize(a), nodeSize(b))
}
