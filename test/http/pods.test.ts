import { describe, expect } from 'vitest'
import type { JsonObject } from '../../src/meta/object.js'
import { created } from '../support/expect-answer.js'
import type { Answer } from '../support/http.js'
import { startServer } from '../support/server.js'
import { test as base } from '../support/server-test.js'

/** What budgets allow is said by the tests. */
const it = base.extend('server', { scope: 'file' }, async ({ tokenFile }, { onCleanup }) => {
  const server = await startServer({
    args: [`--token-auth-file=${tokenFile}`, '--controllers=*,-disruption-controller'],
  })
  onCleanup(async () => {
    await server.stop()
  })
  return server
})

const container = (name: string, more: JsonObject = {}) => ({ name, image: 'i', ...more })
const pod = (name: string, spec: JsonObject = {}, labels: JsonObject = {}) => ({
  metadata: { name, labels },
  spec: { containers: [container('c')], ...spec },
})
const binding = (name: string, target: JsonObject) => ({
  apiVersion: 'v1',
  kind: 'Binding',
  metadata: { name },
  target,
})
const eviction = (name: string) => ({ apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name } })
const said = (answer: Answer) => [answer.status, answer.json().message]

describe('what would ask a kubelet', () => {
  it('says what upstream says without one (U07)', async ({ api, namespace }) => {
    const pods = `/api/v1/namespaces/${namespace}/pods`
    await api.post(pods, pod('two', { containers: [container('c'), container('d')] }))
    await api.post(pods, pod('there', { nodeName: 'n1' }))
    const which = 'a container name must be specified for pod two, choose one of: [c d]'
    const unassigned = 'pod two does not have a host assigned'
    const cases = [
      ['two/log', 400, which],
      ['two/log?container=x', 400, 'container x is not valid for pod two'],
      ['there/log', 404, 'pods "n1" not found'],
      ['nope/log', 404, 'pods "nope" not found'],
      ['two/exec', 400, which],
      ['two/exec?container=c', 400, unassigned],
      ['there/exec', 404, 'pods "n1" not found'],
      ['two/attach?container=c', 400, unassigned],
      ['two/portforward', 400, unassigned],
      ['two/proxy', 400, 'address not allowed'],
      ['there/proxy/x', 400, 'address not allowed'],
    ] as const
    for (const [path, status, message] of cases) {
      expect([path, ...said(await api.get(`${pods}/${path}`))]).toEqual([path, status, message])
    }
    const log = await api.get(`${pods}/two/log?container=c`)
    expect([log.status, log.text]).toEqual([204, ''])
    const services = `/api/v1/namespaces/${namespace}/services`
    await api.post(services, { metadata: { name: 's' }, spec: { ports: [{ port: 80 }] } })
    expect(said(await api.get(`${services}/nope/proxy`))).toEqual([404, 'services "nope" not found'])
    expect(said(await api.get(`${services}/s:99/proxy/x`))).toEqual([503, 'no service port 99 found for service "s"'])
    await api.post(`/api/v1/namespaces/${namespace}/endpoints`, { metadata: { name: 's' } })
    expect(said(await api.get(`${services}/s/proxy`))).toEqual([503, 'no endpoints available for service "s"'])
  })
})

