import { describe, expect, it } from 'vitest'
import { kindType } from '../../src/apis/facts/kind-types.js'
import { decodeProtobuf, encodeProtobuf, UnknownProtobufKind } from '../../src/codec/protobuf/protobuf.js'
import { ProtobufError } from '../../src/codec/protobuf/reader.js'
import type { JsonObject } from '../../src/meta/object.js'

const decode = (bytes: Buffer) => decodeProtobuf(bytes, kindType)
const magic = Buffer.from('k8s\0')

/** A field that is a text, bytes or a message. */
function field(number: number, ...content: (Buffer | string)[]): Buffer {
  const bytes = Buffer.concat(content.map((part) => Buffer.from(part as string)))
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes])
}

function varint(value: number): Buffer {
  const bytes: number[] = []
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    bytes.push((rest % 128) + (rest < 128 ? 0 : 128))
    if (rest < 128) return Buffer.from(bytes)
  }
}

function body(apiVersion: string, kind: string, ...raw: Buffer[]): Buffer {
  return Buffer.concat([magic, field(1, field(1, apiVersion), field(2, kind)), field(2, ...raw), field(3), field(4)])
}

describe('protobuf bodies', () => {
  it('are read as their JSON would be', () => {
    const metadata = field(1, field(1, 'a'), field(3, ''), field(11, field(1, '__proto__'), field(2, 'x')), field(8))
    const labelled = JSON.parse('{"name":"a","labels":{"__proto__":"x"}}')
    const data = field(2, field(1, 'k'), field(2, 'ü'))
    expect(decode(body('v1', 'ConfigMap', metadata, data))).toEqual({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: labelled,
      data: { k: 'ü' },
    })
  })

  it('keep a zero that somebody set', () => {
    const spec = field(2, Buffer.from([0x08, 0x00]))
    const status = field(3, Buffer.from([0x10, 0x00]))
    expect(decode(body('apps/v1', 'Deployment', spec, status))).toMatchObject({ spec: { replicas: 0 }, status: {} })
  })

  it('may leave their kind to the request', () => {
    const bytes = Buffer.concat([magic, field(2, field(1, field(1, 'a')))])
    const expected = { apiVersion: 'v1', kind: 'ConfigMap' }
    expect(decodeProtobuf(bytes, kindType, expected)).toEqual({ ...expected, metadata: { name: 'a' } })
    expect(() => decode(bytes)).toThrow(UnknownProtobufKind)
  })

  it('lose fields that nobody knows', () => {
    const unknown = Buffer.concat([field(99, 'x'), Buffer.from([0xf8, 0x06, 0x01, 0xfd, 0x06, 1, 2, 3, 4])])
    expect(decode(body('v1', 'ConfigMap', unknown))).toEqual({ apiVersion: 'v1', kind: 'ConfigMap', metadata: {} })
  })

  const whole: readonly JsonObject[] = [
    {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      gracePeriodSeconds: 0,
      preconditions: { uid: 'u', resourceVersion: '5' },
      propagationPolicy: 'Foreground',
      dryRun: ['All'],
    },
    {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'l', creationTimestamp: '2024-01-01T00:00:00Z', generation: 9007199254740993n },
      spec: { leaseDurationSeconds: -1, renewTime: '1969-12-31T23:59:59.000001Z' },
    },
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { managedFields: [{ manager: 'm', fieldsType: 'FieldsV1', fieldsV1: { 'f:a': {} } }] },
      data: { a: 'AAEC', empty: '' },
      type: 'Opaque',
    },
    {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenReview',
      metadata: {},
      spec: { token: 't' },
      status: { user: { username: 'u', extra: { a: ['x', 'y'], b: [] } } },
    },
    {
      apiVersion: 'v1',
      kind: 'ConfigMapList',
      metadata: { resourceVersion: '7' },
      items: [{ metadata: { name: 'a' }, data: { a: 'b' } }, { metadata: {} }],
    },
    {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: {},
      spec: {
        group: 'x.io',
        names: { plural: 'xs', kind: 'X' },
        scope: 'Namespaced',
        versions: [
          {
            name: 'v1',
            served: true,
            storage: false,
            schema: {
              openAPIV3Schema: {
                type: 'object',
                maximum: 1.5,
                default: { a: [1, null] },
                additionalProperties: false,
                additionalItems: { type: 'string' },
                items: [{ type: 'string' }, {}],
                not: { items: { type: 'integer' } },
                dependencies: { a: ['b'], c: { type: 'null' } },
                enum: ['a', 1],
              },
            },
          },
        ],
      },
      status: { acceptedNames: { plural: 'xs', kind: 'X' } },
    },
  ]

  it.each(whole.map((object) => [String(object.kind), object]))('of a %s are written and read again', (_, object) => {
    expect(decode(encodeProtobuf(object, kindType))).toEqual(object)
  })
})

