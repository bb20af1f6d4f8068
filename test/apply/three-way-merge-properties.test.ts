import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { threeWayMerge } from '../../src/apply/three-way-merge.js'
import { cloneJson } from '../../src/meta/json-clone.js'
import { mergeSchema } from './merge-schema.js'

interface State {
  limits: Record<string, number>
  ports: { port: number; name?: string; nodePort?: number }[]
  zones: string[]
}

const keys = ['k1', 'k2', 'k3', 'k4', 'k5', 'k6']
const state: fc.Arbitrary<State> = fc.record({
  limits: fc.dictionary(fc.constantFrom(...keys), fc.nat(3)),
  ports: fc.uniqueArray(fc.record({ port: fc.integer({ min: 1, max: 6 }), name: fc.constantFrom('a', 'b') }), {
    selector: ({ port }) => port,
  }),
  zones: fc.uniqueArray(fc.constantFrom(...keys)),
})

/** Sets, changes or removes one entry, item or value; two edits with different numbers are of disjoint fields. */
const edit = fc.record({
  where: fc.constantFrom('limits', 'ports', 'zones'),
  n: fc.integer({ min: 1, max: 6 }),
  value: fc.option(fc.integer({ min: 10, max: 20 }), { nil: undefined }),
})
type Edit = typeof edit extends fc.Arbitrary<infer T> ? T : never

function apply(state: State, { where, n, value }: Edit): void {
  const key = `k${n}`
  if (where === 'limits') {
    if (value === undefined) delete state.limits[key]
    else state.limits[key] = value
  } else if (where === 'zones') {
    state.zones = state.zones.filter((zone) => zone !== key)
    if (value !== undefined) state.zones.push(key)
  } else {
    const item = state.ports.find(({ port }) => port === n)
    if (value === undefined) state.ports = state.ports.filter(({ port }) => port !== n)
    else if (item) item.nodePort = value
    else state.ports.push({ port: n, nodePort: value })
  }
}

const edited = (base: State, edits: readonly Edit[]): State => {
  const copy = cloneJson(base)
  for (const one of edits) apply(copy, one)
  return copy
}

/** Without regard to order. */
const content = ({ limits, ports, zones }: State) => ({
  limits,
  ports: ports.toSorted((x, y) => x.port - y.port),
  zones: zones.toSorted(),
})

const merged = (base: State, file: State, current: State) =>
  (threeWayMerge({ spec: base }, { spec: file }, { spec: current }, mergeSchema) as { spec: State }).spec

describe('a merge', () => {
  it('loses no edit of either side where they are of disjoint fields', () => {
    fc.assert(
      fc.property(state, fc.array(edit), fc.array(edit), (base, ours, theirs) => {
        const touched = new Set(ours.map(({ where, n }) => where + n))
        const others = theirs.filter(({ where, n }) => !touched.has(where + n))
        const both = merged(base, edited(base, ours), edited(base, others))
        expect(content(both)).toEqual(content(edited(base, [...ours, ...others])))
      }),
    )
  })

  it('ends with what the file says of every field the file changed', () => {
    fc.assert(
      fc.property(state, fc.array(edit, { minLength: 1 }), fc.array(edit), (base, ours, theirs) => {
        const [file, current] = [edited(base, ours), edited(base, theirs)]
        const result = merged(base, file, current)
        for (const key of keys) {
          if (base.limits[key] !== file.limits[key]) expect(result.limits[key]).toBe(file.limits[key])
          else expect(result.limits[key]).toBe(current.limits[key])
          const [before, now] = [base.zones.includes(key), file.zones.includes(key)]
          expect(result.zones.includes(key)).toBe(before !== now ? now : current.zones.includes(key))
        }
      }),
    )
  })

  it('of a side that changed nothing is the other side', () => {
    fc.assert(
      fc.property(state, state, (base, other) => {
        expect(merged(base, other, base)).toEqual(other)
        expect(merged(base, base, other)).toEqual(other)
        expect(merged(base, other, other)).toEqual(other)
      }),
    )
  })
})
