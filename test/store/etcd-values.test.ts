import { expect, it, test } from 'vitest'
import type { KubeObject } from '../../src/meta/object.js'
import { encodeStored } from '../../src/store/encode.js'
import { encodeValue, readStored, storedOf } from '../../src/store/etcd/values.js'

const object = (metadata: KubeObject['metadata'], rest: object = {}) => ({
  apiVersion: 'example.com/v1',
  kind: 'Thing',
  metadata,
  ...rest,
})

test.each<[string, KubeObject]>([
  ['a namespaced object', object({ name: 'a', namespace: 'default', uid: 'u' }, { spec: { size: 1 } })],
  ['a cluster-wide one', object({ name: 'system:a', labels: { a: '"},' } })],
  ['nothing but a name', object({ name: 'ü' })],
  ['no name at all', object({})],
  ['a quote in its name', object({ name: 'a"b' })],
  ['long integers', object({ name: 'a' }, { spec: { big: 9007199254740993n } })],
  ['a resourceVersion of something else', object({ name: 'a' }, { involvedObject: { resourceVersion: '7' } })],
])('a value with a revision is what other backends keep: %s', (_, given) => {
  const value = encodeValue('k', given)
  expect(value.includes('"resourceVersion":"12"')).toBe(false)
  const expected = encodeStored('k', 12, given)
  expect(storedOf('k', 12, value)).toEqual(expected)
  expect(readStored('k', 12, value)).toEqual(expected)
})

it('reads what a person has written', () => {
  const text = '{ "kind": "Thing", "metadata": {"resourceVersion": "3", "name": "a"}, "apiVersion": "example.com/v1" }'
  expect(readStored('k', 12, Buffer.from(text))).toEqual(encodeStored('k', 12, object({ name: 'a' })))
  const late = '{"apiVersion":"example.com/v1","kind":"Thing","metadata":{"name":"a","uid":"u","resourceVersion":"3"}}'
  expect(readStored('k', 12, Buffer.from(late))).toEqual(encodeStored('k', 12, object({ name: 'a', uid: 'u' })))
})

test.each([
  '',
  'k8s\0protobuf',
  '[]',
  '{"kind":"Thing"}',
  '{"apiVersion":"v1","kind":"Thing","metadata":{"name":"a"}',
  '{"apiVersion":"v1","kind":"Thing","metadata":"a"}',
])('refuses what is no object: %j', (text) => {
  expect(() => readStored('k', 1, Buffer.from(text))).toThrow()
})
