import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { formatFieldError } from '../../../src/meta/field-error.js'
import { checkRules } from '../../../src/schema/cel/check-rules.js'
import { compileRules } from '../../../src/schema/cel/compile-rules.js'
import { validateRules } from '../../../src/schema/cel/validate-rules.js'
import type { Schema } from '../../../src/schema/schema.js'
import { validateStructuralSchema } from '../../../src/schema/structural.js'

/** What recorder/main.go, which is Kubernetes' own code, answered. */
interface Recorded {
  readonly name: string
  /** `check`: the schema of a definition; `validate`: an object. */
  readonly mode: 'check' | 'validate'
  readonly schema: Schema
  readonly object?: unknown
  readonly old?: unknown
  readonly errors: readonly string[]
}

const recorded: Recorded[] = JSON.parse(readFileSync(join(import.meta.dirname, 'rules.json'), 'utf8'))
const path = 'spec.validation.openAPIV3Schema'

/** Upstream names the type of a schema by the time, and goes through members in any order. */
function plain(errors: readonly string[]): string[] {
  return errors.map((text) => text.replace(/selfType\d*/g, 'selfType')).sort()
}

describe('rules of a definition (R31, R33)', () => {
  it.each(recorded.filter(({ mode }) => mode === 'check'))('$name', ({ schema, errors }) => {
    const found = validateStructuralSchema(schema, path, { status: false, checkRules })
    expect(plain(found.map(formatFieldError))).toEqual(plain(errors))
  })
})

describe('rules on objects (R30, R31)', () => {
  it.each(recorded.filter(({ mode }) => mode === 'validate'))('$name', ({ schema, object, old, errors }) => {
    const rules = compileRules(schema)
    const found = rules ? validateRules(rules, object, old) : []
    expect(plain(found.map(formatFieldError))).toEqual(plain(errors))
  })

  it('warns of what is as wrong as before', () => {
    const schema: Schema = {
      type: 'object',
      properties: { a: { type: 'string', 'x-kubernetes-validations': [{ rule: 'self != "x"', message: 'no x' }] } },
    }
    const warnings: string[] = []
    const rules = compileRules(schema)
    const object = { a: 'x', b: 1 }
    const found = rules && validateRules(rules, object, { a: 'x' }, { warn: (text) => warnings.push(text) })
    expect(found).toEqual([])
    expect(warnings).toEqual(['a: Invalid value: "x": no x'])
  })
})
