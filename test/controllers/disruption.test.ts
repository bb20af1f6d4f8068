import { expect } from 'vitest'
import type { JsonObject, KubeObject } from '../../src/meta/object.js'
import { eventually } from '../support/eventually.js'
import type { HttpClient, ListBody } from '../support/http.js'
import { test as it } from '../support/server-test.js'

const labels = { app: 'web' }
const template = { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'i' }] } }
const ready = { status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] } }

/** Of a budget, once it is as said. */
async function statusOf(api: HttpClient, path: string, expected: JsonObject) {
  const parts = Object.entries(expected)
  await eventually(`${path} to be ${JSON.stringify(expected)}`, async () => {
    const { status = {} } = (await api.get(path)).json<KubeObject & { status?: JsonObject }>()
    // A new one has zeroes before it was looked at.
    return status.conditions !== undefined && parts.every(([name, value]) => status[name] === value)
  })
  const { status } = (await api.get(path)).json<KubeObject & { status: JsonObject & { conditions: JsonObject[] } }>()
  return status
}

/** Waits until these, of type, reason and message, are the Events about a budget. */
async function eventsOf(api: HttpClient, namespace: string, name: string, expected: string[][]) {
  const path = `/api/v1/namespaces/${namespace}/events?fieldSelector=involvedObject.name%3D${name}`
  const read = async () => {
    const { items } = (await api.get(path)).json<ListBody<KubeObject & Record<'type' | 'reason' | 'message', string>>>()
    return items.map(({ type, reason, message }) => [type, reason, message])
  }
  await eventually(`Events about ${name}`, async () => (await read()).length >= expected.length)
  expect(await read()).toEqual(expected)
}

it('budgets count pods by what their controllers are to have, and evictions take from them', async ({
  api,
  namespace,
}) => {
  const at = `/api/v1/namespaces/${namespace}/pods`
  const sets = `/apis/apps/v1/namespaces/${namespace}/replicasets`
  const budgets = `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets`
  const spec = { replicas: 4, selector: { matchLabels: labels }, template }
  const { uid = '' } = (await api.post(sets, { metadata: { name: 'web' }, spec })).json().metadata
  const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid, controller: true }
  for (const name of ['a', 'b', 'c']) {
    const metadata = { name, labels, ownerReferences: [owner] }
    expect((await api.post(at, { metadata, spec: { ...template.spec, nodeName: 'n' } })).status).toBe(201)
    expect((await api.patch(`${at}/${name}/status`, ready)).status).toBe(200)
  }
  const selector = { matchLabels: labels }
  const budget = (name: string, amount: JsonObject) =>
    api.post(budgets, { metadata: { name }, spec: { selector, ...amount } })
  expect((await budget('half', { minAvailable: '50%' })).status).toBe(201)
  const first = await statusOf(api, `${budgets}/half`, { currentHealthy: 3, disruptionsAllowed: 1 })
  expect(first).toMatchObject({
    ...{ expectedPods: 4, desiredHealthy: 2, observedGeneration: 1 },
    conditions: [{ type: 'DisruptionAllowed', status: 'True', reason: 'SufficientPods', observedGeneration: 1 }],
  })
  const evict = (name: string) =>
    api.post(`${at}/${name}/eviction`, { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name } })
  expect((await evict('a')).status).toBe(201)
  const second = await evict('b')
  expect([second.status, second.json().message]).toEqual([
    429,
    "Cannot evict pod as it would violate the pod's disruption budget.",
  ])
  const after = await statusOf(api, `${budgets}/half`, { currentHealthy: 2, disruptionsAllowed: 0 })
  expect(after.conditions).toMatchObject([{ status: 'False', reason: 'InsufficientPods' }])
  expect((await api.delete(`${budgets}/half`)).status).toBe(200)
  expect((await budget('most', { maxUnavailable: 3 })).status).toBe(201)
  await statusOf(api, `${budgets}/most`, {
    expectedPods: 4,
    desiredHealthy: 1,
    currentHealthy: 2,
    disruptionsAllowed: 1,
  })
})

it('a budget of pods whose controllers are not there says so, and lets none go', async ({ api, namespace }) => {
  const at = `/api/v1/namespaces/${namespace}/pods`
  const budgets = `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets`
  const config = { metadata: { name: 'web' } }
  const { uid = '' } = (await api.post(`/api/v1/namespaces/${namespace}/configmaps`, config)).json().metadata
  const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'web', uid, controller: true }
  const metadata = { name: 'a', labels, ownerReferences: [owner] }
  expect((await api.post(at, { metadata, spec: template.spec })).status).toBe(201)
  const spec = { maxUnavailable: '30%', selector: {} }
  expect((await api.post(budgets, { metadata: { name: 'b' }, spec })).status).toBe(201)
  const status = await statusOf(api, `${budgets}/b`, { disruptionsAllowed: 0 })
  expect(status.conditions).toMatchObject([
    { status: 'False', reason: 'SyncFailed', message: 'configmaps does not implement the scale subresource' },
  ])
  await eventsOf(api, namespace, 'b', [
    [
      ...['Warning', 'CalculateExpectedPodCountFailed'],
      'Failed to calculate the number of expected pods: configmaps does not implement the scale subresource',
    ],
  ])
})

it('a budget of nothing, and of pods that nobody controls', async ({ api, namespace }) => {
  const budgets = `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets`
  expect(
    (await api.post(budgets, { metadata: { name: 'none' }, spec: { minAvailable: 1, selector: {} } })).status,
  ).toBe(201)
  await statusOf(api, `${budgets}/none`, { expectedPods: 0, desiredHealthy: 1, disruptionsAllowed: 0 })
  await eventsOf(api, namespace, 'none', [['Normal', 'NoPods', 'No matching pods found']])
  const pods = `/api/v1/namespaces/${namespace}/pods`
  for (const name of ['a', 'b']) {
    expect((await api.post(pods, { metadata: { name, labels }, spec: template.spec })).status).toBe(201)
    await api.patch(`${pods}/${name}/status`, ready)
  }
  await statusOf(api, `${budgets}/none`, { expectedPods: 2, currentHealthy: 2, disruptionsAllowed: 1 })
  const spec = { maxUnavailable: 1, selector: { matchLabels: labels } }
  expect((await api.post(budgets, { metadata: { name: 'some' }, spec })).status).toBe(201)
  await eventsOf(api, namespace, 'some', [
    [
      ...['Warning', 'UnmanagedPods'],
      'Pods selected by this PodDisruptionBudget (selector: &LabelSelector{MatchLabels:map[string]string{app: web,},' +
        'MatchExpressions:[]LabelSelectorRequirement{},}) were found to be unmanaged. As a result, the status of the PDB ' +
        'cannot be calculated correctly, which may result in undefined behavior. To account for these pods please set ' +
        '".spec.minAvailable" field of the PDB to an integer value.',
    ],
  ])
})
