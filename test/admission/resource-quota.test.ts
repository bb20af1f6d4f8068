import { describe, expect } from 'vitest'
import type { JsonObject } from '../../src/meta/object.js'
import { eventually } from '../support/eventually.js'
import type { HttpClient } from '../support/http.js'
import { test as it } from '../support/server-test.js'

interface Wanted {
  readonly hard: Record<string, string>
  readonly scopes?: readonly string[]
  readonly scopeSelector?: JsonObject
}

/** A namespace, with what its quotas and its pods are asked for. */
function within(api: HttpClient, namespace: string) {
  const at = `/api/v1/namespaces/${namespace}`
  const post = async (plural: string, body: JsonObject, base = at) => {
    const answer = await api.post(`${base}/${plural}`, body)
    return [answer.status, answer.status === 201 ? undefined : answer.json().message]
  }
  return {
    at,
    post,
    used: async (name: string) => (await api.get(`${at}/resourcequotas/${name}`)).json<Quota>().status.used,
    /** Made, and counted by the controller. */
    async quota(name: string, spec: Wanted) {
      expect(await post('resourcequotas', { metadata: { name }, spec } as unknown as JsonObject)).toEqual([
        201,
        undefined,
      ])
      await this.shows(name, Object.keys(spec.hard))
    },
    async shows(name: string, names: readonly string[]) {
      await eventually('the quota is counted', async () => {
        const { status } = (await api.get(`${at}/resourcequotas/${name}`)).json<Quota>()
        expect(Object.keys(status.used ?? {}).sort()).toEqual([...names].sort())
        expect(Object.keys(status.hard ?? {}).sort()).toEqual([...names].sort())
        return true
      })
    },
    async uses(name: string, used: Record<string, string>) {
      await eventually(
        'so much is used',
        async () => {
          expect(await this.used(name)).toMatchObject(used)
          return true
        },
        10_000,
      )
    },
    remove: (path: string) => api.delete(`${at}/${path}?gracePeriodSeconds=0`),
  }
}

interface Quota {
  readonly status: { readonly hard?: Record<string, string>; readonly used?: Record<string, string> }
}

const pod = (name: string, spec: JsonObject = {}, resources: JsonObject = {}) => ({
  metadata: { name },
  spec: { containers: [{ name: 'c', image: 'i', resources }], ...spec },
})
const asks = (cpu: string, memory: string) => ({ requests: { cpu, memory }, limits: { cpu, memory } })
const configMap = (name: string) => ({ metadata: { name } })
const service = (name: string, spec: JsonObject) => ({ metadata: { name }, spec: { ports: [{ port: 80 }], ...spec } })
const claim = (name: string, storage: string, storageClassName: string) => ({
  metadata: { name },
  spec: { accessModes: ['ReadWriteOnce'], storageClassName, resources: { requests: { storage } } },
})

