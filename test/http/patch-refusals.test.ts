import { describe, expect } from 'vitest'
import { testAlone as it } from '../support/server-test.js'

const path = '/api/v1/namespaces/default/configmaps'
const json = 'application/json-patch+json'
const merge = 'application/merge-patch+json'
const strategic = 'application/strategic-merge-patch+json'

const unnamed = 'the name of the object (there based on URL) was undeterminable: name must be provided'
const notRegistered = (kind: string, version: string) =>
  `no kind "${kind}" is registered for version "${version}" in scheme "pkg/runtime/scheme.go:111"`

/** A patch of a ConfigMap, the code, and what the message of a kube-apiserver 1.36 ends with. */
const rows: readonly (readonly [type: string, patch: unknown, code: number, end: string])[] = [
  [merge, null, 400, 'Invalid JSON Patch'],
  [merge, true, 400, 'json: cannot unmarshal bool into Go value of type map[string]interface {}'],
  [merge, { metadata: { name: null } }, 400, unnamed],
  [strategic, { metadata: { name: null } }, 400, unnamed],
  [json, [{ op: 'remove', path: '/metadata/name' }], 400, unnamed],
  [json, [{ op: 'remove', path: '/metadata' }], 400, unnamed],
  [merge, { kind: 'Foo' }, 422, `: ${notRegistered('Foo', 'v1')}`],
  [merge, { kind: 'Secret' }, 422, ': converting (v1.Secret) to (core.ConfigMap): unknown conversion'],
  [merge, { apiVersion: 'v2' }, 422, `: ${notRegistered('ConfigMap', 'v2')}`],
  [merge, { kind: 1 }, 422, 'json: cannot unmarshal number into Go struct field .kind of type string'],
  [
    merge,
    { data: { a: 1 } },
    422,
    ': json: cannot unmarshal number into Go struct field ConfigMap.data of type string',
  ],
  [strategic, { data: { a: 1 } }, 422, '"map[data:map[a:1]]": cannot convert int64 to string'],
  [strategic, { data: { a: true } }, 422, '"map[data:map[a:true]]": unrecognized type: string'],
  [strategic, { data: 'x' }, 422, '"map[data:x]": cannot restore map from string'],
  [strategic, { metadata: { finalizers: 'x' } }, 422, ': cannot restore slice from string'],
  [strategic, { metadata: 'x' }, 422, ': cannot restore struct from: string'],
  [strategic, { immutable: 'x' }, 422, ': unrecognized type: bool'],
  [strategic, { binaryData: { a: '%%' } }, 422, ': error decoding from json: illegal base64 data at input byte 0'],
]

describe('a patch that can not be applied', () => {
  it.for(rows)('%s %j', async ([type, patch, code, end], { api }) => {
    await api.post(path, { metadata: { name: 'there' }, data: { q: '1' } })
    const answer = await api.request('PATCH', `${path}/there`, patch, { 'content-type': type })
    expect(answer.status, answer.text).toBe(code)
    const { message } = answer.json<{ message: string }>()
    expect(message.slice(-end.length)).toBe(end)
  })
})
