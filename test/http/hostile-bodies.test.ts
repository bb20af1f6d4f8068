import { describe, expect } from 'vitest'
import { kindType } from '../../src/apis/facts/kind-types.js'
import { encodeProtobuf } from '../../src/codec/protobuf/protobuf.js'
import { configMap } from '../support/core-objects.js'
import { created } from '../support/expect-answer.js'
import { testAlone as test } from '../support/server-test.js'

const protobuf = 'application/vnd.kubernetes.protobuf'
const yaml = 'application/yaml'
const maps = '/api/v1/namespaces/default/configmaps'
const nested = (open: string, close: string, times: number) => open.repeat(times) + close.repeat(times)
const bytes = (text: string) => Buffer.from(text, 'latin1')

/** Nine anchors of nine aliases each: 9^9 nodes. */
const bomb = ['metadata: {name: a}', 'b0: &b0 [x, x, x, x, x, x, x, x, x]']
  .concat(Array.from({ length: 9 }, (_, i) => `b${i + 1}: &b${i + 1} [${`*b${i},`.repeat(9)}]`))
  .join('\n')

const good = encodeProtobuf({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } }, kindType)
/** A ConfigMap whose message are these bytes. */
const message = (...raw: number[]) =>
  Buffer.concat([bytes('k8s\0\x0a\x0f\x0a\x02v1\x12\x09ConfigMap\x12'), Buffer.from([raw.length, ...raw])])
const kind = 'the object provided is unrecognized (must be of type ConfigMap): '
const handled = 'ConfigMap in version "v1" cannot be handled as a ConfigMap: '

type Row = readonly [type: string, body: string | Buffer, code: number, message?: string]

/** Bodies of a creation, and what kube-apiserver answers them. */
const rows: Record<string, Row> = {
  nothing: ['application/json', '', 400],
  null: ['application/json', 'null', 422],
  'a list': ['application/json', '[]', 400, `${kind}couldn't get version/kind`],
  'half an object': ['application/json', '{"metadata":{"name":"a"', 400, 'unexpected end of JSON input'],
  'two objects': ['application/json', '{"metadata":{"name":"a"}}{}', 400, 'after top-level value'],
  'bytes that are no text': ['application/json', bytes('{"metadata":{"name":"a"},"data":{"a":"\xff\xfe"}}'), 201],
  'half a surrogate': ['application/json', '{"metadata":{"name":"a"},"data":{"a":"\\ud800"}}', 201],
  'NUL in a text': ['application/json', '{"metadata":{"name":"a"},"data":{"a":"\\u0000"}}', 201],
  'a raw control character': ['application/json', '{"metadata":{"name":"a"},"data":{"a":"\u0001"}}', 400],
  'a byte order mark': ['application/json', '\ufeff{"metadata":{"name":"a"}}', 400],
  'lists in lists': [
    'application/json',
    `{"metadata":{"name":"a"},"data":${nested('[', ']', 10_001)}}`,
    400,
    'exceeded max depth',
  ],
  'a fraction for a whole number': [
    'application/json',
    '{"metadata":{"name":"a","generation":1.5}}',
    400,
    `${handled}json: cannot unmarshal number 1.5`,
  ],
  'YAML: aliases of aliases': [yaml, bomb, 400, 'document contains excessive aliasing'],
  'YAML: lists in lists': [yaml, `metadata: {name: a}\nx: ${nested('[', ']', 10_001)}`, 400],
  'YAML: an anchor within itself': [yaml, 'metadata: {name: a}\nx: &x [*x]\n', 400],
  'YAML: an alias of nothing': [yaml, 'metadata: {name: a}\nx: *nope\n', 400],
  'YAML: a tag of a programming language': [yaml, 'metadata: {name: a}\ndata: {a: !!python/object x}\n', 201],
  'YAML: NUL': [yaml, 'metadata: {name: a\0}\n', 400],
  'YAML: a list as a key': [yaml, 'metadata: {name: a}\ndata: {[a]: x}\n', 400],
  'protobuf: nothing': [protobuf, Buffer.alloc(0), 400],
  'protobuf: another format': [protobuf, 'hello', 400, 'does not appear to be a protobuf message'],
  'protobuf: its mark alone': [protobuf, good.subarray(0, 4), 400, `${kind}empty body (6b387300)`],
  'protobuf: half an object': [protobuf, good.subarray(0, 18), 400, `${kind}unexpected EOF (6b3873000a0f`],
  'protobuf: a length of 2 GiB': [
    protobuf,
    Buffer.concat([good.subarray(0, 4), Buffer.from([0x12, 0xff, 0xff, 0xff, 0xff, 7])]),
    400,
    `${kind}unexpected EOF (6b38730012ffffffff07)`,
  ],
  'protobuf: a length of 1 TiB inside': [
    protobuf,
    message(0x0a, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20, 1),
    400,
    `${handled}unexpected EOF`,
  ],
  'protobuf: wire type 6': [
    protobuf,
    message(0x0e, 1),
    400,
    `${handled}proto: wrong wireType = 6 for field ObjectMeta`,
  ],
  'protobuf: a number for a message': [
    protobuf,
    message(0x08, 1),
    400,
    `${handled}proto: wrong wireType = 0 for field ObjectMeta`,
  ],
  'protobuf: an unknown group without end': [
    protobuf,
    message(...Array.from({ length: 100 }, () => 0x7b)),
    400,
    `${handled}unexpected EOF`,
  ],
}

describe('bodies that do harm', () => {
  test.for(Object.entries(rows))('%s', async ([, [type, body, code, said = '']], { api }) => {
    const began = performance.now()
    const answer = await api.request('POST', `${maps}?dryRun=All`, body, { 'content-type': type })
    expect([answer.status, answer.text]).toEqual([code, expect.stringContaining(JSON.stringify(said).slice(1, -1))])
    if (code >= 400) expect(answer.json()).toMatchObject({ kind: 'Status', code })
    expect(performance.now() - began).toBeLessThan(30_000)
  })

  test('a patch that copies its copies is stopped', async ({ api }) => {
    created(await api.post(maps, configMap('copied', { x: 'x'.repeat(1000) })))
    const operations = Array.from({ length: 60 }, (_, i) => ({ op: 'copy', from: '/data', path: `/data/c${i}` }))
    const answer = await api.patch(`${maps}/copied`, operations)
    expect(answer.json()).toMatchObject({
      kind: 'Status',
      status: 'Failure',
      code: expect.toSatisfy((c: number) => c < 500),
    })
    const deep = `${'{"a":'.repeat(10_001)}1${'}'.repeat(10_001)}`
    for (const form of ['merge-patch+json', 'strategic-merge-patch+json']) {
      const refused = await api.request('PATCH', `${maps}/copied`, deep, { 'content-type': `application/${form}` })
      expect([form, refused.status]).toEqual([form, 400])
    }
  })

  test('a difference of many lines is not looked into', async ({ api }) => {
    const volume = (value: string) => {
      const volumeAttributes = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`a${i}`, `${value}${i}`]))
      const csi = { driver: 'd', volumeHandle: 'h', volumeAttributes }
      return { metadata: { name: 'large' }, spec: { capacity: { storage: '1' }, accessModes: ['ReadWriteOnce'], csi } }
    }
    created(await api.post('/api/v1/persistentvolumes', volume('x')))
    const refused = await api.put('/api/v1/persistentvolumes/large', volume('y'))
    expect([refused.status, refused.json().message]).toEqual([422, expect.stringContaining('y19999')])
  })
})
