import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { threeWayMerge } from '../../src/apply/three-way-merge.js'
import { cloneJson } from '../../src/meta/json-clone.js'
import type { Schema } from '../../src/schema/schema.js'

const ports: Schema = {
  type: 'array',
  items: {
    type: 'object',
    properties: {
      port: { type: 'integer' },
      protocol: { type: 'string', default: 'TCP' },
      name: { type: 'string' },
      nodePort: { type: 'integer' },
    },
  },
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': ['port', 'protocol'],
}

const schema: Schema = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      properties: {
        ports,
        zones: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
        args: { type: 'array', items: { type: 'string' } },
        selector: {
          type: 'object',
          additionalProperties: { type: 'string' },
          'x-kubernetes-map-type': 'atomic',
        },
        size: { type: 'integer' },
        limits: { type: 'object', additionalProperties: { type: 'integer' } },
      },
    },
    status: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  },
}

/** What stands below `spec` unless the case says more: base, file, current, merged. */
type Row = readonly [what: string, base: unknown, file: unknown, current: unknown, merged: unknown]

const owner = (uid: string, more = {}) => ({ apiVersion: 'v1', kind: 'ConfigMap', name: uid, uid, ...more })
const a = { port: 1, name: 'a' }
const b = { port: 2, name: 'b' }
const c = { port: 3, name: 'c' }

const specs: Row[] = [
  ['a change of the file', { size: 1 }, { size: 2 }, { size: 1 }, { size: 2 }],
  ['a change of the current object', { size: 1 }, { size: 1 }, { size: 2 }, { size: 2 }],
  ['the file, where both changed', { size: 1 }, { size: 2 }, { size: 3 }, { size: 2 }],
  ['a removal by the file', { size: 1 }, {}, { size: 1 }, {}],
  ['a removal by the current object', { size: 1 }, { size: 1 }, {}, {}],
  ['a removal by the file of what changed', { size: 1 }, {}, { size: 2 }, {}],
  ['a change by the file of what was removed', { size: 1 }, { size: 2 }, {}, { size: 2 }],
  [
    'entries of a map',
    { limits: { x: 1, y: 1 } },
    { limits: { x: 2, y: 1 } },
    { limits: { x: 1, y: 3, z: 4 } },
    { limits: { x: 2, y: 3, z: 4 } },
  ],
  ['maps that both added', {}, { limits: { x: 1 } }, { limits: { y: 2 } }, { limits: { y: 2, x: 1 } }],
  [
    'an atomic map as a whole',
    { selector: { x: '1' } },
    { selector: { x: '2' } },
    { selector: { x: '1', y: '3' } },
    { selector: { x: '2' } },
  ],
  ['a list without a type as a whole', { args: ['x'] }, { args: ['x', 'y'] }, { args: ['z'] }, { args: ['x', 'y'] }],
  ['a list without a type that only the server changed', { args: ['x'] }, { args: ['x'] }, { args: [] }, { args: [] }],
  [
    'items with keys',
    { ports: [a, b] },
    { ports: [{ ...a, name: 'A' }, b] },
    { ports: [a, { ...b, nodePort: 9 }] },
    {
      ports: [
        { ...a, name: 'A' },
        { ...b, nodePort: 9 },
      ],
    },
  ],
  [
    'fields of one item with keys',
    { ports: [a] },
    { ports: [{ ...a, name: 'A' }] },
    { ports: [{ ...a, nodePort: 9 }] },
    { ports: [{ ...a, name: 'A', nodePort: 9 }] },
  ],
  [
    'an item whose key has its default on one side',
    { ports: [a] },
    { ports: [{ ...a, name: 'A' }] },
    { ports: [{ ...a, protocol: 'TCP', nodePort: 9 }] },
    { ports: [{ ...a, protocol: 'TCP', nodePort: 9, name: 'A' }] },
  ],
  [
    'items told apart by the second key',
    { ports: [a] },
    { ports: [a, { port: 1, protocol: 'UDP' }] },
    { ports: [{ ...a, nodePort: 9 }] },
    {
      ports: [
        { ...a, nodePort: 9 },
        { port: 1, protocol: 'UDP' },
      ],
    },
  ],
  [
    'items that both added, the server’s first',
    { ports: [a] },
    { ports: [a, b] },
    { ports: [a, c] },
    { ports: [a, c, b] },
  ],
  ['an item put in between', { ports: [a, b] }, { ports: [a, c, b] }, { ports: [a, b] }, { ports: [a, c, b] }],
  ['a removed item and a changed one', { ports: [a, b] }, { ports: [b] }, { ports: [a, c] }, { ports: [c] }],
  ['an order of the file', { ports: [a, b] }, { ports: [b, a] }, { ports: [a, b, c] }, { ports: [b, c, a] }],
  ['an order of the server', { ports: [a, b] }, { ports: [a, b, c] }, { ports: [b, a] }, { ports: [b, c, a] }],
  [
    'a list whose items have no keys as a whole',
    { ports: [a] },
    { ports: [{ name: 'x' }, { name: 'y' }] },
    { ports: [a, b] },
    { ports: [{ name: 'x' }, { name: 'y' }] },
  ],
  [
    'a list with the same key twice as a whole',
    { ports: [a] },
    { ports: [a, a] },
    { ports: [a, b] },
    { ports: [a, a] },
  ],
  ['sets', { zones: ['x', 'y'] }, { zones: ['y', 'f'] }, { zones: ['x', 'y', 'c'] }, { zones: ['y', 'c', 'f'] }],
  ['sets that both cleared in part', { zones: ['x', 'y'] }, { zones: ['x'] }, { zones: ['y'] }, { zones: [] }],
  [
    'what is not in the schema as if it were untyped',
    { more: { x: [1] } },
    { more: { x: [2] } },
    { more: { x: [1], y: 1 } },
    { more: { x: [2], y: 1 } },
  ],
  ['a map that became a value', { limits: { x: 1 } }, { limits: 5 }, { limits: { x: 2 } }, { limits: 5 }],
  ['null as a value', { size: 1 }, { size: null }, { size: 1 }, { size: null }],
]

