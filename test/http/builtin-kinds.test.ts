import { describe, expect } from 'vitest'
import {
  type ConfigMap,
  configMap,
  core,
  type Deployment,
  deployment,
  lease,
  secret,
  strategic,
} from '../support/core-objects.js'
import { checkError, type ErrorRow } from '../support/error-rows.js'
import { created, done } from '../support/expect-answer.js'
import type { Answer, ListBody } from '../support/http.js'
import { pizza, restaurant } from '../support/restaurant.js'
import { test as it } from '../support/server-test.js'

const maps = core.configMaps('default')
const subdomain =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
const noPath = {
  code: 404,
  reason: 'NotFound',
  message: 'the server could not find the requested resource',
  details: {},
}

const rows: readonly ErrorRow[] = [
  ...['Upper', 'a_b', '-a', 'a-', 'a..b'].map((name) => ({
    what: `V20: the name ${name}`,
    ...{ method: 'POST', path: maps, body: configMap(name), code: 422, reason: 'Invalid' },
    message: `ConfigMap "${name}" is invalid: metadata.name: Invalid value: ${JSON.stringify(name)}: ${subdomain}`,
  })),
  {
    what: 'V20: a name of 254 characters',
    ...{ method: 'POST', path: maps, body: configMap('a'.repeat(254)), code: 422, reason: 'Invalid' },
    message: /metadata\.name: Invalid value: "a+": must be no more than 253 (?:characters|bytes)$/,
  },
  {
    what: 'V22: neither name nor generateName',
    ...{ method: 'POST', path: maps, body: { ...configMap(''), metadata: {} }, code: 422, reason: 'Invalid' },
    message: 'ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required',
    details: {
      kind: 'ConfigMap',
      causes: [
        {
          reason: 'FieldValueRequired',
          message: 'Required value: name or generateName is required',
          field: 'metadata.name',
        },
      ],
    },
  },
  { what: 'U04: scale of a ConfigMap', method: 'GET', path: `${maps}/there/scale`, ...noPath },
  {
    what: 'U04: status of a ConfigMap',
    method: 'PUT',
    path: `${maps}/there/status`,
    body: configMap('there'),
    ...noPath,
  },
  {
    what: 'U04: an unknown subresource of a custom resource',
    ...{ method: 'GET', path: `${restaurant.pizzas()}/there/scale`, code: 404, reason: 'NotFound' },
    message: 'pizzas.restaurant.wukong.com "there" not found',
  },
  {
    what: 'V05: a PUT of a missing ConfigMap',
    ...{ method: 'PUT', path: `${maps}/nope`, body: configMap('nope'), code: 404, reason: 'NotFound' },
    message: 'configmaps "nope" not found',
  },
  {
    what: 'V06: a PUT of a Lease without a resourceVersion',
    ...{ method: 'PUT', path: `${core.leases('default')}/there`, body: lease('there'), code: 422, reason: 'Invalid' },
    message:
      'leases.coordination.k8s.io "there" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update',
  },
  {
    what: 'P01: a patch of an unknown type',
    ...{ method: 'PATCH', path: `${maps}/there`, body: {}, headers: { 'content-type': 'application/json' } },
    ...{ code: 415, reason: 'UnsupportedMediaType', message: '415: Unsupported Media Type' },
  },
  {
    what: 'P03: a patch that makes a wrong type',
    ...{ method: 'PATCH', path: `${maps}/there`, body: { data: { a: 1 } }, code: 422, reason: 'Invalid' },
    headers: { 'content-type': 'application/merge-patch+json' },
    message:
      /^ "" is invalid: patch: Invalid value: "\{.*\}": json: cannot unmarshal number into Go struct field ConfigMap\.data of type string$/,
  },
  {
    what: 'E10: a wrong type',
    ...{ method: 'POST', path: maps, body: { ...configMap('x'), data: { a: 1 } }, code: 400, reason: 'BadRequest' },
    message:
      'ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal number into Go struct field ConfigMap.data of type string',
  },
]

it.beforeAll(async ({ api }) => {
  created(await api.post(maps, configMap('there', { a: '1' })))
  created(await api.post(core.leases('default'), lease('there')))
  created(await api.post(restaurant.pizzas(), pizza('there')))
})

describe('requests of built-in kinds that are refused', () => {
  it.for(rows)('$what', (row, { api }) => checkError(api, row))
})