describe('binding', () => {
  it('puts a pod on a node, once', async ({ api, namespace }) => {
    const pods = `/api/v1/namespaces/${namespace}/pods`
    const free = created(await api.post(pods, pod('p')))
    await api.post(pods, pod('gated', { schedulingGates: [{ name: 'a/b' }] }))
    const node = { kind: 'Node', name: 'n1' }
    expect(said(await api.post(`${pods}/p/binding`, binding('p', { kind: 'Pod' })))).toEqual([
      500,
      '[target.kind: Unsupported value: "Pod": supported values: "Node", "<empty>", target.name: Required value]',
    ])
    const other = 'name in URL does not match name in Binding object'
    expect(said(await api.post(`${pods}/p/binding`, binding('x', node)))).toEqual([400, other])
    expect(said(await api.post(`${pods}/gated/binding`, binding('gated', node)))).toEqual([
      409,
      'Operation cannot be fulfilled on pods/binding "gated": pod gated has non-empty .spec.schedulingGates',
    ])
    const bound = await api.post(`/api/v1/namespaces/${namespace}/bindings`, binding('p', node))
    expect([bound.status, bound.json().status]).toEqual([201, 'Success'])
    const { metadata, spec, status } = (await api.get(`${pods}/p`)).json()
    expect(metadata.generation).toBe(1)
    // As upstream, that is noted for nobody.
    expect(metadata.managedFields).toEqual(free.metadata.managedFields)
    expect(spec).toMatchObject({ nodeName: 'n1' })
    expect(status).toMatchObject({ conditions: [{ type: 'PodScheduled', status: 'True' }] })
    expect(said(await api.post(`${pods}/p/binding`, binding('p', node)))).toEqual([
      409,
      'Operation cannot be fulfilled on pods/binding "p": pod p is already assigned to node "n1"',
    ])
  })
})

describe('eviction', () => {
  it('asks the budget', async ({ api, namespace }) => {
    const pods = `/api/v1/namespaces/${namespace}/pods`
    const budgets = `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets`
    await api.post(pods, pod('p', { nodeName: 'n1' }, { a: 'b' }))
    const status = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] }
    await api.patch(`${pods}/p/status`, { status })
    await api.post(budgets, {
      metadata: { name: 'b' },
      spec: { minAvailable: 1, selector: { matchLabels: { a: 'b' } } },
    })
    const evict = () => api.post(`${pods}/p/eviction`, eviction('p'))
    const say = (disruptionsAllowed: number, currentHealthy: number) =>
      api.patch(`${budgets}/b/status`, {
        status: { observedGeneration: 1, disruptionsAllowed, currentHealthy, desiredHealthy: 1, expectedPods: 1 },
      })
    const refused = "Cannot evict pod as it would violate the pod's disruption budget."
    const causes = (message: string) => ({ details: { causes: [{ reason: 'DisruptionBudget', message }] } })
    const early = await evict()
    expect(said(early)).toEqual([429, refused])
    expect(early.json()).toMatchObject(causes('The disruption budget b is still being processed by the server.'))
    await say(0, 0)
    const no = await evict()
    expect(said(no)).toEqual([429, refused])
    expect(no.json()).toMatchObject(causes('The disruption budget b needs 1 healthy pods and has 0 currently'))
    await say(1, 1)
    expect((await evict()).status).toBe(201)
    expect((await api.get(`${budgets}/b`)).json().status).toMatchObject({
      disruptionsAllowed: 0,
      disruptedPods: { p: expect.any(String) },
    })
    const evicted = (await api.get(`${pods}/p`)).json()
    expect(evicted.metadata.deletionGracePeriodSeconds).toBe(30)
    expect(evicted.status).toMatchObject({
      conditions: [{ type: 'Ready' }, { type: 'DisruptionTarget', reason: 'EvictionByEvictionAPI' }],
    })
  })
})

describe('deletion', () => {
  it('gives a pod on a node time, and others none', async ({ api, namespace }) => {
    const pods = `/api/v1/namespaces/${namespace}/pods`
    await api.post(pods, pod('bound', { nodeName: 'n1' }))
    await api.post(pods, pod('free'))
    const grace = async (path: string) => {
      const answer = await api.delete(`${pods}/${path}`)
      return [answer.status, answer.json().metadata.deletionGracePeriodSeconds]
    }
    expect(await grace('free')).toEqual([200, 0])
    expect((await api.get(`${pods}/free`)).status).toBe(404)
    expect(await grace('bound')).toEqual([200, 30])
    expect(await grace('bound?gracePeriodSeconds=5')).toEqual([200, 5])
    expect(await grace('bound')).toEqual([200, 5])
    expect((await api.get(`${pods}/bound`)).status).toBe(200)
    expect(await grace('bound?gracePeriodSeconds=0')).toEqual([200, 0])
    expect((await api.get(`${pods}/bound`)).status).toBe(404)
  })
})

