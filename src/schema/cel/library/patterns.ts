import { compileSearch, type Search } from '../../pattern.js'
import { ArrayList } from '../collections.js'
import { doWork } from '../meter.js'
import { global, method, type Overload } from '../overload.js'
import { patternSearch } from '../price.js'
import { fail, type ListValue } from '../value.js'

/** Compiled patterns; which a rule uses is mostly written in it. */
const compiled = new Map<string, Search>()
const maxCompiled = 1000

/** @throws Failure for a pattern that is none */
function search(pattern: string, problem: (why: string) => string): Search {
  let known = compiled.get(pattern)
  if (!known) {
    doWork(pattern.length * 100)
    known = compileSearch(pattern)
    if (compiled.size >= maxCompiled) compiled.clear()
    compiled.set(pattern, known)
  }
  return 'problem' in known ? fail(problem(known.problem)) : known
}

/** Matching takes time with the text and the states that a pattern has; the library tells how many. */
function spend(text: string, found: Search): void {
  if ('size' in found) doWork(2 * (text.length + 1) * found.size)
}

function matches(text: string, pattern: string): boolean {
  const found = search(pattern, (why) => why)
  spend(text, found)
  return 'problem' in found ? false : found.matches(text)
}

function find(text: string, pattern: string): string {
  return findSome(text, pattern, 1)[0] ?? ''
}

function findAll(text: string, pattern: string, count = -1n): ListValue {
  return new ArrayList(findSome(text, pattern, count < 0n ? Number.POSITIVE_INFINITY : Number(count)))
}

function findSome(text: string, pattern: string, count: number): string[] {
  const found = search(pattern, (why) => `Illegal regex: ${why}`)
  spend(text, found)
  return 'problem' in found ? [] : found.find(text, count)
}

export const patterns: readonly Overload[] = [
  global('matches(string, string) bool', matches),
  method('matches(string, string) bool', matches, patternSearch(false)),
  method('find(string, string) string', find, patternSearch(true)),
  method('findAll(string, string) list(string)', findAll, patternSearch(true)),
  method('findAll(string, string, int) list(string)', findAll, patternSearch(true)),
]
