import { createRequire } from 'node:module'
import type { RE2JS } from 're2js'
import type { Schema } from './schema.js'

/**
 * Patterns are Go's regular expressions: other syntax than JavaScript's, and linear in the text whatever they are. The
 * library takes a tenth of the server's start to load, and many schemas have no pattern.
 */
const load = createRequire(import.meta.url)
let compile: ((pattern: string) => RE2JS) | undefined

/** A compiled pattern, or what is wrong with it. */
export type Pattern = { readonly matches: (text: string) => boolean } | { readonly problem: string }

export function compilePattern(pattern: string): Pattern {
  compile ??= (load('re2js') as typeof import('re2js')).RE2JS.compile
  try {
    const compiled = compile(pattern)
    return { matches: (text) => compiled.test(text) }
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}

/** A pattern to search a text with, and how many states it has; or what is wrong with it. */
export type Search =
  | {
      readonly matches: (text: string) => boolean
      /** The first matches, at most `count`, that do not overlap. */
      readonly find: (text: string, count: number) => string[]
      readonly size: number
    }
  | { readonly problem: string }

export function compileSearch(pattern: string): Search {
  compile ??= (load('re2js') as typeof import('re2js')).RE2JS.compile
  try {
    const compiled = compile(pattern)
    return {
      matches: (text) => compiled.matcher(text).find(),
      find: (text, count) => {
        const found: string[] = []
        const matcher = compiled.matcher(text)
        // An empty match right behind another one does not count.
        for (let end = -1; found.length < count && matcher.find(); end = matcher.end()) {
          if (matcher.start() !== matcher.end() || matcher.start() !== end) found.push(matcher.group() ?? '')
        }
        return found
      },
      size: compiled.programSize(),
    }
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}

const compiled = new WeakMap<Schema, Pattern>()

/** The schema's pattern, compiled once. */
export function patternOf(schema: Schema, pattern: string): Pattern {
  let known = compiled.get(schema)
  if (!known) {
    known = compilePattern(pattern)
    compiled.set(schema, known)
  }
  return known
}
