import { expect } from 'vitest'
import type { JsonObject, KubeObject } from '../../src/meta/object.js'
import { eventually } from '../support/eventually.js'
import { created, done } from '../support/expect-answer.js'
import type { HttpClient, ListBody } from '../support/http.js'
import { startServer } from '../support/server.js'
import { test as base } from '../support/server-test.js'

const it = base.extend('server', { scope: 'file' }, async ({ tokenFile }, { onCleanup }) => {
  const server = await startServer({ args: [`--token-auth-file=${tokenFile}`, '--simulate-workloads'] })
  onCleanup(async () => {
    await server.stop()
  })
  return server
})

interface Endpoints extends KubeObject {
  subsets?: { addresses?: JsonObject[]; notReadyAddresses?: JsonObject[]; ports?: JsonObject[] }[]
}
interface Slice extends KubeObject {
  addressType: string
  endpoints?: ({ addresses: string[]; conditions: JsonObject } & JsonObject)[]
  ports?: JsonObject[]
}
interface Pod extends KubeObject {
  status: { phase: string; podIP?: string; conditions?: { type: string; status: string }[] } & JsonObject
}

const labels = { app: 'web' }
const ports = [{ name: 'http', containerPort: 8080 }]
const pod = (name: string, spec: JsonObject = {}) => ({
  metadata: { name, labels },
  spec: { containers: [{ name: 'c', image: 'i:1', ports }], ...spec },
})
const service = (spec: JsonObject) => ({
  metadata: { name: 'web', labels: { team: 'a' } },
  spec: { selector: labels, ...spec },
})
const web = service({
  ports: [
    { name: 'named', port: 80, targetPort: 'http' },
    { name: 'number', port: 81 },
  ],
})

