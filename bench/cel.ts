import { compileRules } from '../src/schema/cel/compile-rules.js'
import { validateRules } from '../src/schema/cel/validate-rules.js'
import type { Schema } from '../src/schema/schema.js'

/** CPU µs of the rules of one custom resource. One rule is to cost less than 20. */
const rounds = 100_000

function schemaWith(rules: readonly string[]): Schema {
  const item: Schema = { type: 'object', properties: { name: { type: 'string' }, value: { type: 'integer' } } }
  const properties: Record<string, Schema> = {
    size: { type: 'string' },
    replicas: { type: 'integer' },
    items: { type: 'array', items: item, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] },
  }
  const spec: Schema = { type: 'object', properties, 'x-kubernetes-validations': rules.map((rule) => ({ rule })) }
  return { type: 'object', properties: { spec } }
}

const items = Array.from({ length: 10 }, (_, value) => ({ name: `item-${value}`, value }))
const object = { apiVersion: 'v1', kind: 'Sample', metadata: { name: 'x' }, spec: { size: 'L', replicas: 3, items } }
const old = structuredClone(object)

const samples: readonly (readonly [name: string, rules: readonly string[]])[] = [
  ['one comparison', ["self.size != 'L' || self.replicas > 1"]],
  ['a transition', ['self.replicas >= oldSelf.replicas']],
  ['ten comparisons', Array.from({ length: 10 }, () => "self.size != 'L' || self.replicas > 1")],
  ['all of ten items', ['self.items.all(i, i.value >= 0 && i.name.size() > 0)']],
  ['all of ten items, with a pattern', ["self.items.all(i, i.name.matches('^[a-z]+-[0-9]$'))"]],
]

for (const [name, rules] of samples) {
  const compiled = compileRules(schemaWith(rules))
  if (!compiled) throw new Error('no rules')
  const round = () => {
    const errors = validateRules(compiled, object, old)
    if (errors.length > 0) throw new Error(errors[0]?.message)
  }
  for (let i = 0; i < rounds / 10; i++) round()
  const before = process.cpuUsage()
  for (let i = 0; i < rounds; i++) round()
  const { user, system } = process.cpuUsage(before)
  process.stdout.write(`${name}: ${((user + system) / rounds).toFixed(2)} µs\n`)
}
