import { describe, expect, it } from 'vitest'
import { threeWayMerge } from '../../src/apply/three-way-merge.js'
import { mergeSchema } from './merge-schema.js'

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
    expect(JSON.stringify(threeWayMerge(base, file, current, mergeSchema))).toBe(JSON.stringify(merged))
    expect(JSON.stringify([base, file, current])).toBe(before)
  })

  it('finalizers as a set where no schema is known', () => {
    const [, base, file, current, merged] = wholes[1] as Row
    expect(threeWayMerge(base, file, current)).toEqual(merged)
  })
})
