import { expect } from 'vitest'
import type { KubeObject } from '../../src/meta/object.js'
import { eventually } from '../support/eventually.js'
import { created, done } from '../support/expect-answer.js'
import type { HttpClient, ListBody } from '../support/http.js'
import type { Kubectl } from '../support/kubectl.js'
import { test as base } from '../support/kubectl-test.js'
import { startServer } from '../support/server.js'

const it = base.extend('server', { scope: 'file' }, async ({ tokenFile }, { onCleanup }) => {
  const server = await startServer({ args: [`--token-auth-file=${tokenFile}`, '--simulate-workloads'] })
  onCleanup(async () => {
    await server.stop()
  })
  return server
})

const labels = { app: 'web' }
const template = { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'i:1' }] } }
const once = { spec: { ...template.spec, restartPolicy: 'Never' } }
const selector = { matchLabels: labels }

/** What is created, and what its status is soon after. */
const kinds: [path: string, name: string, object: object, status: object][] = [
  [
    '/apis/apps/v1/namespaces/NS/replicasets',
    'ReplicaSet',
    { spec: { replicas: 2, selector, template } },
    { observedGeneration: 1, replicas: 2, readyReplicas: 2, availableReplicas: 2, fullyLabeledReplicas: 2 },
  ],
  [
    '/apis/apps/v1/namespaces/NS/statefulsets',
    'StatefulSet',
    { spec: { replicas: 2, selector, template, serviceName: 'web' } },
    { observedGeneration: 1, replicas: 2, readyReplicas: 2, availableReplicas: 2, updatedReplicas: 2 },
  ],
  [
    '/apis/apps/v1/namespaces/NS/daemonsets',
    'DaemonSet',
    { spec: { selector, template } },
    { observedGeneration: 1, desiredNumberScheduled: 1, numberReady: 1, numberAvailable: 1, updatedNumberScheduled: 1 },
  ],
  [
    '/apis/apps/v1/namespaces/NS/daemonsets',
    'DaemonSet for no node',
    { spec: { selector, template: { ...template, spec: { ...template.spec, nodeSelector: { disk: 'ssd' } } } } },
    { observedGeneration: 1, desiredNumberScheduled: 0, numberReady: 0 },
  ],
  [
    '/apis/batch/v1/namespaces/NS/jobs',
    'Job',
    { spec: { completions: 3, template: once } },
    { succeeded: 3, conditions: [{ type: 'SuccessCriteriaMet' }, { type: 'Complete', status: 'True' }] },
  ],
  [
    '/apis/batch/v1/namespaces/NS/jobs',
    'suspended Job',
    { spec: { suspend: true, template: once } },
    { conditions: [{ type: 'Suspended', status: 'True', reason: 'JobSuspended' }] },
  ],
  [
    '/api/v1/namespaces/NS/persistentvolumeclaims',
    'PersistentVolumeClaim',
    { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } },
    { phase: 'Bound', accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' } },
  ],
  [
    '/api/v1/namespaces/NS/services',
    'Service of type LoadBalancer',
    { spec: { type: 'LoadBalancer', ports: [{ port: 80 }] } },
    { loadBalancer: { ingress: [{ ip: expect.stringMatching(/^198\.51\.100\./), ipMode: 'VIP' }] } },
  ],
]

it.for(kinds)('%$ %s has the status of a healthy one', async ([path, kind, object, status], { api, namespace }) => {
  const name = kind.toLowerCase().replaceAll(' ', '-')
  const collection = path.replace('NS', namespace)
  created(await api.post(collection, { metadata: { name }, ...object }))
  const settled = await eventually(`${kind} is well`, async () => {
    const found = done(await api.get(`${collection}/${name}`))
    expect(found.status).toMatchObject(status)
    return found
  })
  // Nobody writes it again and again.
  created(await api.post(`/api/v1/namespaces/${namespace}/configmaps`, { metadata: { name } }))
  expect(done(await api.get(`${collection}/${name}`)).metadata.resourceVersion).toBe(settled.metadata.resourceVersion)
})

it('there is one node, and it is ready', async ({ api }) => {
  const node = await eventually('it is there', async () => {
    const [found] = (await api.get('/api/v1/nodes')).json<ListBody<KubeObject>>().items
    return JSON.stringify(found?.status ?? {}).includes('KubeletReady') ? found : undefined
  })
  const { conditions } = node.status as { conditions: { type: string; status: string }[] }
  expect(conditions.find(({ type }) => type === 'Ready')?.status).toBe('True')
})

const setsOf = async (api: HttpClient, namespace: string) =>
  (await api.get(`/apis/apps/v1/namespaces/${namespace}/replicasets`)).json<
    ListBody<KubeObject & { spec: { replicas: number } }>
  >().items

