import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { compile } from '../../../src/schema/cel/compile.js'
import { estimateCost } from '../../../src/schema/cel/cost-estimate.js'
import { type DeclType, declTypeOf } from '../../../src/schema/cel/decl-type.js'
import { spentCost, startMeter } from '../../../src/schema/cel/meter.js'
import type { Program } from '../../../src/schema/cel/plan.js'
import { schemaValue } from '../../../src/schema/cel/schema-value.js'
import { Failure } from '../../../src/schema/cel/value.js'
import type { Schema } from '../../../src/schema/schema.js'
import { showValue } from './show-value.js'

/** What recorder/main.go, which is Kubernetes' own CEL, answered. */
interface Recorded {
  readonly expr: string
  readonly issues?: string
  /** Why no program could be made. */
  readonly program?: string
  readonly cost?: readonly [string, string]
  readonly value?: unknown
  readonly error?: string
  /** What it cost to run. */
  readonly actual?: string
}

interface Group {
  readonly schema: Schema
  readonly object: unknown
  readonly old?: unknown
  readonly cases: readonly Recorded[]
}

const groups: Record<string, Group> = JSON.parse(readFileSync(join(import.meta.dirname, 'expressions.json'), 'utf8'))

describe.each(Object.entries(groups))('expressions (R32): %s', (_name, group) => {
  const decl = declTypeOf(group.schema, false) as DeclType
  const variables = new Map([
    ['self', decl.type],
    ['oldSelf', decl.type],
  ])

  it.each(group.cases)('$expr', (recorded) => {
    const found = compile(recorded.expr, { variables })
    if (!('program' in found)) {
      expect({ issues: plain(found.issues), program: found.problem }).toEqual({
        issues: plain(recorded.issues),
        program: recorded.program,
      })
      return
    }
    const cost = estimateCost(found.expr, (path) => sizeOf(decl, path))
    const estimated = [cost.min, cost.max].map((value) => Math.min(value, 2 ** 64))
    expect(estimated).toEqual(recorded.cost?.map(Number))
    expect(evaluate(group, recorded, found.program)).toEqual({
      value: recorded.value,
      error: recorded.error,
      actual: recorded.actual,
    })
  })
})

function evaluate(group: Group, recorded: Recorded, program: Program) {
  startMeter(Number.POSITIVE_INFINITY)
  const values = [
    schemaValue(group.object, group.schema),
    group.old === undefined ? undefined : schemaValue(group.old, group.schema),
  ]
  try {
    const { value, cost } = program.run(values, 1_000_000)
    return { value: showValue(value), ...(recorded.actual === undefined ? {} : { actual: String(cost) }) }
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return { error: error.message, ...(recorded.actual === undefined ? {} : { actual: String(spentCost()) }) }
  }
}

/** Upstream names the type of a schema by the time. */
function plain(text: string | undefined): string | undefined {
  return text?.replace(/selfType\d*/g, 'selfType')
}

function sizeOf(root: DeclType, path: readonly string[]) {
  let at: DeclType | undefined = root
  for (const step of path.slice(1)) {
    if (step === '@items' || step === '@values') at = at?.element
    else at = step === '@keys' ? at?.key : at?.fields?.get(step)
  }
  return at && { min: 0, max: at.maxElements }
}
