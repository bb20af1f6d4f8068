import { expect, it } from 'vitest'
import type { Schema } from '../../src/schema/schema.js'
import { said } from './said.js'

it.each<[Schema, unknown, string[]]>([
  [{ 'x-kubernetes-list-type': 'set' }, ['a', 'b', 'a', 'a', 1, '1'], ['spec.a[2]: Duplicate value: "a"']],
  [
    { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['b', 'a'] },
    [{ a: 1, b: 2, c: 3 }, { a: 1, b: 2 }, { a: 1 }, { a: 1, c: 1 }, {}],
    ['spec.a[1]: Duplicate value: {"a":1,"b":2}', 'spec.a[3]: Duplicate value: {"a":1}'],
  ],
  [
    { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['a'] },
    [{ a: '<' }, { a: '<' }],
    ['spec.a[1]: Duplicate value: {"a":"\\u003c"}'],
  ],
  [
    { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['a'] },
    [{ a: 1 }, 'x'],
    ['spec.a[1]: Invalid value: "x": must be an object for an array of list-type map'],
  ],
  [
    { type: 'object', additionalProperties: { 'x-kubernetes-list-type': 'set' } },
    { k: [1, 1] },
    ['spec.a[k][1]: Duplicate value: 1'],
  ],
  [
    { 'x-kubernetes-embedded-resource': true },
    { metadata: {} },
    ['spec.a.apiVersion: Required value', 'spec.a.kind: Required value'],
  ],
  [
    { 'x-kubernetes-embedded-resource': true },
    { apiVersion: 1, kind: '', metadata: 'x' },
    [
      'spec.a.apiVersion: Invalid value: 1: must be a string',
      'spec.a.kind: Invalid value: "": must not be empty',
      'spec.a.metadata: Invalid value: "x": must be an object',
    ],
  ],
])('of %o says what Kubernetes asks of %o', (schema, value, errors) => {
  expect(said(schema, value)).toEqual(errors)
})
