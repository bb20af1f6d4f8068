import { describe, expect } from 'vitest'
import { kindType } from '../../src/apis/facts/kind-types.js'
import { decodeProtobuf, encodeProtobuf } from '../../src/codec/protobuf/protobuf.js'
import { ProtobufReader } from '../../src/codec/protobuf/reader.js'
import type { JsonObject, KubeObject } from '../../src/meta/object.js'
import { configMap, core, type Deployment, deployment, lease, secret } from '../support/core-objects.js'
import { created, done } from '../support/expect-answer.js'
import type { Answer, ListBody } from '../support/http.js'
import { pizza, restaurant } from '../support/restaurant.js'
import { testAlone as it } from '../support/server-test.js'

const media = 'application/vnd.kubernetes.protobuf'
const sent = { 'content-type': media }
const wanted = { accept: media }
const encode = (object: object) => encodeProtobuf(object as JsonObject, kindType)
const decode = <T = JsonObject>({ bytes, headers }: Answer) => {
  expect(headers['content-type']).toBe(media)
  return decodeProtobuf(bytes, kindType) as T
}

/** What kubectl 1.32 and newer, helm and leader election send. */
const bodies = {
  'a Namespace': [
    () => '/api/v1/namespaces',
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'by-protobuf' } },
  ],
  'a ConfigMap': [
    core.configMaps,
    { ...configMap('x', { a: '1' }, { labels: { a: 'b' } }), binaryData: { b: 'AAEC' } },
  ],
  'a Secret': [core.secrets, secret('x', { type: 'Opaque', data: { a: '/+8=' } })],
  'a ServiceAccount': [
    core.serviceAccounts,
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'x' }, automountServiceAccountToken: false },
  ],
  'a Deployment': [core.deployments, deployment('x', [{ name: 'c', image: 'i:1', env: [{ name: 'X', value: '1' }] }])],
  'a Lease': [
    core.leases,
    lease('x', { holderIdentity: 'me', leaseDurationSeconds: 15, renewTime: '2026-01-02T03:04:05.678901Z' }),
  ],
} as const

describe('protobuf bodies', () => {
  it.for(Object.entries(bodies))('C02, C03, C04: %s', async ([, [path, body]], { api, namespace }) => {
    const made = created(await api.post(path(namespace), encode(body), sent))
    expect(made).toMatchObject(body)
    const object = `${path(namespace)}/${body.metadata.name}`
    const same = await api.put(object, encode(made), sent)
    expect(done(same).metadata.resourceVersion).toBe(made.metadata.resourceVersion)
    const labelled = { ...made, metadata: { ...made.metadata, labels: { ...made.metadata.labels, c: 'd' } } }
    expect(done(await api.put(object, encode(labelled), sent)).metadata.labels).toMatchObject({ c: 'd' })
  })

  it('C04: are as JSON would have been', async ({ api, namespace }) => {
    const path = core.deployments(namespace)
    const { spec } = created<Deployment>(await api.post(path, deployment('x')))
    done(await api.delete(`${path}/x`))
    expect(created<Deployment>(await api.post(path, encode(deployment('x')), sent)).spec).toEqual(spec)
  })

  it('C04: are refused when they are none, or of another kind', async ({ api, namespace }) => {
    const path = core.configMaps(namespace)
    const refused = async (body: Buffer) => {
      const answer = await api.post(path, body, sent)
      expect(answer.status, answer.text).toBe(400)
      return answer.json<{ message: string }>().message
    }
    expect(await refused(Buffer.from('{}'))).toContain('provided data does not appear to be a protobuf message')
    expect(await refused(encode(configMap('x', { a: '1' })).subarray(0, 30))).toMatch(/unexpected EOF|proto/)
    expect(await refused(encode(secret('x')))).toContain('Secret')
    expect((await api.get(`${path}/x`)).status).toBe(404)
  })

  it('C03: are not taken for custom resources', async ({ api, namespace }) => {
    const answer = await api.post(restaurant.pizzas(namespace), encode(configMap('x')), sent)
    expect(answer.json()).toMatchObject({
      code: 415,
      message:
        'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml',
    })
  })

  it('U03: a Scale', async ({ api, namespace }) => {
    const path = core.deployments(namespace)
    created(await api.post(path, deployment('x')))
    const scale = {
      apiVersion: 'autoscaling/v1',
      kind: 'Scale',
      metadata: { name: 'x', namespace },
      spec: { replicas: 4 },
    }
    expect(done(await api.put(`${path}/x/scale`, encode(scale), sent))).toMatchObject({ spec: { replicas: 4 } })
    expect(decode(await api.get(`${path}/x/scale`, wanted))).toMatchObject({ kind: 'Scale', spec: { replicas: 4 } })
  })
})