describe('verbs of built-in kinds', () => {
  const kinds = {
    configmaps: { path: core.configMaps, body: configMap('x', { a: '1' }), all: '/api/v1/configmaps' },
    secrets: { path: core.secrets, body: secret('x'), all: '/api/v1/secrets' },
    serviceaccounts: {
      ...{ path: core.serviceAccounts, all: '/api/v1/serviceaccounts' },
      body: { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'x' } },
    },
    deployments: { path: core.deployments, body: deployment('x'), all: '/apis/apps/v1/deployments' },
    leases: { path: core.leases, body: lease('x'), all: '/apis/coordination.k8s.io/v1/leases' },
  }
  it.for(Object.entries(kinds))('V01, V02: %s', async ([plural, { path, body, all }], { api, namespace }) => {
    const [collection, object] = [path(namespace), `${path(namespace)}/x`]
    const made = created(await api.post(collection, body))
    expect(done(await api.get(object))).toEqual(made)
    const listed = done<ListBody>(await api.get(collection))
    expect(listed).toMatchObject({ kind: `${body.kind}List`, apiVersion: body.apiVersion })
    expect(listed.items.map(({ metadata }) => metadata.name)).toContain('x')
    const everywhere = done<ListBody>(await api.get(`${all}?fieldSelector=metadata.namespace%3D${namespace}`))
    expect(everywhere.items).toEqual(listed.items)
    const put = done(await api.put(object, { ...made, metadata: { ...made.metadata, labels: { put: 'yes' } } }))
    const patched = done(await api.patch(object, { metadata: { labels: { patched: 'yes' } } }))
    expect(patched.metadata).toMatchObject({ uid: put.metadata.uid, labels: { put: 'yes', patched: 'yes' } })
    const watch = await api.watch(`${collection}?watch=1&resourceVersion=${put.metadata.resourceVersion}`)
    expect(await watch.next()).toEqual({ type: 'MODIFIED', object: patched })
    watch.close()
    const gone = await api.delete(object)
    expect(gone.status).toBe(200)
    const { uid } = made.metadata
    if (plural === 'serviceaccounts') expect(gone.json().metadata.uid).toBe(uid)
    else expect(gone.json()).toMatchObject({ kind: 'Status', details: { name: 'x', kind: plural, uid } })
    created(await api.post(collection, body))
    expect(done<ListBody>(await api.delete(`${collection}?fieldSelector=metadata.name%3Dx`)).items).toHaveLength(1)
    for (const method of ['PUT', 'PATCH']) expect((await api.request(method, collection, body)).status).toBe(405)
    expect((await api.post(object, body)).status).toBe(405)
    expect((await api.post(all, body)).status).toBe(405)
  })

  it('V05: a PUT makes a Lease', async ({ api, namespace }) => {
    const path = `${core.leases(namespace)}/mine`
    const { metadata } = created(await api.put(path, lease('mine')))
    expect(metadata).toMatchObject({ name: 'mine', namespace })
    const second = await api.put(path, { ...lease('mine', { holderIdentity: 'you' }), metadata })
    expect(done(second).metadata.uid).toBe(metadata.uid)
  })

  it('V06: a PUT without a resourceVersion overwrites a ConfigMap', async ({ api, namespace }) => {
    const path = `${core.configMaps(namespace)}/a`
    const first = created(await api.post(core.configMaps(namespace), configMap('a', { a: '1' })))
    const second = done<ConfigMap>(await api.put(path, configMap('a', { b: '2' })))
    expect(second).toMatchObject({ metadata: { uid: first.metadata.uid }, data: { b: '2' } })
    expect(second.data).not.toHaveProperty('a')
    expect((await api.put(path, configMap('a', {}, { resourceVersion: first.metadata.resourceVersion }))).status).toBe(
      409,
    )
  })

  it('P06: fifty patches at once all succeed, of every form', async ({ api, namespace }) => {
    const path = `${core.configMaps(namespace)}/busy`
    created(await api.post(core.configMaps(namespace), configMap('busy', { first: '1' })))
    const keys = Array.from({ length: 50 }, (_, i) => `k${i}`)
    const forms = [
      (key: string) => api.patch(path, { data: { [key]: 'v' } }),
      (key: string) => api.patch(path, [{ op: 'add', path: `/data/${key}`, value: 'v' }]),
      (key: string) => strategic(api, path, { data: { [key]: 'v' } }),
    ]
    await Promise.all(keys.map(async (key, i) => done(await (forms[i % 3] as (typeof forms)[0])(key))))
    expect(Object.keys(done<ConfigMap>(await api.get(path)).data ?? {}).sort()).toEqual(['first', ...keys].sort())
  })

  it('P07: a patch that changes nothing is seen to', async ({ api, namespace }) => {
    const path = `${core.deployments(namespace)}/d`
    const first = created(await api.post(core.deployments(namespace), deployment('d')))
    const spec = { template: { spec: { containers: [{ name: 'c', image: 'i:1' }] } } }
    expect(done(await api.get(path))).toEqual(first)
    expect(done(await strategic(api, path, { spec }))).toEqual(first)
    expect(done(await api.patch(path, { spec: { replicas: 1 } }))).toEqual(first)
    expect(done(await api.patch(path, [{ op: 'test', path: '/kind', value: 'Deployment' }]))).toEqual(first)
    expect(done(await api.put(path, first)).metadata.resourceVersion).toBe(first.metadata.resourceVersion)
  })
})