function at(api: HttpClient, namespace: string) {
  const root = `/api/v1/namespaces/${namespace}`
  const slices = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`
  return {
    root,
    endpoints: async () => (await api.get(`${root}/endpoints/web`)).json<Endpoints>(),
    slices: async () => (await api.get(slices)).json<ListBody<Slice>>().items,
    running: (name: string) =>
      eventually(`pod ${name} to be ready`, async () => {
        const found = (await api.get(`${root}/pods/${name}`)).json<Pod>()
        return found.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') && found
      }),
  }
}

it('pods run, are ready and are found by their Services until they are gone', async ({ api, namespace }) => {
  const { root, endpoints, slices, running } = at(api, namespace)
  created(await api.post(`${root}/services`, web))
  const [empty] = await eventually('an empty slice', async () => {
    const found = await slices()
    return found.length > 0 && found
  })
  expect(empty).toMatchObject({ addressType: 'IPv4', metadata: { generateName: 'web-' } })
  expect(empty?.endpoints ?? []).toEqual([])
  for (const name of ['a', 'b']) created(await api.post(`${root}/pods`, pod(name)))
  const [a, b] = [await running('a'), await running('b')]
  expect(a.status).toMatchObject({
    phase: 'Running',
    podIPs: [{ ip: a.status.podIP }],
    containerStatuses: [{ name: 'c', image: 'i:1', ready: true, started: true, restartCount: 0 }],
  })
  expect(a.status.podIP).not.toBe(b.status.podIP)
  const addressOf = ({ metadata, status }: Pod) => ({
    ip: status.podIP,
    targetRef: { kind: 'Pod', namespace, name: metadata.name, uid: metadata.uid },
  })
  const addresses = [a, b].map(addressOf).sort((x, y) => (String(x.ip) < String(y.ip) ? -1 : 1))
  const both = await eventually('both addresses', async () => {
    const found = await endpoints()
    return found.subsets?.[0]?.addresses?.length === 2 && found
  })
  expect(both.subsets).toEqual([
    {
      addresses,
      ports: [
        { name: 'number', port: 81, protocol: 'TCP' },
        { name: 'named', port: 8080, protocol: 'TCP' },
      ],
    },
  ])
  expect(both.metadata.labels).toEqual({ team: 'a', 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' })
  const slice = await eventually('both in one slice', async () => {
    const [one, ...others] = await slices()
    return others.length === 0 && one?.endpoints?.length === 2 && one
  })
  const { uid } = (await api.get(`${root}/services/web`)).json().metadata
  expect(slice.metadata).toMatchObject({
    labels: {
      team: 'a',
      'kubernetes.io/service-name': 'web',
      'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
    },
    ownerReferences: [{ apiVersion: 'v1', kind: 'Service', name: 'web', uid, controller: true }],
  })
  expect(slice.ports).toEqual([
    { name: 'named', port: 8080, protocol: 'TCP' },
    { name: 'number', port: 81, protocol: 'TCP' },
  ])
  expect(slice.endpoints?.find(({ addresses: [ip] }) => ip === a.status.podIP)).toEqual({
    addresses: [a.status.podIP],
    conditions: { ready: true, serving: true, terminating: false },
    targetRef: addressOf(a).targetRef,
  })
  done(await api.delete(`${root}/pods/a`))
  await eventually('one address', async () => (await endpoints()).subsets?.[0]?.addresses?.length === 1)
  await eventually('one endpoint', async () => (await slices())[0]?.endpoints?.length === 1)
  done(await api.delete(`${root}/services/web`))
  await eventually('no endpoints', async () => (await api.get(`${root}/endpoints/web`)).status === 404)
  await eventually('no slice', async () => (await slices()).length === 0)
})

it('pods that are not ready are told apart, and published where a Service wants that', async ({ api, namespace }) => {
  const { root, endpoints, slices } = at(api, namespace)
  const gate = { readinessGates: [{ conditionType: 'example.com/open' }], hostname: 'one', subdomain: 'web' }
  created(await api.post(`${root}/pods`, pod('a', gate)))
  created(await api.post(`${root}/services`, service({ clusterIP: 'None', ports: [{ port: 80 }] })))
  const closed = await eventually('an address that is not ready', async () => {
    const found = await endpoints()
    return found.subsets?.[0]?.notReadyAddresses && found
  })
  expect(closed.subsets).toEqual([
    { notReadyAddresses: [expect.objectContaining({ hostname: 'one' })], ports: [{ port: 80, protocol: 'TCP' }] },
  ])
  expect(closed.metadata.labels).toHaveProperty(['service.kubernetes.io/headless'], '')
  await eventually('an endpoint that is not ready', async () => {
    const condition = (await slices())[0]?.endpoints?.[0]?.conditions
    return condition?.ready === false && condition.serving === false
  })
  done(await api.patch(`${root}/services/web`, { spec: { publishNotReadyAddresses: true } }))
  await eventually('it to be published', async () => (await endpoints()).subsets?.[0]?.addresses?.length === 1)
  await eventually('it to be ready', async () => (await slices())[0]?.endpoints?.[0]?.conditions.ready === true)
  done(await api.patch(`${root}/services/web`, { spec: { publishNotReadyAddresses: false } }))
  await eventually('it to be held back', async () => (await endpoints()).subsets?.[0]?.notReadyAddresses?.length === 1)
  const { status } = (await api.get(`${root}/pods/a`)).json<Pod>()
  const conditions = [...(status.conditions ?? []), { type: 'example.com/open', status: 'True' }]
  done(await api.patch(`${root}/pods/a/status`, { status: { conditions } }))
  await eventually('the gate to be open', async () => (await endpoints()).subsets?.[0]?.addresses?.length === 1)
})

it('endpoints of others stay as they are', async ({ api, namespace }) => {
  const { root, slices } = at(api, namespace)
  created(await api.post(`${root}/services`, { metadata: { name: 'web' }, spec: { ports: [{ port: 80 }] } }))
  const subsets = [{ addresses: [{ ip: '10.9.8.7' }], ports: [{ port: 80 }] }]
  created(await api.post(`${root}/endpoints`, { metadata: { name: 'web' }, subsets }))
  created(await api.post(`${root}/pods`, pod('a', { schedulingGates: [{ name: 'example.com/wait' }] })))
  created(await api.post(`${root}/services`, { ...web, metadata: { name: 'other' } }))
  await eventually('the other Service to be looked at', async () => (await slices()).length === 1)
  expect((await api.get(`${root}/endpoints/web`)).json<Endpoints>().subsets).toMatchObject(subsets)
  expect((await api.get(`${root}/pods/a`)).json<Pod>().status.phase).toBe('Pending')
})