describe('updates', () => {
  const mayNot =
    'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,' +
    '`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),' +
    '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)'

  it('of the spec are few', async ({ api, namespace }) => {
    const pods = `/api/v1/namespaces/${namespace}/pods`
    const resources = { requests: { cpu: '1' } }
    const tolerations = [{ key: 'a', operator: 'Exists' }]
    await api.post(pods, pod('p', { tolerations, containers: [container('c', { resources })] }))
    const cases = [
      ['p', { spec: { dnsPolicy: 'Default' } }, `spec: Forbidden: ${mayNot}\n@@`],
      [
        'p',
        { spec: { containers: [container('c'), container('d')] } },
        'spec.containers: Forbidden: pod updates may not add or remove containers',
      ],
      [
        'p',
        { spec: { tolerations: [] } },
        'spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds',
      ],
      [
        'p/resize',
        { spec: { containers: [{ name: 'c', resources: { requests: { cpu: null, memory: '1Gi' } } }] } },
        'spec.containers[0].resources.requests: Forbidden: resource requests cannot be removed',
      ],
      [
        'p/resize',
        { spec: { containers: [container('x', { resources })] } },
        'spec.containers[0].name: Forbidden: containers may not be renamed or reordered on resize',
      ],
      ['p/status', { status: { qosClass: 'BestEffort' } }, 'status.qosClass: Invalid value: "BestEffort": field is'],
    ] as const
    for (const [path, body, message] of cases) {
      const answer = await api.patch(`${pods}/${path}`, body)
      expect([answer.status, answer.json().message]).toEqual([
        422,
        expect.stringContaining(`Pod "p" is invalid: ${message}`),
      ])
    }
    expect((await api.patch(`${pods}/p`, { spec: { activeDeadlineSeconds: 100 } })).status).toBe(200)
    expect(said(await api.patch(`${pods}/p`, { spec: { activeDeadlineSeconds: 200 } }))).toEqual([
      422,
      'Pod "p" is invalid: spec.activeDeadlineSeconds: Invalid value: 200: must be less than or equal to previous value',
    ])
  })

  it('by resize and ephemeralcontainers change their part alone', async ({ api, namespace }) => {
    const pods = `/api/v1/namespaces/${namespace}/pods`
    const asks = (cpu: string) => container('c', { resources: { requests: { cpu } } })
    await api.post(pods, pod('p', { containers: [asks('1')] }))
    const bigger = { spec: { dnsPolicy: 'Default', containers: [asks('2')] } }
    const resized = (await api.patch(`${pods}/p/resize`, bigger)).json()
    expect(resized.spec).toMatchObject({ dnsPolicy: 'ClusterFirst', containers: [asks('2')] })
    const debug = (image: string) => ({ spec: { hostname: 'h', ephemeralContainers: [{ name: 'dbg', image }] } })
    const debugged = (await api.patch(`${pods}/p/ephemeralcontainers`, debug('busybox'))).json()
    expect(debugged.spec).toMatchObject({ ephemeralContainers: [{ name: 'dbg', image: 'busybox' }] })
    expect(debugged.spec).not.toHaveProperty('hostname')
    expect((await api.patch(`${pods}/p/ephemeralcontainers`, debug('other'))).json().message).toContain(
      'spec.ephemeralContainers: Forbidden: existing ephemeral containers "dbg" may not be changed',
    )
    const status = { phase: 'Running', podIP: '1.2.3.4' }
    expect((await api.patch(`${pods}/p/status`, { status })).json().status).toMatchObject({
      ...status,
      podIPs: [{ ip: '1.2.3.4' }],
      qosClass: 'Burstable',
    })
  })
})