describe('rules of built-in kinds', () => {
  it('V35: no generation for a ConfigMap, and one of the spec for a Deployment', async ({ api, namespace }) => {
    const map = created(await api.post(core.configMaps(namespace), configMap('a', { a: '1' })))
    expect(map.metadata).not.toHaveProperty('generation')
    expect(done(await api.patch(`${core.configMaps(namespace)}/a`, { data: { a: '2' } })).metadata).not.toHaveProperty(
      'generation',
    )
    const path = `${core.deployments(namespace)}/d`
    const generation = ({ metadata }: { metadata: { generation?: number } }) => metadata.generation
    expect(generation(created(await api.post(core.deployments(namespace), deployment('d'))))).toBe(1)
    expect(generation(done(await api.patch(path, { metadata: { labels: { a: 'b' } } })))).toBe(1)
    expect(generation(done(await api.patch(`${path}/status`, { status: { replicas: 1 } })))).toBe(1)
    expect(generation(done(await api.patch(path, { status: { replicas: 5 } })))).toBe(1)
    expect(generation(done(await api.patch(path, { spec: { replicas: 2 } })))).toBe(2)
    done(await api.patch(`${path}/scale`, { spec: { replicas: 3 } }))
    expect(generation(done(await api.get(path)))).toBe(3)
  })

  it('V60: an immutable ConfigMap or Secret keeps its data', async ({ api, namespace }) => {
    const why = 'Forbidden: field is immutable when `immutable` is set'
    const fixed = { immutable: true }
    created(await api.post(core.configMaps(namespace), { ...configMap('a', { a: '1' }), ...fixed }))
    created(await api.post(core.secrets(namespace), secret('a', { ...fixed, data: { a: 'MQ==' } })))
    for (const [path, kind, value] of [
      [core.configMaps(namespace), 'ConfigMap', '2'],
      [core.secrets(namespace), 'Secret', 'Mg=='],
    ] as const) {
      const refused = async (patch: object, field: string) => {
        const answer = await api.patch(`${path}/a`, patch)
        expect(answer.json()).toMatchObject({ code: 422, message: `${kind} "a" is invalid: ${field}: ${why}` })
      }
      await refused({ data: { a: value } }, 'data')
      await refused({ immutable: false }, 'immutable')
      done(await api.patch(`${path}/a`, { metadata: { labels: { still: 'labelled' } } }))
    }
  })

  it('V60: what a Secret is told as text is kept as base64', async ({ api, namespace }) => {
    const path = `${core.secrets(namespace)}/a`
    const body = secret('a', { data: { a: 'MQ==', b: 'Mg==' }, stringData: { b: 'zwei', c: 'drei' } })
    const made = created(await api.post(core.secrets(namespace), body))
    const data = { a: 'MQ==', b: 'endlaQ==', c: 'ZHJlaQ==' }
    expect(made).toMatchObject({ type: 'Opaque', data })
    expect(made).not.toHaveProperty('stringData')
    const patched = done(await api.patch(path, { stringData: { a: 'eins' } }))
    expect(patched).toMatchObject({ data: { ...data, a: 'ZWlucw==' } })
    expect((await api.patch(path, { type: 'other' })).json()).toMatchObject({
      message: 'Secret "a" is invalid: type: Invalid value: "other": field is immutable',
    })
    expect((await api.post(core.secrets(namespace), secret('b', { data: { a: '?' } }))).json()).toMatchObject({
      code: 400,
      message: expect.stringContaining('illegal base64 data at input byte 0'),
    })
  })

  it('U03: scale shows and writes the replicas', async ({ api, namespace }) => {
    const path = `${core.deployments(namespace)}/d`
    const { metadata } = created<Deployment>(await api.post(core.deployments(namespace), deployment('d')))
    const { name, uid, resourceVersion, creationTimestamp } = metadata
    const scale = done(await api.get(`${path}/scale`))
    expect(scale).toEqual({
      kind: 'Scale',
      apiVersion: 'autoscaling/v1',
      metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
      spec: { replicas: 1 },
      status: { replicas: 0, selector: 'app=d' },
    })
    expect(done(await api.patch(`${path}/scale`, { spec: { replicas: 3 } }))).toMatchObject({ spec: { replicas: 3 } })
    expect((await api.put(`${path}/scale`, { ...scale, spec: { replicas: 4 } })).status).toBe(409)
    const free = { kind: 'Scale', apiVersion: 'autoscaling/v1', metadata: { name }, spec: { replicas: 5 } }
    expect(done(await api.put(`${path}/scale`, free))).toMatchObject({ spec: { replicas: 5 } })
    expect(done<Deployment>(await api.get(path)).spec.replicas).toBe(5)
    const negative = await api.patch(`${path}/scale`, { spec: { replicas: -1 } })
    expect(negative.json()).toMatchObject({
      code: 422,
      message: 'Scale.autoscaling "d" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0',
    })
    const zero = done(await api.patch(`${path}/scale`, { spec: { replicas: 0 } }))
    expect(zero.spec).toEqual({})
    expect((await api.get(`${core.deployments(namespace)}/nope/scale`)).json()).toMatchObject({
      message: 'deployments.apps "nope" not found',
    })
  })
})