const rollout = (kubectl: Kubectl, namespace: string, what: string) => kubectl.ok(`-n ${namespace} rollout ${what}`)

it('kubectl follows, tells and takes back the rollout of a deployment', async ({ kubectl, api, namespace }) => {
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments/web`
  await kubectl.ok(`-n ${namespace} create deployment web --image=web:1 --replicas=2`)
  expect(await rollout(kubectl, namespace, 'status deployment/web')).toContain('successfully rolled out')
  const first = done(await api.get(path))
  expect(first.metadata.generation).toBe(1)
  expect(first.metadata.annotations).toEqual({ 'deployment.kubernetes.io/revision': '1' })
  expect(first.status).toMatchObject({
    ...{ observedGeneration: 1, replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 },
    conditions: [
      { type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable' },
      { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' },
    ],
  })
  await kubectl.ok(`-n ${namespace} set image deployment/web web=web:2`)
  await rollout(kubectl, namespace, 'status deployment/web')
  await eventually('the first set has no replicas', async () => {
    return (
      (await setsOf(api, namespace))
        .map(({ spec }) => spec.replicas)
        .sort()
        .join() === '0,2'
    )
  })
  expect(await rollout(kubectl, namespace, 'history deployment/web --revision=2')).toContain('web:2')
  await rollout(kubectl, namespace, 'undo deployment/web')
  await rollout(kubectl, namespace, 'status deployment/web')
  expect((await kubectl.ok(`-n ${namespace} get deploy web -o jsonpath={..image}`)).trim()).toBe('web:1')
  expect(await rollout(kubectl, namespace, 'history deployment/web')).toMatch(/^2 .*\n3 /m)
  await kubectl.ok(`-n ${namespace} scale deployment/web --replicas=5`)
  await kubectl.ok(`-n ${namespace} wait --for=jsonpath={.status.readyReplicas}=5 deployment/web --timeout=15s`)
  await kubectl.ok(`-n ${namespace} wait --for=condition=Available deployment/web --timeout=15s`)
  done(await api.delete(path))
  await eventually('its sets go', async () => (await setsOf(api, namespace)).length === 0)
})

it('a paused deployment makes nothing new; its history is as long as it says', async ({ kubectl, api, namespace }) => {
  await kubectl.ok(`-n ${namespace} create deployment web --image=web:1`)
  await rollout(kubectl, namespace, 'status deployment/web')
  await kubectl.ok(['-n', namespace, 'patch', 'deployment', 'web', '-p', '{"spec":{"revisionHistoryLimit":1}}'])
  await rollout(kubectl, namespace, 'pause deployment/web')
  await kubectl.ok(`-n ${namespace} set image deployment/web web=web:2`)
  await eventually('it says so', async () => {
    const { status } = done(await api.get(`/apis/apps/v1/namespaces/${namespace}/deployments/web`))
    expect(status).toMatchObject({ observedGeneration: 4, replicas: 1 })
    return JSON.stringify(status).includes('DeploymentPaused')
  })
  expect(await setsOf(api, namespace)).toHaveLength(1)
  await rollout(kubectl, namespace, 'resume deployment/web')
  await rollout(kubectl, namespace, 'status deployment/web')
  await kubectl.ok(`-n ${namespace} set image deployment/web web=web:3`)
  await rollout(kubectl, namespace, 'status deployment/web')
  await eventually('the oldest of three is gone', async () => (await setsOf(api, namespace)).length === 2)
})

it('stateful sets and daemon sets keep a history too', async ({ kubectl, api, namespace }) => {
  for (const [plural, kind] of [
    ['statefulsets', 'statefulset'],
    ['daemonsets', 'daemonset'],
  ] as const) {
    const path = `/apis/apps/v1/namespaces/${namespace}/${plural}`
    created(await api.post(path, { metadata: { name: 'db' }, spec: { selector, template } }))
    await rollout(kubectl, namespace, `status ${kind}/db --timeout=15s`)
    await kubectl.ok(`-n ${namespace} set image ${kind}/db c=i:2`)
    await rollout(kubectl, namespace, `status ${kind}/db --timeout=15s`)
    expect(await rollout(kubectl, namespace, `history ${kind}/db --revision=2`)).toContain('i:2')
    await rollout(kubectl, namespace, `undo ${kind}/db`)
    expect((await kubectl.ok(`-n ${namespace} get ${kind} db -o jsonpath={..image}`)).trim()).toBe('i:1')
    await eventually('it is the newest again', async () => {
      return /^2 .*\n3 /m.test(await rollout(kubectl, namespace, `history ${kind}/db`))
    })
  }
})
