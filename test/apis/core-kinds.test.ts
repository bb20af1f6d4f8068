import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../src/meta/object.js'
import { builtin, created, refusal, updated } from '../support/builtin.js'

const key = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'"
const pattern = "(e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"
const base64 = (text: string) => Buffer.from(text).toString('base64')
const named = (fields: JsonObject) => ({ metadata: { name: 'a' }, ...fields })
const immutable = 'field is immutable when `immutable` is set'

describe('a config map', () => {
  const configMap = builtin('ConfigMap')

  it.each<[string, JsonObject, JsonObject]>([
    ['no data', { data: {} }, {}],
    ['a null value', { data: { a: null } }, { data: { a: '' } }],
    [
      'a key that means something to JavaScript',
      JSON.parse('{"data":{"__proto__":"x"}}'),
      JSON.parse('{"data":{"__proto__":"x"}}'),
    ],
    ['unknown fields', { data: { a: 'b' }, bogus: 1 }, { data: { a: 'b' } }],
    ['bytes with line ends', { binaryData: { a: 'AA\n==' } }, { binaryData: { a: 'AA==' } }],
  ])('with %s', (_, body, expected) => {
    const { metadata: _m, apiVersion: _a, kind: _k, ...rest } = created(configMap, named(body))
    expect(rest).toEqual(expected)
  })

  it.each<[string, JsonObject, string[] | string]>([
    [
      'bad keys',
      { data: { 'a b': '1', '..': '', '..a': '' } },
      [
        'data[..]: Invalid value: "..": must not be \'..\'',
        'data[..a]: Invalid value: "..a": must not start with \'..\'',
        `data[a b]: Invalid value: "a b": ${key} ${pattern}`,
      ],
    ],
    [
      'a key twice',
      { data: { a: '1' }, binaryData: { a: 'AA==' } },
      ['data[a]: Invalid value: "a": duplicate of key present in binaryData'],
    ],
    [
      'too much data',
      { data: { a: 'x'.repeat(1024 * 1024) }, binaryData: { b: 'AA==' } },
      ['[]: Too long: may not be more than 1048576 bytes'],
    ],
    [
      'a number',
      { data: { a: 1 } },
      'ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal number into Go struct field ' +
        'ConfigMap.data of type string',
    ],
    [
      'what is no base64',
      { binaryData: { a: '%%%' } },
      'ConfigMap in version "v1" cannot be handled as a ConfigMap: illegal base64 data at input byte 0',
    ],
  ])('with %s is refused', (_, body, expected) =>
    expect(refusal(() => created(configMap, named(body)))).toEqual(expected),
  )

  it('may hold just as much as is allowed', () => {
    const data = { a: 'x'.repeat(1024 * 1024 - 1) }
    expect(refusal(() => created(configMap, named({ data, binaryData: { b: 'AA==' } })))).toEqual([])
  })

  it('that is immutable stays as it is', () => {
    const old = created(configMap, named({ data: { a: '1' }, immutable: true }))
    const change = (body: JsonObject) => refusal(() => updated(configMap, named(body), old))
    expect(change({ data: { a: '1' }, immutable: true })).toEqual([])
    expect(change({ data: { a: '2' }, immutable: true })).toEqual([`data: Forbidden: ${immutable}`])
    expect(change({ data: { a: '1' } })).toEqual([`immutable: Forbidden: ${immutable}`])
    expect(change({ data: { a: '1' }, binaryData: { b: 'AA==' }, immutable: false })).toEqual([
      `binaryData: Forbidden: ${immutable}`,
      `immutable: Forbidden: ${immutable}`,
    ])
  })
})