describe('strategic merge', () => {
  const containers = (answer: Answer) => done<Deployment>(answer).spec.template.spec.containers
  const patchOf = (spec: object) => ({ spec: { template: { spec } } })
  const brief = (answer: Answer) => containers(answer).map(({ name, image }) => `${name}=${image}`)

  it('P04: merges containers by their name', async ({ api, namespace }) => {
    const path = `${core.deployments(namespace)}/d`
    const first = [
      { name: 'a', image: 'a:1', env: [{ name: 'X', value: '1' }] },
      { name: 'b', image: 'b:1' },
    ]
    created(await api.post(core.deployments(namespace), deployment('d', first)))
    const merge = (spec: object) => strategic(api, path, patchOf(spec))
    expect(brief(await merge({ containers: [{ name: 'b', image: 'b:2' }] }))).toEqual(['a=a:1', 'b=b:2'])
    const env = await merge({ containers: [{ name: 'a', env: [{ name: 'Y', value: '2' }] }] })
    expect(containers(env)[0]?.env).toEqual([
      { name: 'Y', value: '2' },
      { name: 'X', value: '1' },
    ])
    const reversed = {
      '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }],
      containers: [{ name: 'b', image: 'b:3' }],
    }
    expect(brief(await merge(reversed))).toEqual(['b=b:3', 'a=a:1'])
    expect(brief(await merge({ containers: [{ $patch: 'delete', name: 'b' }] }))).toEqual(['a=a:1'])
    const replaced = await merge({ containers: [{ name: 'z', image: 'z:1' }, { $patch: 'replace' }] })
    expect(brief(replaced)).toEqual(['z=z:1'])
  })

  it('P04: merges and replaces maps, finalizers and owners', async ({ api, namespace }) => {
    const path = `${core.configMaps(namespace)}/a`
    const owner = (uid: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', name: uid, uid })
    const metadata = { finalizers: ['a.com/1'], ownerReferences: [owner('u1')] }
    created(await api.post(core.configMaps(namespace), configMap('a', { a: '1', b: '1' }, metadata)))
    const merged = done<ConfigMap>(
      await strategic(api, path, {
        metadata: { finalizers: ['a.com/2'], ownerReferences: [owner('u2')] },
        data: { b: null, c: '1' },
      }),
    )
    expect(merged.data).toEqual({ a: '1', c: '1' })
    expect([...(merged.metadata.finalizers ?? [])].sort()).toEqual(['a.com/1', 'a.com/2'])
    expect(merged.metadata.ownerReferences?.map(({ uid }) => uid).sort()).toEqual(['u1', 'u2'])
    const removed = done(
      await strategic(api, path, { metadata: { '$deleteFromPrimitiveList/finalizers': ['a.com/1'] } }),
    )
    expect(removed.metadata.finalizers).toEqual(['a.com/2'])
    const replaced = done<ConfigMap>(await strategic(api, path, { data: { $patch: 'replace', z: '1' } }))
    expect(replaced.data).toEqual({ z: '1' })
    done(await strategic(api, path, { metadata: { finalizers: null } }))
  })
})
