import { describe, expect, it } from 'vitest'
import { applyStrategicMergePatch } from '../../src/apply/strategic-merge.js'
import type { JsonObject } from '../../src/meta/object.js'
import { a, b, c, containers, deployment, finalizers } from './deployment.js'

describe('a strategic merge patch that orders, takes away or retains', () => {
  it.each<[string, JsonObject, JsonObject, JsonObject]>([
    [
      'orders items',
      containers(a, b, c),
      { spec: { '$setElementOrder/containers': [{ name: 'c' }, { name: 'a' }, { name: 'b' }] } },
      containers(c, a, b),
    ],
    [
      'orders and merges items',
      containers(a, b),
      {
        spec: {
          '$setElementOrder/containers': [{ name: 'b' }, { name: 'c' }, { name: 'a' }],
          containers: [{ name: 'b', image: '2' }, c],
        },
      },
      containers({ name: 'b', image: '2' }, c, a),
    ],
    [
      'keeps items it does not order where they are',
      containers({ name: 's1' }, a, { name: 's2' }, b, { name: 's3' }),
      { spec: { '$setElementOrder/containers': [{ name: 'a' }, { name: 'b' }] } },
      containers({ name: 's1' }, a, { name: 's2' }, b, { name: 's3' }),
    ],
    [
      'what kubectl set image sends',
      containers({ ...a, env: [] }, b),
      {
        spec: {
          '$setElementOrder/containers': [{ name: 'a' }, { name: 'b' }],
          containers: [{ name: 'b', image: '9' }],
        },
      },
      containers({ ...a, env: [] }, { name: 'b', image: '9' }),
    ],
    [
      'orders and deletes items',
      containers(a, b, c),
      {
        spec: {
          '$setElementOrder/containers': [{ name: 'c' }, { name: 'a' }],
          containers: [{ $patch: 'delete', name: 'b' }],
        },
      },
      containers(c, a),
    ],
    [
      'orders a new list',
      { spec: {} },
      { spec: { '$setElementOrder/containers': [{ name: 'a' }, { name: 'b' }], containers: [a, b] } },
      containers(a, b),
    ],
    ['orders a list that is nowhere', { spec: {} }, { spec: { '$setElementOrder/containers': [] } }, { spec: {} }],
    ['orders an empty list', containers(), { spec: { '$setElementOrder/containers': [{ name: 'a' }] } }, containers()],

    ['adds to a set of scalars', finalizers('a/a', 'b/b'), finalizers('b/b', 'c/c'), finalizers('a/a', 'b/b', 'c/c')],
    [
      'takes from a set of scalars',
      finalizers('a/a', 'b/b', 'c/c'),
      { metadata: { '$deleteFromPrimitiveList/finalizers': ['b/b', 'x/x'] } },
      finalizers('a/a', 'c/c'),
    ],
    [
      'takes, adds and orders',
      finalizers('a/a', 'b/b'),
      {
        metadata: {
          '$deleteFromPrimitiveList/finalizers': ['a/a'],
          '$setElementOrder/finalizers': ['c/c', 'b/b'],
          finalizers: ['c/c'],
        },
      },
      finalizers('c/c', 'b/b'),
    ],
    [
      'takes from a list that is nowhere',
      { metadata: {} },
      { metadata: { '$deleteFromPrimitiveList/finalizers': ['a/a'] } },
      { metadata: {} },
    ],
    [
      'merges owners by uid',
      { metadata: { ownerReferences: [{ uid: '1', name: 'a' }] } },
      {
        metadata: {
          ownerReferences: [
            { uid: '1', controller: true },
            { uid: '2', name: 'b' },
          ],
        },
      },
      {
        metadata: {
          ownerReferences: [
            { uid: '1', name: 'a', controller: true },
            { uid: '2', name: 'b' },
          ],
        },
      },
    ],
    [
      'deletes an owner',
      { metadata: { ownerReferences: [{ uid: '1' }, { uid: '2' }] } },
      { metadata: { ownerReferences: [{ $patch: 'delete', uid: '1' }] } },
      { metadata: { ownerReferences: [{ uid: '2' }] } },
    ],
    [
      'keeps only some keys',
      { spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } } },
      { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } },
      { spec: { strategy: { type: 'Recreate' } } },
    ],
    [
      'keeps keys it does not set',
      { spec: { strategy: { type: 'x', a: 1, b: 2 } } },
      { spec: { strategy: { $retainKeys: ['type', 'a'], b: null } } },
      { spec: { strategy: { type: 'x', a: 1 } } },
    ],
  ])('%s', (_, object, patch, expected) => {
    const before = structuredClone({ object, patch })
    expect(applyStrategicMergePatch(object, patch, deployment)).toEqual(expected)
    expect({ object, patch }).toEqual(before)
  })
})
