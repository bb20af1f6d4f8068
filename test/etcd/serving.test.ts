import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EtcdClient } from '../../src/store/etcd/client.js'
import { type EtcdCluster, overEtcd, startEtcd } from '../support/etcd.js'
import { eventually } from '../support/eventually.js'
import type { ListBody } from '../support/http.js'
import { type Pizza, pizza, restaurant } from '../support/restaurant.js'
import { startServer, type TestServer } from '../support/server.js'
import { plainToken, writeTokens } from '../support/server-test.js'
import { whereEtcdIs } from '../support/where-etcd-is.js'

const configMaps = '/api/v1/namespaces/default/configmaps'
const configMap = (name: string, data: Record<string, string> = {}) => ({ metadata: { name }, data })
const widgets = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList' },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
  },
}
/** A second is what is promised; a loaded machine is not what is tested. Milliseconds. */
const soon = 20_000
const names = (list: ListBody) => list.items.map(({ metadata }) => metadata.name)

whereEtcdIs((binary) => {
  let etcd: EtcdCluster
  let raw: EtcdClient
  let server: TestServer
  /** Remembers one change: for older ones it must ask etcd. */
  let forgetful: TestServer
  beforeAll(async () => {
    etcd = await startEtcd(binary)
    raw = new EtcdClient(etcd)
    const args = [...overEtcd(etcd), '--authorization-mode=RBAC', `--token-auth-file=${writeTokens()}`]
    server = await startServer({ args })
    forgetful = await startServer({ args: [...args, '--watch-history=1'] })
  }, 60_000)
  afterAll(async () => {
    raw.close()
    await Promise.all([server.stop(), forgetful.stop()])
    await etcd.stop()
  })

  const stored = async (path: string) => (await raw.range({ key: Buffer.from(path) })).kvs[0]

  describe('what lies in etcd', () => {
    it.each([
      [configMaps, configMap('lies'), '/registry/configmaps/default/lies'],
      [restaurant.pizzas(), pizza('lies'), '/registry/restaurant.wukong.com/pizzas/default/lies'],
    ])('%s', async (collection, object, path) => {
      const made = (await server.api.post(collection, object)).json()
      const found = await stored(path)
      const { resourceVersion, ...metadata } = made.metadata
      expect(String(found?.modRevision.toNumber())).toBe(resourceVersion)
      expect(JSON.parse(Buffer.from(found?.value ?? []).toString())).toEqual({ ...made, metadata })
      await server.api.delete(`${collection}/lies`)
      expect(await stored(path)).toBeUndefined()
    })

    it('may be changed by others; what is no object is left out', async () => {
      const watch = await server.api.watch(
        `${configMaps}?watch=true&resourceVersion=0&fieldSelector=metadata.name=other`,
      )
      const key = Buffer.from('/registry/configmaps/default/other')
      const write = (text: string) => raw.put({ key, value: Buffer.from(text) })
      await write(`{"kind":"ConfigMap","apiVersion":"v1",\n"metadata":{"name":"other","namespace":"default"}}`)
      expect(await watch.next()).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'other' } } })
      expect((await server.api.get(`${configMaps}/other`)).status).toBe(200)
      await write('k8s\0')
      expect((await watch.next()).type).toBe('DELETED')
      expect((await server.api.get(`${configMaps}/other`)).status).toBe(404)
      expect(names((await server.api.get(configMaps)).json())).not.toContain('other')
      const refused = await server.api.post(configMaps, configMap('other'))
      expect([refused.status, refused.text]).toEqual([500, expect.stringContaining('that is no object')])
      watch.close()
    })
  })

  describe('sizes', () => {
    it('lists of many megabytes are read and served', async () => {
      const data = { text: 'x'.repeat(1_000_000) }
      for (let i = 0; i < 6; i++)
        expect((await server.api.post(configMaps, configMap(`big-${i}`, data))).status).toBe(201)
      const another = await startServer({ args: overEtcd(etcd) })
      const list = (await another.api.get(configMaps)).json<ListBody>()
      expect(names(list).filter((name) => name?.startsWith('big-'))).toHaveLength(6)
      await another.stop()
      await server.api.delete(configMaps)
    })

    it('what etcd finds too large is refused in upstream’s words', async () => {
      const env = [{ name: 'TEXT', value: 'x'.repeat(1_600_000) }]
      const spec = { containers: [{ name: 'a', image: 'a', env }] }
      const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'large' }, spec }
      const refused = await server.api.post('/api/v1/namespaces/default/pods', pod)
      expect([refused.status, refused.json()]).toMatchObject([500, { message: 'etcdserver: request is too large' }])
    })
  })

  describe('older revisions', () => {
    it('are read from etcd where the server remembers less, and get 410 once they are compacted', async () => {
      const then = (await server.api.post(restaurant.pizzas(), pizza('old'))).json<Pizza>().metadata.resourceVersion
      await server.api.patch(`${restaurant.pizzas()}/old`, { metadata: { labels: { now: 'newer' } } })
      for (const name of ['b', 'c', 'd']) await server.api.post(restaurant.pizzas(), pizza(name))
      const exactly = `${restaurant.pizzas()}?resourceVersion=${then}&resourceVersionMatch=Exact`
      const page = await forgetful.api.get(`${restaurant.pizzas()}?limit=2`)
      const more = page.json<ListBody>().metadata.continue ?? ''
      await server.api.delete(`${restaurant.pizzas()}/d`)
      const rest = () => forgetful.api.get(`${restaurant.pizzas()}?limit=9&continue=${more}`)
      const found = (await forgetful.api.get(exactly)).json<ListBody<Pizza>>()
      expect(found.metadata.resourceVersion).toBe(then)
      expect(found.items.find(({ metadata }) => metadata.name === 'old')?.metadata.labels).toBeUndefined()
      expect(names(found)).not.toContain('b')
      expect(names((await rest()).json())).toContain('d')
      for (const name of ['b', 'c']) await server.api.delete(`${restaurant.pizzas()}/${name}`)
      const newest = Number((await server.api.get(restaurant.pizzas())).json<ListBody>().metadata.resourceVersion)
      await raw.compact(newest)
      for (const answer of [await forgetful.api.get(exactly), await rest()]) {
        expect([answer.status, answer.json()]).toMatchObject([410, { reason: 'Expired' }])
      }
    })
  })

  it('a list is not older than what others wrote outside the prefix made the newest revision', async () => {
    const before = Number((await server.api.get(configMaps)).json<ListBody>().metadata.resourceVersion)
    await raw.put({ key: Buffer.from('/elsewhere'), value: Buffer.from('x') })
    const after = Number((await server.api.get(configMaps)).json<ListBody>().metadata.resourceVersion)
    expect(after).toBeGreaterThan(before)
  })

  it('a change of what is known is one question to etcd', async () => {
    const [place = ''] = etcd.servers
    const asked = async () => {
      const text = await (await fetch(`${place}/metrics`)).text()
      return Number(/^grpc_server_handled_total\{grpc_code="OK",grpc_method="Range".*\} (\d+)$/m.exec(text)?.[1])
    }
    const path = `${configMaps}/often`
    await server.api.post(configMaps, configMap('often'))
    const before = await asked()
    const changes = 30
    for (let i = 0; i < changes; i++) {
      const { status, json } = await server.api.patch(path, { data: { i: String(i) } })
      expect(status).toBe(200)
      const { resourceVersion } = json().metadata
      const seen = async () => (await server.api.get(`${path}?resourceVersion=0`)).json().metadata.resourceVersion
      await eventually('the change is known', async () => (await seen()) === resourceVersion)
    }
    expect((await asked()) - before).toBeLessThan(changes)
    // What the cache of one knows may be old: the other has changed it meanwhile.
    for (let i = 0; i < 20; i++) {
      const [one, other] = i % 2 === 0 ? [server, forgetful] : [forgetful, server]
      const written = await one.api.patch(path, { data: { i: 'x', [`by-${i}`]: 'y' } })
      expect((await other.api.put(path, written.json())).json()).toEqual(written.json())
      expect((await other.api.patch(path, { data: { i: 'z' } })).status).toBe(200)
    }
    expect(Object.keys((await server.api.get(path)).json<{ data: object }>().data)).toHaveLength(21)
  })

  describe('two servers', () => {
    it('know at once what the other has written', async () => {
      for (let i = 0; i < 15; i++) {
        const [one, other] = i % 2 === 0 ? [server, forgetful] : [forgetful, server]
        const namespace = `both-${i}`
        const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }
        expect((await one.api.post('/api/v1/namespaces', object)).status).toBe(201)
        expect((await other.api.post(restaurant.pizzas(namespace), pizza('a'))).status).toBe(201)
        expect(names((await one.api.get(restaurant.pizzas(namespace))).json())).toEqual(['a'])
        expect((await one.api.get(`${restaurant.pizzas(namespace)}/a`)).status).toBe(200)
      }
    })

    it('serve within a second what the other was told to define', async () => {
      const served = () => forgetful.api.get('/apis/example.com/v1/widgets')
      expect((await served()).status).toBe(404)
      const crds = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
      expect((await server.api.post(crds, widgets)).status).toBe(201)
      const told = performance.now()
      await eventually('the other serves it', async () => (await served()).status === 200)
      expect(performance.now() - told).toBeLessThan(soon)
      const object = { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'w' } }
      expect((await forgetful.api.post('/apis/example.com/v1/namespaces/default/widgets', object)).status).toBe(201)
      await server.api.delete(`${crds}/widgets.example.com`)
      await eventually('both serve it no longer', async () => (await served()).status === 404)
      expect(await stored('/registry/example.com/widgets/default/w')).toBeUndefined()
    })

    it('allow within a second what the other was told to allow', async () => {
      const asPlain = { authorization: `Bearer ${plainToken}` }
      const allowed = () => forgetful.api.get(configMaps, asPlain)
      expect((await allowed()).status).toBe(403)
      const rbac = 'rbac.authorization.k8s.io'
      const binding = {
        ...{ apiVersion: `${rbac}/v1`, kind: 'ClusterRoleBinding', metadata: { name: 'plain-views' } },
        roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: 'view' },
        subjects: [{ apiGroup: rbac, kind: 'User', name: 'plain' }],
      }
      expect((await server.api.post(`/apis/${rbac}/v1/clusterrolebindings`, binding)).status).toBe(201)
      const told = performance.now()
      await eventually('the other allows it', async () => (await allowed()).status === 200)
      expect(performance.now() - told).toBeLessThan(soon)
      await server.api.delete(`/apis/${rbac}/v1/clusterrolebindings/plain-views`)
      await eventually('and no longer', async () => (await allowed()).status === 403)
    })

    it('never give one address or port to two services', async () => {
      const services = '/api/v1/namespaces/default/services'
      const service = (name: string, spec: object) => ({
        ...{ apiVersion: 'v1', kind: 'Service', metadata: { name } },
        spec: { ports: [{ port: 80 }], ...spec },
      })
      for (let i = 0; i < 8; i++) {
        const spec =
          i % 2 ? { clusterIP: `10.0.0.${20 + i}` } : { type: 'NodePort', ports: [{ port: 80, nodePort: 30_010 + i }] }
        const answers = await Promise.all([
          server.api.post(services, service(`one-${i}`, spec)),
          forgetful.api.post(services, service(`other-${i}`, spec)),
        ])
        const [made, refused] = answers.map(({ status }) => status).sort()
        expect(made).toBe(201)
        expect([422, 503]).toContain(refused)
        const again = await server.api.post(services, service(`again-${i}`, spec))
        expect([again.status, again.text]).toEqual([422, expect.stringContaining('already allocated')])
      }
    })

    it('leave nothing behind in a namespace that one deletes while the other fills it', async () => {
      for (let i = 0; i < 4; i++) {
        const namespace = `going-${i}`
        const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }
        await server.api.post('/api/v1/namespaces', object)
        const creates = Array.from({ length: 12 }, (_, n) =>
          forgetful.api.post(restaurant.pizzas(namespace), pizza(`p${n}`)),
        )
        await server.api.delete(`/api/v1/namespaces/${namespace}`)
        const statuses = (await Promise.all(creates)).map(({ status }) => status)
        for (const status of statuses) expect([201, 403, 404]).toContain(status)
        await eventually('the namespace is gone', async () => {
          return (await server.api.get(`/api/v1/namespaces/${namespace}`)).status === 404
        })
        const left = Buffer.from(`/registry/restaurant.wukong.com/pizzas/${namespace}/`)
        expect((await raw.range({ key: left, rangeEnd: Buffer.from(`${left.toString().slice(0, -1)}0`) })).kvs).toEqual(
          [],
        )
      }
    })
  })
})
