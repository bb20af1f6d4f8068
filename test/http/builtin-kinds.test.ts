import { describe, expect } from 'vitest'
import { type ConfigMap, configMap, core, deployment, lease, secret, strategic } from '../support/core-objects.js'
import { created, done } from '../support/expect-answer.js'
import type { ListBody } from '../support/http.js'
import { testAlone as it } from '../support/server-test.js'

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