describe('DeleteOptions', () => {
  const options = (more: object = {}) => ({ apiVersion: 'v1', kind: 'DeleteOptions', ...more })
  const kinds = {
    'a ConfigMap': [core.configMaps, configMap('x')],
    'a Deployment': [core.deployments, deployment('x')],
    'a custom resource': [restaurant.pizzas, pizza('x')],
  } as const

  it.for(Object.entries(kinds))('V40: of %s, in every form', async ([, [path, body]], { api, namespace }) => {
    const object = `${path(namespace)}/x`
    const forms: [unknown, Record<string, string>?][] = [
      [undefined],
      [{}],
      [options({ propagationPolicy: 'Background' })],
      [options({ apiVersion: 'meta.k8s.io/v1' })],
      [options({ apiVersion: 'apps/v1' })],
      ['kind: DeleteOptions\npropagationPolicy: Background\n', { 'content-type': 'application/yaml' }],
      [encode(options({ propagationPolicy: 'Background', gracePeriodSeconds: 0 })), sent],
      [encode(options({ apiVersion: 'meta.k8s.io/v1' })), sent],
    ]
    for (const [form, headers] of forms) {
      created(await api.post(path(namespace), body))
      const gone = await api.delete(object, form, headers)
      expect(gone.status, gone.text).toBe(200)
      expect((await api.get(object)).status).toBe(404)
    }
  })

  it('V40: the preconditions and policy in them count', async ({ api, namespace }) => {
    const object = `${core.configMaps(namespace)}/x`
    const { metadata } = created(await api.post(core.configMaps(namespace), configMap('x')))
    const wrong = await api.delete(object, encode(options({ preconditions: { uid: 'zz' } })), sent)
    expect(wrong.json()).toMatchObject({ code: 409, message: expect.stringContaining('precondition (zz)') })
    const dry = await api.delete(object, encode(options({ dryRun: ['All'] })), sent)
    expect(dry.status).toBe(200)
    const orphan = encode(options({ propagationPolicy: 'Orphan', preconditions: { uid: metadata.uid } }))
    expect(done(await api.delete(object, orphan, sent)).metadata.finalizers).toEqual(['orphan'])
  })

  it('V40: of a whole collection, and of another kind', async ({ api, namespace }) => {
    const path = restaurant.pizzas(namespace)
    for (const name of ['a', 'b']) created(await api.post(path, pizza(name, { labels: { name } })))
    const some = await api.delete(`${path}?labelSelector=name%3Da`, encode(options()), sent)
    expect(done<ListBody>(some).items.map(({ metadata }) => metadata.name)).toEqual(['a'])
    expect((await api.delete(`${path}/b`, options({ kind: 'Pizza' }))).status).toBe(400)
    expect((await api.delete(`${path}/b?propagationPolicy=Foreground`)).json().metadata.finalizers).toEqual([
      'foregroundDeletion',
    ])
  })
})

