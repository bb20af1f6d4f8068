import { describe, expect, it } from 'vitest'
import { applyStrategicMergePatch } from '../../src/apply/strategic-merge.js'
import type { JsonObject } from '../../src/meta/object.js'
import { a, containers, deployment, finalizers } from './deployment.js'

describe('a strategic merge patch that can’t be applied', () => {
  it.each<[JsonObject, JsonObject, number, string | RegExp]>([
    [{ data: {} }, { data: { $patch: 'x', a: '1' } }, 400, 'unknown patch type: x in map: map[$patch:x a:1]'],
    [
      containers(a),
      containers({ $patch: 'merge', name: 'a' }),
      400,
      'merging lists cannot yet be specified in the patch',
    ],
    [containers(a), containers({ $patch: 'x', name: 'a' }), 400, 'unknown patch type: x in map: map[$patch:x name:a]'],
    [containers(a), containers({ image: '2' }), 400, 'map: map[image:2] does not contain declared merge key: name'],
    [
      containers(a),
      containers({ $patch: 'delete' }),
      400,
      'map: map[$patch:delete] does not contain declared merge key: name',
    ],
    [containers({ image: '1' }), containers(a), 400, 'map: map[image:1] does not contain declared merge key: name'],
    [containers(a), containers('x'), 400, /^list element types are not identical: /],
    [containers(a), containers(['x']), 422, 'the server rejected our request due to an error in our request'],
    [{ spec: { unkeyed: [{}] } }, { spec: { unkeyed: [{}] } }, 400, 'cannot merge lists without merge key'],
    [{ data: {} }, { data: { $retainKeys: 'x' } }, 400, 'invalid patch format of retainKeys'],
    [{ data: {} }, { data: { $retainKeys: ['a'], b: '1' } }, 400, 'invalid patch format of retainKeys'],
    [finalizers('a'), { metadata: { $deleteFromPrimitiveList: ['a'] } }, 400, 'invalid patch format of primitive list'],
    [
      finalizers('a'),
      { metadata: { '$deleteFromPrimitiveList/finalizers': 'a' } },
      400,
      'invalid patch format of primitive list',
    ],
    [finalizers('a'), { metadata: { $setElementOrder: ['a'] } }, 400, 'invalid patch format of setElementOrder list'],
    [
      finalizers('a'),
      { metadata: { '$setElementOrder/finalizers': 'a' } },
      400,
      'expected a []interface {}, but received a string',
    ],
    [
      { spec: { containers: {} } },
      { spec: { '$setElementOrder/containers': [] } },
      400,
      'expected a []interface {}, but received a map[string]interface {}',
    ],
    [
      containers(a),
      { spec: { '$setElementOrder/containers': ['a'], containers: [a] } },
      400,
      'expected a map[string]interface {}, but received a string',
    ],
    [
      containers(a),
      { spec: { '$setElementOrder/containers': [{ name: 'b' }], containers: [{ name: 'a' }] } },
      400,
      "the order in patch list:\n[map[name:a]]\n doesn't match $setElementOrder list:\n[map[name:b]]",
    ],
    [
      containers(a),
      {
        spec: {
          '$setElementOrder/containers': [{ name: 'a' }, { name: 'b' }],
          containers: [{ name: 'b' }, { name: 'a' }],
        },
      },
      400,
      /^the order in patch list:/,
    ],
  ])('%j is not changed by %j', (object, patch, code, message) => {
    const expected = expect.objectContaining({
      code,
      message: typeof message === 'string' ? message : expect.stringMatching(message),
    })
    const before = structuredClone({ object, patch })
    expect(() => applyStrategicMergePatch(object, patch, deployment)).toThrow(expected)
    expect({ object, patch }).toEqual(before)
  })

  it.each([
    [[], 'array'],
    ['x', 'string'],
    [null, 'null'],
    [1, 'number'],
  ])('can’t be %j', (patch, kind) => {
    const message = `json: cannot unmarshal ${kind} into Go value of type map[string]interface {}`
    expect(() => applyStrategicMergePatch({}, patch, deployment)).toThrow(
      expect.objectContaining({ code: 400, message }),
    )
  })
})