describe('resource quotas', () => {
  it('bound what pods ask for, until they are gone or have ended', async ({ api, namespace }) => {
    const n = within(api, namespace)
    const hard = { pods: '5', cpu: '1', 'limits.memory': '1Gi', 'requests.example.com/gpu': '3', 'count/pods': '5' }
    await n.quota('q', { hard })
    expect(await n.post('pods', pod('a', {}, asks('500m', '252Mi')))).toEqual([201, undefined])
    expect(await n.used('q')).toEqual({
      ...{ pods: '1', cpu: '500m', 'limits.memory': '252Mi', 'requests.example.com/gpu': '0', 'count/pods': '1' },
    })
    const refused = [
      [
        pod('b', {}, asks('600m', '100Mi')),
        'pods "b" is forbidden: exceeded quota: q, requested: cpu=600m, used: cpu=500m, limited: cpu=1',
      ],
      [
        pod('b', {}, asks('600m', '1Gi')),
        'pods "b" is forbidden: exceeded quota: q, requested: cpu=600m,limits.memory=1Gi, ' +
          'used: cpu=500m,limits.memory=252Mi, limited: cpu=1,limits.memory=1Gi',
      ],
      [
        pod('b', {}, { limits: { cpu: '100m', memory: '1Mi', 'example.com/gpu': '4' } }),
        'pods "b" is forbidden: exceeded quota: q, requested: requests.example.com/gpu=4, ' +
          'used: requests.example.com/gpu=0, limited: requests.example.com/gpu=3',
      ],
      [
        pod('b', { initContainers: [{ name: 'i', image: 'i' }] }),
        'pods "b" is forbidden: failed quota: q: must specify cpu for: c,i; limits.memory for: c,i',
      ],
    ] as const
    for (const [body, message] of refused) expect(await n.post('pods', body)).toEqual([403, message])
    const ended = await api.patch(`${n.at}/pods/a/status`, { status: { phase: 'Succeeded' } })
    expect(ended.status).toBe(200)
    await n.uses('q', { pods: '0', cpu: '0', 'count/pods': '1' })
    await n.remove('pods/a')
    await n.uses('q', { 'count/pods': '0' })
  })

  it('count objects of every kind, and what is not stored is given back', async ({ api, namespace }) => {
    const n = within(api, namespace)
    const group = '/apis/apps/v1/namespaces'
    await n.quota('q', { hard: { configmaps: '3', 'count/configmaps': '4', 'count/controllerrevisions.apps': '1' } })
    // kube-root-ca.crt was there before.
    await n.uses('q', { configmaps: '1', 'count/configmaps': '1' })
    expect(await n.post('configmaps', configMap('a'))).toEqual([201, undefined])
    expect(await n.post('configmaps?dryRun=All', configMap('b'))).toEqual([201, undefined])
    expect((await n.post('configmaps', configMap('a')))[0]).toBe(409)
    await n.uses('q', { configmaps: '2' })
    expect(await n.post('configmaps', configMap('b'))).toEqual([201, undefined])
    expect(await n.post('configmaps', configMap('c'))).toEqual([
      403,
      'configmaps "c" is forbidden: exceeded quota: q, requested: configmaps=1, used: configmaps=3, limited: configmaps=3',
    ])
    const revision = (name: string) => ({ metadata: { name }, revision: 1, data: {} })
    const revisions = `${group}/${namespace}`
    expect(await n.post('controllerrevisions', revision('a'), revisions)).toEqual([201, undefined])
    expect(await n.post('controllerrevisions', revision('b'), revisions)).toEqual([
      403,
      'controllerrevisions.apps "b" is forbidden: exceeded quota: q, requested: count/controllerrevisions.apps=1, ' +
        'used: count/controllerrevisions.apps=1, limited: count/controllerrevisions.apps=1',
    ])
    await n.remove('configmaps/a')
    await n.uses('q', { configmaps: '2' })
  })

  it('are never exceeded by many at once', async ({ api, namespace }) => {
    const n = within(api, namespace)
    await n.quota('q', { hard: { secrets: '7' } })
    const before = Number((await n.used('q'))?.secrets)
    const made = await Promise.all([...Array(40).keys()].map((i) => n.post('secrets', configMap(`s${i}`))))
    expect(made.filter(([status]) => status === 201)).toHaveLength(7 - before)
    await n.uses('q', { secrets: '7' })
    await Promise.all(
      [...Array(40).keys()].map(async (i) => {
        await n.remove(`secrets/s${i}`)
        await n.post('secrets', configMap(`t${i}`))
      }),
    )
    const { items } = (await api.get(`${n.at}/secrets`)).json<{ items: unknown[] }>()
    expect(items.length).toBeLessThanOrEqual(7)
    await n.uses('q', { secrets: String(items.length) })
  })

  it('bound services by type, and claims by class', async ({ api, namespace }) => {
    const n = within(api, namespace)
    await n.quota('s', { hard: { services: '3', 'services.nodeports': '1', 'services.loadbalancers': '1' } })
    expect(await n.post('services', service('a', { type: 'NodePort' }))).toEqual([201, undefined])
    const none = { type: 'LoadBalancer', allocateLoadBalancerNodePorts: false }
    expect(await n.post('services', service('b', none))).toEqual([201, undefined])
    expect(await n.post('services', service('c', { type: 'NodePort' }))).toEqual([
      403,
      'services "c" is forbidden: exceeded quota: s, requested: services.nodeports=1, ' +
        'used: services.nodeports=1, limited: services.nodeports=1',
    ])
    const cluster = { spec: { type: 'ClusterIP' } }
    expect((await api.patch(`${n.at}/services/a`, cluster)).status).toBe(200)
    await n.uses('s', { 'services.nodeports': '0', services: '2' })
    const gold = 'gold.storageclass.storage.k8s.io'
    await n.quota('c', {
      hard: { 'requests.storage': '3Gi', [`${gold}/requests.storage`]: '1Gi', [`${gold}/persistentvolumeclaims`]: '2' },
    })
    expect(await n.post('persistentvolumeclaims', claim('a', '1Gi', 'gold'))).toEqual([201, undefined])
    expect(await n.post('persistentvolumeclaims', claim('b', '1Mi', 'gold'))).toEqual([
      403,
      `persistentvolumeclaims "b" is forbidden: exceeded quota: c, requested: ${gold}/requests.storage=1Mi, ` +
        `used: ${gold}/requests.storage=1Gi, limited: ${gold}/requests.storage=1Gi`,
    ])
    expect(await n.post('persistentvolumeclaims', claim('b', '2Gi', 'iron'))).toEqual([201, undefined])
    expect(await n.used('c')).toEqual({
      ...{ 'requests.storage': '3Gi', [`${gold}/requests.storage`]: '1Gi', [`${gold}/persistentvolumeclaims`]: '1' },
    })
  })

  it('are about the pods of their scopes only', async ({ api, namespace }) => {
    const n = within(api, namespace)
    const hard = { pods: '1' }
    const ofClass = (operator: string, values?: string[]) => ({
      matchExpressions: [{ scopeName: 'PriorityClass', operator, ...(values ? { values } : {}) }],
    })
    await n.quota('best', { hard: { pods: '5' }, scopes: ['BestEffort'] })
    await n.quota('not-best', { hard: { pods: '5' }, scopes: ['NotBestEffort'] })
    await n.quota('ending', { hard, scopes: ['Terminating'] })
    await n.quota('staying', { hard: { pods: '5' }, scopes: ['NotTerminating'] })
    await n.quota('critical', { hard, scopeSelector: ofClass('In', ['system-cluster-critical']) })
    await n.quota('others', { hard: { pods: '5' }, scopeSelector: ofClass('NotIn', ['system-cluster-critical']) })
    await n.quota('some', { hard: { pods: '5' }, scopeSelector: ofClass('Exists') })
    await n.quota('elsewhere', { hard, scopes: ['CrossNamespacePodAffinity'] })
    const affinity = {
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          { labelSelector: { matchLabels: { a: 'b' } }, topologyKey: 'r', namespaces: ['x'] },
        ],
      },
    }
    const made = [
      pod('a', { activeDeadlineSeconds: 9 }),
      pod('b', { priorityClassName: 'system-cluster-critical', affinity }, asks('1', '1Mi')),
    ]
    for (const body of made) expect(await n.post('pods', body)).toEqual([201, undefined])
    const counts = {
      ...{
        best: '1',
        'not-best': '1',
        ending: '1',
        staying: '1',
        critical: '1',
        others: '1',
        some: '1',
        elsewhere: '1',
      },
    }
    for (const [name, pods] of Object.entries(counts)) expect([name, await n.used(name)]).toEqual([name, { pods }])
    for (const spec of [{ activeDeadlineSeconds: 9 }, { priorityClassName: 'system-cluster-critical' }, { affinity }]) {
      expect((await n.post('pods', pod('c', spec)))[0]).toBe(403)
    }
    expect(await n.post('pods', pod('c'))).toEqual([201, undefined])
    await n.remove('pods/a')
    await n.uses('ending', { pods: '0' })
  })

  it('follow their spec; a status that somebody writes does not stay', async ({ api, namespace }) => {
    const n = within(api, namespace)
    const unknown = 'count/x.example.com'
    const made = await n.post('resourcequotas', {
      metadata: { name: 'q' },
      spec: { hard: { cpu: '1', [unknown]: '3' } },
    })
    expect(made).toEqual([201, undefined])
    await n.uses('q', { cpu: '0' })
    const path = `${n.at}/resourcequotas/q`
    expect((await api.patch(path, { spec: { hard: { cpu: '2', pods: '1' } } })).status).toBe(200)
    await n.uses('q', { cpu: '0', pods: '0' })
    const written = await api.patch(`${path}/status`, { status: { hard: { pods: '9' }, used: { pods: '7' } } })
    expect(written.json<Quota>().status).toMatchObject({ hard: { pods: '9' }, used: { pods: '7' } })
    await n.uses('q', { pods: '0' })
    expect((await api.delete(path)).status).toBe(200)
    expect(await n.post('pods', pod('a'))).toEqual([201, undefined])
  })
})