describe('protobuf answers', () => {
  it('C05: JSON for whoever takes it too', async ({ api, namespace }) => {
    const path = core.configMaps(namespace)
    created(await api.post(path, configMap('x')))
    for (const accept of [
      'application/json',
      '*/*',
      `application/json,${media}`,
      `${media};stream=watch,application/json`,
    ]) {
      expect((await api.get(`${path}/x`, { accept })).status, accept).toBe(200)
    }
    const custom = await api.get(restaurant.pizzas(namespace), { accept: `${media},application/json` })
    expect(custom.headers['content-type']).toMatch(/^application\/json/)
    const watch = await api.watch(`${path}?watch=1`, { accept: `application/json;stream=watch,${media};stream=watch` })
    expect((await watch.next()).type).toBe('ADDED')
    watch.close()
  })

  it('C05, C06: protobuf for whoever takes nothing else', async ({ api, namespace }) => {
    const path = core.configMaps(namespace)
    const body = configMap('x', { a: '1' }, { labels: { a: 'b' } })
    const answer = await api.post(path, encode(body), { ...sent, ...wanted })
    expect(answer.status).toBe(201)
    const made = decode(answer)
    expect(made).toMatchObject(body)
    const asJson = done(await api.get(`${path}/x`))
    expect(decode(await api.get(`${path}/x`, wanted))).toMatchObject({
      metadata: { uid: asJson.metadata.uid },
      data: { a: '1' },
    })
    const list = decode<ListBody>(await api.get(`${path}?labelSelector=a%3Db`, wanted))
    expect(list).toMatchObject({ kind: 'ConfigMapList', apiVersion: 'v1', items: [{ metadata: { name: 'x' } }] })
    const missing = await api.get(`${path}/nope`, wanted)
    expect(missing.status).toBe(404)
    expect(decode(missing)).toMatchObject({ kind: 'Status', code: 404, message: 'configmaps "nope" not found' })
    const gone = decode(
      await api.delete(`${path}/x`, encode({ apiVersion: 'v1', kind: 'DeleteOptions' }), { ...sent, ...wanted }),
    )
    expect(gone).toMatchObject({ kind: 'Status', status: 'Success', details: { name: 'x', kind: 'configmaps' } })
    const custom = await api.get(restaurant.pizzas(namespace), wanted)
    expect(custom.status).toBe(406)
  })

  it('W15: events, each with its length before it', async ({ api, namespace }) => {
    const path = core.leases(namespace)
    const made = created(await api.post(path, lease('x')))
    const query = 'watch=1&timeoutSeconds=1&allowWatchBookmarks=1&sendInitialEvents=1&resourceVersionMatch=NotOlderThan'
    const answer = await api.get(`${path}?${query}`, { accept: `${media};stream=watch` })
    expect(answer.headers['content-type']).toBe(`${media};stream=watch`)
    const [first, mark] = watchEvents(answer.bytes)
    expect(first).toMatchObject({ type: 'ADDED', object: { kind: 'Lease', spec: { holderIdentity: 'me' } } })
    expect(first?.object.metadata).toEqual(made.metadata)
    expect(mark).toMatchObject({
      type: 'BOOKMARK',
      object: { kind: 'Lease', metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } } },
    })
    const expired = await api.get(`${path}?watch=1&resourceVersion=999999999&${query.slice(8)}`, wanted)
    expect(watchEvents(expired.bytes)[0]).toMatchObject({ type: 'ERROR', object: { kind: 'Status', code: 504 } })
  })

  it('C06: metadata alone, of custom resources too', async ({ api, namespace }) => {
    const path = restaurant.pizzas(namespace)
    const made = created(await api.post(path, pizza('x')))
    for (const v of ['v1', 'v1beta1']) {
      const accept = (as: string) => ({ accept: `${media};as=${as};g=meta.k8s.io;v=${v}` })
      expect(decode(await api.get(`${path}/x`, accept('PartialObjectMetadata')))).toMatchObject({
        kind: 'PartialObjectMetadata',
        metadata: { uid: made.metadata.uid },
      })
      const list = decode<ListBody>(await api.get(path, accept('PartialObjectMetadataList')))
      expect(list.items.map(({ metadata }) => metadata.name)).toEqual(['x'])
    }
    const watch = await api.get(`${path}?watch=1&timeoutSeconds=1`, {
      accept: `${media};as=PartialObjectMetadata;g=meta.k8s.io;v=v1`,
    })
    expect(watchEvents(watch.bytes)).toMatchObject([{ type: 'ADDED', object: { kind: 'PartialObjectMetadata' } }])
    const table = await api.get(core.configMaps(namespace), { accept: `${media};as=Table;g=meta.k8s.io;v=v1` })
    expect(table.status).toBe(406)
    expect((await api.get(`${path}?watch=1`, wanted)).status).toBe(406)
  })
})

/** What client-go's framer and decoder make of the body of a watch. */
function watchEvents(bytes: Buffer): { type: string; object: KubeObject }[] {
  const events: { type: string; object: KubeObject }[] = []
  for (let at = 0; at < bytes.length; at += 4 + bytes.readUInt32BE(at)) {
    const event = new ProtobufReader(bytes.subarray(at + 4, at + 4 + bytes.readUInt32BE(at)))
    event.tag()
    const type = event.slice().toString()
    event.tag()
    const extension = event.message()
    extension.tag()
    events.push({ type, object: decodeProtobuf(extension.slice(), kindType) as KubeObject })
  }
  return events
}
