import { cap } from './cost-range.js'

/** The most a rule, and all rules of a schema, may cost by estimate (API-SEMANTICS R33). */
export const ruleLimit = 10_000_000
const schemaLimit = 100_000_000

/** Rules told when all together cost too much: the most expensive ones, of those that matter at all. */
const maxTold = 4
const mattersFrom = schemaLimit / 100

/** `estimated rule cost exceeds budget by factor of 2.5x (…)`. */
export function tooExpensive(what: string, cost: number, limit = ruleLimit): string {
  const factor = cost / limit
  const shown = factor > 100 ? 'more than 100' : factor < 1.5 ? factor.toFixed(6) : factor.toFixed(1)
  const advice =
    'try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared'
  return `${what} exceeds budget by factor of ${shown}x (${advice})`
}

/** What all rules of a schema may cost together. */
export class TotalCost {
  #total = 0
  #expensive: { readonly path: string; readonly cost: number }[] = []

  add(path: string, cost: number): void {
    this.#total = cap(this.#total + cost)
    if (cost < mattersFrom) return
    this.#expensive = [...this.#expensive, { path, cost }].sort((a, b) => b.cost - a.cost).slice(0, maxTold)
  }

  /** The rules to blame and what to say of the whole; undefined while it is affordable. */
  excess(): { readonly paths: readonly string[]; readonly text: string } | undefined {
    if (this.#total <= schemaLimit) return undefined
    const what = 'x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema'
    return { paths: this.#expensive.map(({ path }) => path), text: tooExpensive(what, this.#total, schemaLimit) }
  }
}