describe('bad protobuf bodies', () => {
  const inMetadata = (...content: Buffer[]) => body('v1', 'ConfigMap', field(1, ...content))
  const nested = (depth: number): Buffer => (depth === 0 ? Buffer.alloc(0) : field(28, nested(depth - 1)))

  it.each<[string, Buffer, string]>([
    ['nothing', Buffer.alloc(0), 'empty data'],
    [
      'JSON',
      Buffer.from('{}'),
      'provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]',
    ],
    ['a prefix', magic, 'empty body'],
    ['an unknown kind', body('v1', 'Foo'), 'no kind "Foo" is registered for v1'],
    ['an unknown version', body('v9', 'Pod'), 'no kind "Pod" is registered for v9'],
    ['half a body', body('v1', 'ConfigMap', field(1, 'a')).subarray(0, -6), 'unexpected EOF'],
    ['a length beyond the end', inMetadata(Buffer.from([0x0a, 0x7f])), 'unexpected EOF'],
    ['a huge length', inMetadata(Buffer.from([0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f])), 'unexpected EOF'],
    ['a varint without end', inMetadata(Buffer.alloc(12, 0xff)), 'proto: integer overflow'],
    ['a group without end', inMetadata(Buffer.from([0xfb, 0x06])), 'unexpected EOF'],
    ['an illegal wire type', inMetadata(Buffer.from([0xfe, 0x06])), 'proto: illegal wireType 6'],
    ['field 0', inMetadata(Buffer.from([0x02, 0x00])), 'proto: illegal tag 0'],
    ['a number for a text', inMetadata(Buffer.from([0x08, 0x01])), 'proto: wrong wireType = 0 for field Name'],
    ['a text for a number', inMetadata(field(7, 'x')), 'proto: wrong wireType = 2 for field Generation'],
    ['a time in the year 10000', inMetadata(field(8, Buffer.from([0x08]), varint(253402300800))), 'proto: no time is'],
    ['fieldsV1 that are no JSON', inMetadata(field(17, field(7, field(1, '{')))), 'unexpected end of JSON input'],
  ])('%s', (_, bytes, message) => {
    expect(() => decode(bytes)).toThrow(message)
    expect(() => decode(bytes)).toThrow(ProtobufError)
  })

  it('may not be nested too deep', () => {
    const schema = field(1, nested(3000))
    const version = field(7, field(1, 'v1'), field(4, schema))
    const bytes = body('apiextensions.k8s.io/v1', 'CustomResourceDefinition', field(2, version))
    expect(() => decode(bytes)).toThrow(ProtobufError)
  })

  it('of random bytes make no other error', () => {
    let seed = 1
    const random = () => {
      seed = (seed * 1103515245 + 12345) & 0x7fffffff
      return seed >> 16
    }
    const good = encodeProtobuf(
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'a', labels: { a: 'b' } },
        spec: { containers: [{ name: 'c' }] },
      },
      kindType,
    )
    for (let i = 0; i < 3000; i++) {
      const bytes = Buffer.from(good)
      for (let j = 0; j < 3; j++) bytes[magic.length + (random() % (bytes.length - magic.length))] = random() & 0xff
      try {
        decode(bytes)
      } catch (error) {
        expect(error).toBeInstanceOf(ProtobufError)
      }
    }
  })
})
