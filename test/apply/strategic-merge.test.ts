import { describe, expect, it } from 'vitest'
import { applyMergePatch } from '../../src/apply/merge-patch.js'
import { applyStrategicMergePatch } from '../../src/apply/strategic-merge.js'
import type { JsonObject } from '../../src/meta/object.js'
import type { Schema } from '../../src/schema/schema.js'
import { cpuTime } from '../support/cpu-time.js'
import { a, b, c, containers, deployment, finalizers } from './deployment.js'

describe('a strategic merge patch', () => {
  it.each<[string, JsonObject, JsonObject, JsonObject]>([
    ['does nothing when empty', { data: { a: '1' } }, {}, { data: { a: '1' } }],
    ['merges maps', { data: { a: '1' } }, { data: { b: '2' } }, { data: { a: '1', b: '2' } }],
    ['removes with null', { data: { a: '1', b: '2' } }, { data: { a: null, x: null } }, { data: { b: '2' } }],
    ['removes a whole map', { data: { a: '1' }, x: 1 }, { data: null }, { x: 1 }],
    ['drops nulls from what is new', {}, { data: { a: null, b: '1' } }, { data: { b: '1' } }],
    ['takes another type', { spec: { containers: 'x' } }, containers(a), containers(a)],
    ['replaces a map', { data: { a: '1' } }, { data: { $patch: 'replace', e: '5' } }, { data: { e: '5' } }],
    ['empties a map', { data: { a: '1' } }, { data: { $patch: 'delete' } }, { data: {} }],
    [
      'merges a map when told so',
      { data: { a: '1' } },
      { data: { $patch: 'merge', b: '2' } },
      { data: { a: '1', b: '2' } },
    ],
    ['has no use for a directive on what is not there', {}, { data: { $patch: 'replace', a: '1' } }, {}],
    ['replaces the whole object', { data: { a: '1' } }, { $patch: 'replace', x: 1 }, { x: 1 }],
    [
      'replaces a map whose strategy is replace',
      { spec: { selector: { a: '1' } } },
      { spec: { selector: { b: '2' } } },
      { spec: { selector: { b: '2' } } },
    ],
    [
      'replaces a list without strategy',
      { spec: { tolerations: [1, 2] } },
      { spec: { tolerations: [3] } },
      { spec: { tolerations: [3] } },
    ],
    ['replaces a list it knows nothing of', { x: [1, 2] }, { x: [3] }, { x: [3] }],

    [
      'merges items by key',
      containers(a, b),
      containers({ name: 'a', image: '2' }),
      containers({ name: 'a', image: '2' }, b),
    ],
    ['puts a new item first', containers(a), containers(b), containers(b, a)],
    ['puts a new item behind the ones it comes after', containers(a), containers({ name: 'a' }, b), containers(a, b)],
    ['deletes an item', containers(a, b, c), containers({ name: 'b', $patch: 'delete' }), containers(a, c)],
    ['deletes every item of that key', containers(a, b, b), containers({ name: 'b', $patch: 'delete' }), containers(a)],
    ['deletes what is not there', containers(a), containers({ name: 'x', $patch: 'delete' }), containers(a)],
    ['replaces all items', containers(a, b), containers({ $patch: 'replace' }, c), containers(c)],
    ['replaces all items by none', containers(a, b), containers({ $patch: 'replace' }), containers()],
    ['ignores directives where there is no list', {}, containers({ name: 'a', $patch: 'delete' }, b), containers(b)],
    [
      'merges lists in items',
      containers({
        ...a,
        env: [
          { name: 'x', value: '1' },
          { name: 'y', value: '1' },
        ],
      }),
      containers({
        name: 'a',
        env: [
          { name: 'x', value: '2' },
          { name: 'y', $patch: 'delete' },
        ],
      }),
      containers({ ...a, env: [{ name: 'x', value: '2' }] }),
    ],
    [
      'replaces a list without strategy in an item',
      containers({ ...a, args: ['x', 'y'] }),
      containers({ name: 'a', args: ['z'] }),
      containers({ ...a, args: ['z'] }),
    ],
    [
      'keys by number',
      containers({ ...a, ports: [{ containerPort: 80, name: 'h' }] }),
      containers({ name: 'a', ports: [{ containerPort: 80n, name: 'i' }, { containerPort: 443 }] }),
      containers({ ...a, ports: [{ containerPort: 80n, name: 'i' }, { containerPort: 443 }] }),
    ],
    [
      'drops nulls from a new item',
      containers(),
      containers({ ...a, env: null, x: { $patch: 'delete' } }),
      containers(a),
    ],
    [
      'takes odd keys',
      containers({ name: '__proto__' }),
      containers({ name: '__proto__', image: '2' }),
      containers({ name: '__proto__', image: '2' }),
    ],
  ])('%s', (_, object, patch, expected) => {
    const before = structuredClone({ object, patch })
    expect(applyStrategicMergePatch(object, patch, deployment)).toEqual(expected)
    expect({ object, patch }).toEqual(before)
  })

  it('uses the schema’s own metadata when it has one', () => {
    const own: Schema = { type: 'object', properties: { metadata: { type: 'object', properties: {} } } }
    expect(applyStrategicMergePatch(finalizers('a'), finalizers('b'), own)).toEqual(finalizers('b'))
  })

  it('without lists and directives is a merge patch', () => {
    const object = { a: { b: 1, c: { d: 2 } }, e: 'x' }
    for (const patch of [{ a: { b: null } }, { a: 1 }, { a: { c: { f: 3 } }, e: null }, { x: { y: { z: 1 } } }]) {
      expect(applyStrategicMergePatch(object, patch, {})).toEqual(applyMergePatch(object, patch))
    }
  })

  it('merges long lists in little time', () => {
    const long = Array.from({ length: 20_000 }, (_, i) => ({ name: `n${i}` }))
    const order = [...long].reverse()
    const patch = { spec: { '$setElementOrder/containers': order, containers: order } }
    let merged: unknown
    const took = cpuTime(() => {
      merged = applyStrategicMergePatch(containers(...long), patch, deployment)
    })
    expect(merged).toEqual(containers(...order))
    expect(took).toBeLessThan(10_000)
  })
})
