import { describe, expect } from 'vitest'
import type { KubeObject } from '../../src/meta/object.js'
import { apply, type ConfigMap, configMap, core, deployment, lease, secret } from '../support/core-objects.js'
import { checkError, type ErrorRow } from '../support/error-rows.js'
import { eventually } from '../support/eventually.js'
import { created, done } from '../support/expect-answer.js'
import type { ListBody } from '../support/http.js'
import { rawHead } from '../support/raw-request.js'
import { testAlone as it } from '../support/server-test.js'

const maps = core.configMaps('default')
const post = { method: 'POST', path: maps, body: configMap('x') }
const invalid = { code: 422, reason: 'Invalid' }
const table = 'application/json;as=Table;v=v1;g=meta.k8s.io'
const wrongLabels = { ...deployment('x').spec, selector: { matchLabels: { other: 'x' } } }

const rows: readonly ErrorRow[] = [
  {
    what: 'V10: a field manager of 129 bytes',
    ...{ ...post, path: `${maps}?fieldManager=${'x'.repeat(129)}`, ...invalid },
    message: 'CreateOptions.meta.k8s.io "" is invalid: fieldManager: Too long: may not be more than 128 bytes',
  },
  {
    what: 'V10: a field manager with a line break',
    ...{ ...post, path: `${maps}?fieldManager=a%0Ab`, ...invalid },
    message:
      'CreateOptions.meta.k8s.io "" is invalid: fieldManager: Invalid value: "a\\nb": invalid character U+000A (at position 1)',
  },
  {
    what: 'V61: a selector that is not of the template',
    ...{ method: 'POST', path: core.deployments('default'), ...invalid },
    body: { ...deployment('x'), spec: wrongLabels },
    message:
      'Deployment.apps "x" is invalid: spec.template.metadata.labels: Invalid value: {"app":"x"}: `selector` does not match template `labels`',
  },
  {
    what: 'V63: a lease of no time',
    ...{ method: 'POST', path: core.leases('default'), body: lease('x', { leaseDurationSeconds: 0 }), ...invalid },
    message: /spec\.leaseDurationSeconds: Invalid value: 0: must be greater than 0/,
  },
  {
    what: 'V63: a time of three digits',
    ...{ method: 'POST', path: core.leases('default'), code: 400, reason: 'BadRequest' },
    body: lease('x', { renewTime: '2026-01-02T03:04:05.678Z' }),
    message: /cannot parse/,
  },
  {
    what: 'L31: a field that selectors do not know',
    ...{ method: 'GET', path: `${maps}?fieldSelector=data.a%3D1`, code: 400, reason: 'BadRequest' },
    message: /"data\.a" is not a known field selector: only "metadata\.name", "metadata\.namespace"/,
  },
  {
    what: 'V03: a collection that is put',
    ...{ method: 'PUT', path: maps, body: configMap('x'), code: 405, reason: 'MethodNotAllowed' },
    message: 'the server does not allow this method on the requested resource',
  },
  {
    what: 'V03: an object that is posted to',
    ...{ method: 'POST', path: `${maps}/x`, body: configMap('x'), code: 405, reason: 'MethodNotAllowed' },
    message: 'the server does not allow this method on the requested resource',
  },
  {
    what: 'V46: a time to end that is none',
    ...{ method: 'DELETE', path: `${maps}/x`, body: { gracePeriodSeconds: 'soon' }, code: 400, reason: 'BadRequest' },
    message: 'json: cannot unmarshal string into Go struct field DeleteOptions.gracePeriodSeconds of type int64',
  },
  {
    what: 'C07: CBOR',
    ...{ ...post, body: 'x', headers: { 'content-type': 'application/cbor' }, code: 415 },
    reason: 'UnsupportedMediaType',
    message: /^the body of the request was in an unknown format - accepted media types include: /,
  },
  {
    what: 'E09: a version that a group of Kubernetes’ own has not',
    ...{ method: 'GET', path: '/apis/apps/v9/deployments', code: 404, reason: 'NotFound' },
    message: 'the server could not find the requested resource',
  },
  {
    what: 'C12: an unknown shape',
    ...{ method: 'GET', path: maps, headers: { accept: table.replace('Table', 'Chart') } },
    ...{ code: 406, reason: 'NotAcceptable', message: /^only the following media types are accepted: / },
  },
]

describe('V24: an object of no namespace that names one', () => {
  it('loses it, as its authors rely on', async ({ api }) => {
    const path = '/apis/rbac.authorization.k8s.io/v1/clusterroles'
    const role = { metadata: { name: 'nowhere', namespace: 'default' }, rules: [] }
    const patch = { metadata: { namespace: 'x', labels: { a: 'b' } } }
    for (const answer of [
      created<KubeObject>(await api.post(path, role)),
      done<KubeObject>(await api.put(`${path}/nowhere`, role)),
      done<KubeObject>(await api.patch(`${path}/nowhere`, patch)),
    ]) {
      expect(answer.metadata.name).toBe('nowhere')
      expect(answer.metadata.namespace).toBeUndefined()
    }
  })
})

describe('requests with finer faults', () => {
  it.for(rows)('$what', (row, { api }) => checkError(api, row))
})