const wholes: Row[] = [
  [
    'a status that was written meanwhile',
    { spec: { size: 1 } },
    { spec: { size: 2 } },
    { spec: { size: 1 }, status: { ready: true } },
    { spec: { size: 2 }, status: { ready: true } },
  ],
  [
    'finalizers as a set',
    { metadata: { finalizers: ['x/a'] } },
    { metadata: { finalizers: ['x/a', 'x/f'] } },
    { metadata: { finalizers: ['x/c'] } },
    { metadata: { finalizers: ['x/c', 'x/f'] } },
  ],
  [
    'owners by uid',
    { metadata: { ownerReferences: [owner('1')] } },
    { metadata: { ownerReferences: [owner('1'), owner('2')] } },
    { metadata: { ownerReferences: [owner('1', { controller: true }), owner('3')] } },
    { metadata: { ownerReferences: [owner('1', { controller: true }), owner('3'), owner('2')] } },
  ],
  [
    'an owner as a whole',
    { metadata: { ownerReferences: [owner('1')] } },
    { metadata: { ownerReferences: [owner('1', { blockOwnerDeletion: true })] } },
    { metadata: { ownerReferences: [owner('1', { controller: true })] } },
    { metadata: { ownerReferences: [owner('1', { blockOwnerDeletion: true })] } },
  ],
  [
    'a key called __proto__',
    JSON.parse('{"spec":{}}'),
    JSON.parse('{"spec":{"limits":{"__proto__":1}}}'),
    { spec: {} },
    JSON.parse('{"spec":{"limits":{"__proto__":1}}}'),
  ],
]

const table: Row[] = [
  ...specs.map(([what, ...states]) => [what, ...states.map((spec) => ({ spec }))] as unknown as Row),
  ...wholes,
]

describe('an edit merged into an object that has moved on takes', () => {
  it.for(table)('%s', ([, base, file, current, merged]) => {
    const before = JSON.stringify([base, file, current])
    expect(JSON.stringify(threeWayMerge(base, file, current, schema))).toBe(JSON.stringify(merged))
    expect(JSON.stringify([base, file, current])).toBe(before)
  })

  it('finalizers as a set where no schema is known', () => {
    const [, base, file, current, merged] = wholes[1] as Row
    expect(threeWayMerge(base, file, current)).toEqual(merged)
  })
})

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
  (threeWayMerge({ spec: base }, { spec: file }, { spec: current }, schema) as { spec: State }).spec

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