describe('a secret', () => {
  const secret = builtin('Secret')
  const redacted = 'Invalid value: "<secret contents redacted>"'

  it('keeps text as data and is opaque', () => {
    const { type, data, stringData } = created(secret, named({ stringData: { u: 'x', a: 'ü' }, data: { a: 'MQ==' } }))
    expect({ type, data, stringData }).toEqual({
      type: 'Opaque',
      data: { u: 'eA==', a: base64('ü') },
      stringData: undefined,
    })
  })

  it.each<[string, JsonObject, string[] | string]>([
    ['tls', {}, ['data[tls.crt]: Required value', 'data[tls.key]: Required value']],
    ['tls', { 'tls.crt': '', 'tls.key': '' }, []],
    ['basic-auth', {}, ['data[password]: Required value', 'data[username]: Required value']],
    ['basic-auth', { password: '' }, []],
    ['ssh-auth', { 'ssh-privatekey': '' }, ['data[ssh-privatekey]: Required value']],
    ['dockercfg', {}, ['data[.dockercfg]: Required value']],
    ['dockerconfigjson', { '.dockerconfigjson': '{}' }, []],
    [
      'dockerconfigjson',
      { '.dockerconfigjson': 'x' },
      [`data[.dockerconfigjson]: ${redacted}: invalid character 'x' looking for beginning of value`],
    ],
    [
      'dockerconfigjson',
      { '.dockerconfigjson': '[]' },
      [
        `data[.dockerconfigjson]: ${redacted}: json: cannot unmarshal array into Go value of type map[string]interface {}`,
      ],
    ],
    ['service-account-token', {}, ['metadata.annotations[kubernetes.io/service-account.name]: Required value']],
  ])('of type %s with %j', (type, stringData, expected) => {
    expect(refusal(() => created(secret, named({ type: `kubernetes.io/${type}`, stringData })))).toEqual(expected)
  })

  it('refuses what is no base64', () => {
    expect(refusal(() => created(secret, named({ data: { u: '%%%' } })))).toBe(
      'Secret in version "v1" cannot be handled as a Secret: illegal base64 data at input byte 0',
    )
  })

  it('keeps its type', () => {
    const old = created(secret, named({}))
    expect(refusal(() => updated(secret, named({ type: 'foo' }), old))).toEqual([
      'type: Invalid value: "foo": field is immutable',
    ])
  })
})

describe('a service account', () => {
  it('names its secrets and no more', () => {
    const secrets = [{ name: 'x', namespace: 'y', kind: 'Secret' }, {}]
    expect(created(builtin('ServiceAccount'), named({ secrets })).secrets).toEqual([{ name: 'x' }, {}])
  })
})

describe('a namespace', () => {
  const namespace = builtin('Namespace')

  it('has its label, its finalizer and its phase', () => {
    const { metadata, spec, status } = created(namespace, named({ spec: { finalizers: ['x.io/y'] } }))
    expect({ labels: metadata.labels, spec, status }).toEqual({
      labels: { 'kubernetes.io/metadata.name': 'a' },
      spec: { finalizers: ['x.io/y', 'kubernetes'] },
      status: { phase: 'Active' },
    })
  })

  it('has a label for a name', () => {
    const body = { metadata: { name: 'a.b' } }
    expect(refusal(() => created(namespace, body))).toEqual([
      'metadata.name: Invalid value: "a.b": must not contain dots',
    ])
  })
})

describe('a lease', () => {
  const lease = builtin('Lease')
  const layout = '"2006-01-02T15:04:05.000000Z07:00"'

  it('has times with six digits, in UTC', () => {
    const spec = {
      holderIdentity: 'a',
      acquireTime: '2024-01-01T02:00:00.000000+02:00',
      strategy: 'x',
      renewTime: null,
    }
    expect(created(lease, named({ spec })).spec).toEqual({
      holderIdentity: 'a',
      acquireTime: '2024-01-01T00:00:00.000000Z',
    })
  })

  it('may say nothing', () => expect(created(lease, named({})).spec).toEqual({}))

  it.each<[JsonObject, string[] | string]>([
    [
      { leaseDurationSeconds: 0, leaseTransitions: -1 },
      [
        'spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0',
        'spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0',
      ],
    ],
    [
      { renewTime: '2024-01-01T00:00:00.123Z' },
      `Lease in version "v1" cannot be handled as a Lease: parsing time "2024-01-01T00:00:00.123Z" as ${layout}: ` +
        'cannot parse ".123Z" as ".000000"',
    ],
    [
      { renewTime: '2024-01-01' },
      `Lease in version "v1" cannot be handled as a Lease: parsing time "2024-01-01" as ${layout}: cannot parse "" as "T"`,
    ],
    [
      { renewTime: '2024-01-01T00:00:00.1234567Z' },
      `Lease in version "v1" cannot be handled as a Lease: parsing time "2024-01-01T00:00:00.1234567Z" as ${layout}: ` +
        'cannot parse "7Z" as "Z07:00"',
    ],
  ])('with %j is refused', (spec, expected) => expect(refusal(() => created(lease, named({ spec })))).toEqual(expected))
})
