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
      'spec.a.metadata: Invalid value: "x": json: cannot unmarshal string into Go value of type v1.ObjectMeta',
    ],
  ],
  [
    { 'x-kubernetes-embedded-resource': true },
    { apiVersion: 'v1', kind: 'A', metadata: { name: 'a/b', labels: { a: 'b c' } } },
    [
      `spec.a.metadata.name: Invalid value: "a/b": may not contain '/'`,
      'spec.a.metadata.labels: Invalid value: "b c": a valid label must be an empty string or consist of alphanumeric ' +
        "characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or " +
        "'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
    ],
  ],
])('of %o says what Kubernetes asks of %o', (schema, value, errors) => {
  expect(said(schema, value)).toEqual(errors)
})