describe('finer points', () => {
  it('V10, S15: who writes is named by the query, else by the program', async ({ api, namespace }) => {
    const path = core.configMaps(namespace)
    const manager = async (name: string, query: string, headers?: Record<string, string>) =>
      created(await api.post(`${path}${query}`, configMap(name, { a: '1' }), headers)).metadata.managedFields?.[0]
        ?.manager
    expect(await manager('a', '?fieldManager=me', { 'user-agent': 'kubectl/v1.33' })).toBe('me')
    expect(await manager('b', '', { 'user-agent': 'kubectl/v1.33 (linux)' })).toBe('kubectl')
    expect(await manager('c', '')).toBe('unknown')
  })

  it('L11, L32: what clients list with', async ({ api, namespace }) => {
    const path = core.secrets(namespace)
    created(await api.post(path, secret('a', { type: 'x/y' })))
    created(await api.post(path, secret('b')))
    const names = async (query: string) =>
      done<ListBody>(await api.get(`${path}?${query}`)).items.map(({ metadata }) => metadata.name)
    expect(await names('type=x')).toEqual(['a', 'b'])
    expect(await names('fieldSelector=type%3Dx/y')).toEqual(['a'])
    expect(await names('resourceVersion=0&limit=500')).toEqual(['a', 'b'])
    const phase = `/api/v1/namespaces?fieldSelector=status.phase%3DActive,metadata.name%3D${namespace}`
    expect(done<ListBody>(await api.get(phase)).items).toHaveLength(1)
  })

  it('W10: a watch from the start marks its beginning for those who want bookmarks', async ({ api, namespace }) => {
    const path = core.configMaps(namespace)
    created(await api.post(path, configMap('a')))
    const watch = await api.watch(`${path}?watch=1&resourceVersion=0&allowWatchBookmarks=true&labelSelector=!x`)
    const types: string[] = []
    for (let type = ''; type !== 'BOOKMARK'; types.push(type)) {
      const event = await watch.next()
      type = event.type
      if (type === 'BOOKMARK') {
        expect(event.object).toMatchObject({
          ...{ kind: 'ConfigMap', apiVersion: 'v1' },
          metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } },
        })
      }
    }
    expect(types.length).toBeGreaterThan(1)
    watch.close()
  })

  it('C23: a body that waits to be asked for', async ({ server, namespace }) => {
    const path = core.configMaps(namespace)
    const body = JSON.stringify(configMap('asked'))
    const json = { 'Content-Type': 'application/json' }
    const [asked] = await rawHead(server.url, 'POST', path, body, { ...json, Expect: '100-continue' })
    expect(asked).toBe('HTTP/1.1 100 Continue')
    expect((await server.api.get(`${path}/asked`)).status).toBe(200)
  })

  it('F05: no more warnings than fit in 4 KiB', async ({ api, namespace }) => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`unknown${i}`, 1]))
    const answer = await api.post(core.configMaps(namespace), { ...configMap('a'), ...many })
    expect(created(answer)).not.toHaveProperty('unknown0')
    expect(answer.headers.warning?.length).toBeGreaterThan(1000)
    expect(answer.headers.warning?.length).toBeLessThan(6000)
  })

  it('S12: no more than ten updates are told apart', async ({ api, namespace }) => {
    const path = `${core.configMaps(namespace)}/a`
    created(await apply(api, path, 'applier', configMap('a', { a: '1' })))
    for (let n = 0; n < 12; n++) done(await api.patch(`${path}?fieldManager=m${n}`, { data: { [`k${n}`]: '1' } }))
    const entries = done(await api.get(path)).metadata.managedFields ?? []
    const updates = entries.filter(({ operation }) => operation === 'Update').map(({ manager }) => manager)
    expect(updates).toHaveLength(10)
    expect(updates).toContain('ancient-changes')
    expect(entries[0]?.manager).toBe('applier')
  })
})

describe('bodies and their headers', () => {
  it('C22, V36: with a charset, and with what is empty left out', async ({ api, namespace }) => {
    const body = JSON.stringify({ ...configMap('x', {}), metadata: { name: 'x', labels: {}, annotations: null } })
    const headers = { 'content-type': 'application/json; charset=utf-8' }
    const answer = await api.post(core.configMaps(namespace), body, headers)
    const { data, metadata } = created<ConfigMap>(answer)
    expect(data).toBeUndefined()
    expect(Object.keys(metadata)).not.toEqual(expect.arrayContaining(['labels']))
    expect(Object.keys(metadata)).not.toEqual(expect.arrayContaining(['annotations']))
  })
})

describe('W19: a watch of a custom resource', () => {
  const group = 'watched.example.com'
  const definition = (properties: object) => ({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `rats.${group}` },
    spec: {
      ...{ group, scope: 'Namespaced', names: { plural: 'rats', kind: 'Rat' } },
      versions: [
        {
          ...{ name: 'v1', served: true, storage: true },
          schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties } } } },
        },
      ],
    },
  })
  const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'

  it('ends when its schema changes, and when it goes', async ({ api }) => {
    created(await api.post(definitions, definition({})))
    const rats = `/apis/${group}/v1/rats?watch=1`
    const open = () => eventually('it is served', () => api.watch(rats))
    const first = await open()
    const schema = { spec: definition({ size: { type: 'string' } }).spec }
    done(await api.patch(`${definitions}/rats.${group}`, schema))
    await first.ended()
    const second = await open()
    expect((await api.delete(`${definitions}/rats.${group}`)).status).toBe(200)
    await second.ended()
    await eventually('it is served no more', async () => (await api.get(rats)).status === 404)
  })
})
