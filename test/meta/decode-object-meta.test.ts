import { describe, expect, it } from 'vitest'
import { decodeMetadata } from '../../src/meta/decode-object-meta.js'

const pizza = { kind: 'Pizza', version: 'v1' }

describe('metadata of a body', () => {
  it.each<[string, unknown, unknown]>([
    ['nothing', undefined, {}],
    ['null', null, {}],
    ['plain', { name: 'a', labels: { a: 'b' } }, { name: 'a', labels: { a: 'b' } }],
    [
      'nulls and empty values',
      { name: 'a', namespace: '', uid: null, labels: {}, annotations: null, finalizers: [], creationTimestamp: null },
      { name: 'a' },
    ],
    ['a null label', { labels: { a: null } }, { labels: { a: '' } }],
    ['selfLink', { name: 'a', selfLink: '/x' }, { name: 'a' }],
    ['a long generation', { generation: 9007199254740993n }, { generation: 9007199254740993n }],
    ['zero', { generation: 0, deletionGracePeriodSeconds: 0 }, { deletionGracePeriodSeconds: 0 }],
    [
      'a time elsewhere',
      { creationTimestamp: '2001-01-01T01:30:00.75+02:30' },
      { creationTimestamp: '2000-12-31T23:00:00Z' },
    ],
    ['the zero time', { creationTimestamp: '0001-01-01T00:00:00Z' }, {}],
    [
      'an owner with holes',
      { ownerReferences: [{ name: 'n', controller: false }, null] },
      {
        ownerReferences: [{ apiVersion: '', kind: '', name: 'n', uid: '', controller: false }],
      },
    ],
    [
      'managed fields',
      { managedFields: [{ manager: 'm', operation: 'Apply', time: '2020-01-01T00:00:00Z', fieldsV1: { 'f:a': {} } }] },
      { managedFields: [{ manager: 'm', operation: 'Apply', time: '2020-01-01T00:00:00Z', fieldsV1: { 'f:a': {} } }] },
    ],
  ])('%s', (_, value, expected) => expect(decodeMetadata(value, pizza).metadata).toEqual(expected))

  it('comes in upstream’s order', () => {
    const { metadata } = decodeMetadata({ labels: { b: '1', a: '2' }, uid: 'u', name: 'a' }, pizza)
    expect(JSON.stringify(metadata)).toBe('{"name":"a","uid":"u","labels":{"b":"1","a":"2"}}')
  })

  it('loses fields it has not, and says which', () => {
    const value = JSON.parse(
      '{"foo":1,"ownerReferences":[{"uid":"1","bar":2}],"managedFields":[{"x":1}],"__proto__":{},"constructor":1}',
    )
    const { metadata, unknown } = decodeMetadata(value, pizza)
    expect(unknown).toEqual([
      'metadata.foo',
      'metadata.ownerReferences[0].bar',
      'metadata.managedFields[0].x',
      'metadata.__proto__',
      'metadata.constructor',
    ])
    expect(Object.keys(metadata)).toEqual(['ownerReferences', 'managedFields'])
  })

  it('keeps keys of maps as they are', () => {
    const { metadata } = decodeMetadata(JSON.parse('{"labels":{"__proto__":"x","constructor":"y"}}'), pizza)
    expect(JSON.stringify(metadata)).toBe('{"labels":{"__proto__":"x","constructor":"y"}}')
  })

  it('names each owner once', () => {
    const reference = { apiVersion: 'v1', kind: 'ConfigMap', name: 'n', uid: '1' }
    const { metadata, warnings } = decodeMetadata({ ownerReferences: [reference, reference] }, pizza)
    expect(metadata.ownerReferences).toEqual([reference])
    expect(warnings).toEqual([
      '.metadata.ownerReferences contains duplicate entries; API server dedups owner references in 1.20+, and may ' +
        'reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: [1]',
    ])
  })

  it('is not changed', () => {
    const value = { foo: 1, labels: { a: null }, ownerReferences: [{}, {}] }
    const before = structuredClone(value)
    decodeMetadata(value, pizza)
    expect(value).toEqual(before)
  })

  const wrongTime = (text: string, why: string) => `parsing time "${text}" as "2006-01-02T15:04:05Z07:00": ${why}`
  it.each<[unknown, string]>([
    ['x', 'json: cannot unmarshal string into Go value of type v1.ObjectMeta'],
    [[], 'json: cannot unmarshal array into Go value of type v1.ObjectMeta'],
    [{ labels: { a: 1 } }, 'json: cannot unmarshal number into Go struct field ObjectMeta.labels of type string'],
    [
      { labels: { a: { b: 1 } } },
      'json: cannot unmarshal object into Go struct field ObjectMeta.labels of type string',
    ],
    [{ labels: [] }, 'json: cannot unmarshal array into Go struct field ObjectMeta.labels of type map[string]string'],
    [{ name: true }, 'json: cannot unmarshal bool into Go struct field ObjectMeta.name of type string'],
    [{ selfLink: 1 }, 'json: cannot unmarshal number into Go struct field ObjectMeta.selfLink of type string'],
    [{ uid: 1 }, 'json: cannot unmarshal number into Go struct field ObjectMeta.uid of type types.UID'],
    [{ generation: '1' }, 'json: cannot unmarshal string into Go struct field ObjectMeta.generation of type int64'],
    [{ generation: 1.5 }, 'json: cannot unmarshal number 1.5 into Go struct field ObjectMeta.generation of type int64'],
    [{ finalizers: 'x' }, 'json: cannot unmarshal string into Go struct field ObjectMeta.finalizers of type []string'],
    [{ finalizers: [1] }, 'json: cannot unmarshal number into Go struct field ObjectMeta.finalizers of type string'],
    [
      { ownerReferences: {} },
      'json: cannot unmarshal object into Go struct field ObjectMeta.ownerReferences of type []v1.OwnerReference',
    ],
    [
      { ownerReferences: ['x'] },
      'json: cannot unmarshal string into Go struct field ObjectMeta.ownerReferences of type v1.OwnerReference',
    ],
    [
      { ownerReferences: [{ controller: 'yes' }] },
      'json: cannot unmarshal string into Go struct field OwnerReference.ownerReferences.controller of type bool',
    ],
    [
      { creationTimestamp: 5 },
      'json: cannot unmarshal number into Go struct field ObjectMeta.creationTimestamp of type string',
    ],
    [{ creationTimestamp: '' }, wrongTime('', 'cannot parse "" as "2006"')],
    [{ creationTimestamp: 'today' }, wrongTime('today', 'cannot parse "today" as "2006"')],
    [{ deletionTimestamp: '2020-01-01' }, wrongTime('2020-01-01', 'cannot parse "" as "T"')],
    [{ deletionTimestamp: '2020-01-01T00:00:00' }, wrongTime('2020-01-01T00:00:00', 'cannot parse "" as "Z07:00"')],
    [{ deletionTimestamp: '2020-13-01T00:00:00Z' }, 'parsing time "2020-13-01T00:00:00Z": month out of range'],
    [{ deletionTimestamp: '2021-02-29T00:00:00Z' }, 'parsing time "2021-02-29T00:00:00Z": day out of range'],
    [{ deletionTimestamp: '2020-01-01T00:00:00Zx' }, 'parsing time "2020-01-01T00:00:00Zx": extra text: "x"'],
  ])('%j is refused', (value, why) => {
    const message = `Pizza in version "v1" cannot be handled as a Pizza: ${why}`
    expect(() => decodeMetadata(value, pizza)).toThrow(expect.objectContaining({ message, code: 400 }))
  })

  it('of a built-in kind is told of by its whole path', () => {
    const decode = (value: unknown) => () => decodeMetadata(value, { kind: 'ConfigMap', version: 'v1', builtin: true })
    const begin =
      'ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal number into Go struct'
    expect(decode({ name: 1 })).toThrow(`${begin} field ObjectMeta.metadata.name of type string`)
    expect(decode(1)).toThrow(`${begin} field ConfigMap.metadata of type v1.ObjectMeta`)
  })
})
