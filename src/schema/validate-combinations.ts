import { quoteGo } from '../meta/go-quote.js'
import type { Findings } from './findings.js'
import type { Schema } from './schema.js'

/** Validates the value by one schema; given in, as that again needs what is here. */
export type Check = (schema: Schema, into: Findings) => void

/** allOf, anyOf, oneOf and not. Where none of several schemas fits, the errors of the one that fits best are told too. */
export function checkCombinations(schema: Schema, name: string, into: Findings, check: Check): void {
  const { allOf, anyOf, oneOf, not } = schema
  const judge = (one: Schema) => {
    const findings = into.fork()
    check(one, findings)
    return findings
  }
  if (anyOf && anyOf.length > 0) checkAnyOf(anyOf, judge, name, into)
  if (oneOf && oneOf.length > 0) checkOneOf(oneOf.map(judge), name, into)
  if (allOf && allOf.length > 0) checkAllOf(allOf.map(judge), name, into)
  if (not && judge(not).isValid) into.composite(`${quoteGo(name)} must not validate the schema (not)`)
  into.matches += 2
}

/** The first schema that fits is enough. */
function checkAnyOf(
  schemas: readonly Schema[],
  judge: (schema: Schema) => Findings,
  name: string,
  into: Findings,
): void {
  const failed: Findings[] = []
  for (const schema of schemas) {
    const findings = judge(schema)
    if (findings.isValid) {
      into.merge(findings)
      return
    }
    failed.push(findings)
  }
  into.composite(`${quoteGo(name)} must validate at least one schema (anyOf)`)
  into.merge(best(failed))
}

function checkOneOf(all: readonly Findings[], name: string, into: Findings): void {
  const valid = all.filter((findings) => findings.isValid)
  const [first] = valid
  if (first && valid.length === 1) into.merge(first)
  else {
    const found = first ? `Found ${valid.length} valid alternatives` : 'Found none valid'
    into.composite(`${quoteGo(name)} must validate one and only one schema (oneOf). ${found}`)
    if (!first) into.merge(best(all))
  }
}

function checkAllOf(all: readonly Findings[], name: string, into: Findings): void {
  for (const findings of all) into.merge(findings)
  const valid = all.filter((findings) => findings.isValid).length
  if (valid === all.length) return
  into.composite(`${quoteGo(name)} must validate all the schemas (allOf)${valid === 0 ? '. None validated' : ''}`)
}

function best(all: readonly Findings[]): Findings {
  return all.reduce((most, one) => (one.matches > most.matches ? one : most))
}
