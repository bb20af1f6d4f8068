import { describe, expect } from 'vitest'
import type { JsonObject } from '../../src/meta/object.js'
import { test as it } from '../support/server-test.js'

const container = (name: string, resources?: JsonObject) => ({ name, image: 'i', ...(resources ? { resources } : {}) })
const pod = (name: string, spec: JsonObject = {}) => ({
  metadata: { name },
  spec: { containers: [container('c')], ...spec },
})
const claim = (name: string, storage: string) => ({
  metadata: { name },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } },
})
const marked = (name: string, mark: string) => ({ name, annotations: { [mark]: 'true' } })

describe('limit ranges', () => {
  it('give containers what they do not ask for, and bound what they do', async ({ api, namespace }) => {
    const at = `/api/v1/namespaces/${namespace}`
    const limits = [
      {
        type: 'Container',
        max: { cpu: '1' },
        min: { cpu: '100m' },
        default: { cpu: '500m', memory: '1Gi' },
        defaultRequest: { cpu: '200m' },
      },
      { type: 'Pod', max: { cpu: '800m' } },
      { type: 'PersistentVolumeClaim', max: { storage: '1Gi' }, min: { storage: '1Mi' } },
    ]
    expect((await api.post(`${at}/limitranges`, { metadata: { name: 'l' }, spec: { limits } })).status).toBe(201)
    const made = (await api.post(`${at}/pods`, pod('p1'))).json()
    expect(made.metadata.annotations).toEqual({
      'kubernetes.io/limit-ranger':
        'LimitRanger plugin set: cpu, memory request for container c; cpu, memory limit for container c',
    })
    expect((made.spec as { containers: JsonObject[] }).containers[0]?.resources).toEqual({
      limits: { cpu: '500m', memory: '1Gi' },
      requests: { cpu: '200m', memory: '1Gi' },
    })
    const greedy = container('e', { requests: { cpu: '2' }, limits: { cpu: '2' } })
    const refused = [
      [
        'pods',
        pod('p2', { containers: [container('c'), container('d'), greedy] }),
        'pods "p2" is forbidden: [maximum cpu usage per Container is 1, but limit is 2, ' +
          'maximum cpu usage per Pod is 800m, but limit is 3]',
      ],
      [
        'pods',
        pod('p3', { containers: [container('c', { requests: { cpu: '1m' } })] }),
        'pods "p3" is forbidden: minimum cpu usage per Container is 100m, but request is 1m',
      ],
      [
        'persistentvolumeclaims',
        claim('c1', '2Gi'),
        'persistentvolumeclaims "c1" is forbidden: ' +
          'maximum storage usage per PersistentVolumeClaim is 1Gi, but request is 2Gi',
      ],
    ] as const
    for (const [plural, body, message] of refused) {
      const answer = await api.post(`${at}/${plural}`, body)
      expect([answer.status, answer.json().message]).toEqual([403, message])
    }
    expect((await api.post(`${at}/persistentvolumeclaims`, claim('c2', '20Mi'))).status).toBe(201)
  })
})

describe('priority classes', () => {
  const classes = '/apis/scheduling.k8s.io/v1/priorityclasses'

  it('are there for the system, and decide the priority of pods', async ({ api, namespace }) => {
    const pods = `/api/v1/namespaces/${namespace}/pods`
    const critical = await api.post(pods, pod('p1', { priorityClassName: 'system-node-critical' }))
    expect(critical.json().spec).toMatchObject({ priority: 2_000_001_000, preemptionPolicy: 'PreemptLowerPriority' })
    expect((await api.post(pods, pod('p2'))).json().spec).toMatchObject({ priority: 0 })
    const unknown = await api.post(pods, pod('p3', { priorityClassName: 'nope' }))
    expect([unknown.status, unknown.json().message]).toEqual([
      403,
      'pods "p3" is forbidden: no PriorityClass with name nope was found',
    ])
    const own = await api.post(pods, pod('p4', { priority: 3 }))
    expect([own.status, own.json().message]).toEqual([
      403,
      'pods "p4" is forbidden: the integer value of priority (3) must not be provided in pod spec; priority admission ' +
        'controller computed 0 from the given PriorityClass name',
    ])
  })

  it('have one default at most', async ({ api, namespace }) => {
    const [one, two] = [`${namespace}-1`, `${namespace}-2`]
    const first = { metadata: { name: one }, value: 7, globalDefault: true }
    expect((await api.post(classes, first)).status).toBe(201)
    const second = await api.post(classes, { metadata: { name: two }, value: 8, globalDefault: true })
    expect([second.status, second.json().message]).toEqual([
      403,
      `priorityclasses.scheduling.k8s.io "${two}" is forbidden: ` +
        `PriorityClass ${one} is already marked as default. Only one default can exist`,
    ])
    const made = (await api.post(`/api/v1/namespaces/${namespace}/pods`, pod('p'))).json()
    expect(made.spec).toMatchObject({ priority: 7, priorityClassName: one })
    expect((await api.delete(`${classes}/${one}`)).status).toBe(200)
  })
})

describe('default classes', () => {
  it('are given to claims and ingresses that name none', async ({ api, namespace }) => {
    const classes = '/apis/storage.k8s.io/v1/storageclasses'
    const sets = '/apis/networking.k8s.io/v1'
    const mark = marked(namespace, 'storageclass.kubernetes.io/is-default-class')
    expect((await api.post(classes, { metadata: mark, provisioner: 'x.y/z' })).status).toBe(201)
    const ofIngress = marked(namespace, 'ingressclass.kubernetes.io/is-default-class')
    const ingressClass = { metadata: ofIngress, spec: { controller: 'x.y/z' } }
    expect((await api.post(`${sets}/ingressclasses`, ingressClass)).status).toBe(201)
    const made = (await api.post(`/api/v1/namespaces/${namespace}/persistentvolumeclaims`, claim('c', '1Gi'))).json()
    expect(made.spec).toMatchObject({ storageClassName: namespace })
    const body = (name: string, spec: JsonObject) => ({
      metadata: { name },
      spec: { defaultBackend: { service: { name: 's', port: { number: 80 } } }, ...spec },
    })
    const ingresses = `${sets}/namespaces/${namespace}/ingresses`
    expect((await api.post(ingresses, body('i', {}))).json().spec).toMatchObject({ ingressClassName: namespace })
    const named = await api.post(ingresses, body('j', { ingressClassName: 'own' }))
    expect(named.json().spec).toMatchObject({ ingressClassName: 'own' })
    expect((await api.delete(`${classes}/${namespace}`)).status).toBe(200)
    expect((await api.delete(`${sets}/ingressclasses/${namespace}`)).status).toBe(200)
  })
})

describe('pods', () => {
  it('stay five minutes on a node that is gone, if they do not say', async ({ api, namespace }) => {
    const pods = `/api/v1/namespaces/${namespace}/pods`
    const gone = (key: string) => ({ effect: 'NoExecute', key, operator: 'Exists', tolerationSeconds: 300 })
    expect((await api.post(pods, pod('p1'))).json().spec).toMatchObject({
      tolerations: [gone('node.kubernetes.io/not-ready'), gone('node.kubernetes.io/unreachable')],
    })
    const tolerations = [{ operator: 'Exists' }]
    expect((await api.post(pods, pod('p2', { tolerations }))).json().spec).toMatchObject({ tolerations })
  })

  it('find the token of their account in a volume', async ({ api, namespace }) => {
    const at = `/api/v1/namespaces/${namespace}`
    const account = { metadata: { name: 'robot' }, imagePullSecrets: [{ name: 'pull' }] }
    expect((await api.post(`${at}/serviceaccounts`, account)).status).toBe(201)
    const { spec } = (await api.post(`${at}/pods`, pod('p1', { serviceAccountName: 'robot' }))).json() as {
      spec: { volumes: { name: string }[]; containers: JsonObject[] } & JsonObject
    }
    expect(spec).toMatchObject({ serviceAccount: 'robot', imagePullSecrets: [{ name: 'pull' }] })
    const name = spec.volumes[0]?.name
    expect(name).toMatch(/^kube-api-access-\w{5}$/)
    const mountPath = '/var/run/secrets/kubernetes.io/serviceaccount'
    expect(spec.containers[0]?.volumeMounts).toEqual([{ name, readOnly: true, mountPath }])
    const without = pod('p2', { serviceAccountName: 'robot', automountServiceAccountToken: false })
    expect((await api.post(`${at}/pods`, without)).json().spec).not.toHaveProperty('volumes')
  })
})

describe('runtime classes', () => {
  it('say what running a pod costs, and where it may run', async ({ api, namespace }) => {
    const runtimeClass = {
      metadata: { name: namespace },
      handler: 'h',
      overhead: { podFixed: { cpu: '10m' } },
      scheduling: { nodeSelector: { a: 'b' }, tolerations: [{ key: 'k', operator: 'Exists', effect: 'NoSchedule' }] },
    }
    expect((await api.post('/apis/node.k8s.io/v1/runtimeclasses', runtimeClass)).status).toBe(201)
    const pods = `/api/v1/namespaces/${namespace}/pods`
    const spec = { runtimeClassName: namespace }
    const covered = { key: 'k', operator: 'Equal', value: 'v', effect: 'NoSchedule' }
    const made = (await api.post(pods, pod('p1', { ...spec, nodeSelector: { c: 'd' }, tolerations: [covered] }))).json()
    expect(made.spec).toMatchObject({ overhead: { cpu: '10m' }, nodeSelector: { a: 'b', c: 'd' } })
    expect((made.spec as { tolerations: JsonObject[] }).tolerations.filter(({ key }) => key === 'k')).toEqual([
      { key: 'k', operator: 'Exists', effect: 'NoSchedule' },
    ])
    const refused = [
      [{ runtimeClassName: 'nope' }, 'pod rejected: RuntimeClass "nope" not found'],
      [
        { ...spec, overhead: { cpu: '1' } },
        "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead",
      ],
      [
        { overhead: { cpu: '1' } },
        'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead',
      ],
      [
        { ...spec, nodeSelector: { a: 'x' } },
        'conflict: runtimeClass.scheduling.nodeSelector[a] = b; pod.spec.nodeSelector[a] = x',
      ],
    ] as const
    for (const [wrong, why] of refused) {
      const answer = await api.post(pods, pod('p2', wrong as JsonObject))
      expect([answer.status, answer.json().message]).toEqual([403, `pods "p2" is forbidden: ${why}`])
    }
  })
})

describe('claims', () => {
  it('grow when they are bound and their class allows it', async ({ api, namespace }) => {
    const claims = `/api/v1/namespaces/${namespace}/persistentvolumeclaims`
    const [fixed, growing] = [`${namespace}-fixed`, `${namespace}-growing`]
    const classes = '/apis/storage.k8s.io/v1/storageclasses'
    for (const name of [fixed, growing]) {
      const body = { metadata: { name }, provisioner: 'x.y/z', allowVolumeExpansion: name === growing }
      expect((await api.post(classes, body)).status).toBe(201)
    }
    const grow = async (name: string) => {
      const answer = await api.patch(`${claims}/${name}`, { spec: { resources: { requests: { storage: '2Gi' } } } })
      return [answer.status, answer.status === 200 ? undefined : answer.json().message]
    }
    for (const name of [fixed, growing]) {
      const body = claim(name, '1Gi')
      const { spec } = body
      expect((await api.post(claims, { ...body, spec: { ...spec, storageClassName: name } })).status).toBe(201)
    }
    const forbidden = (name: string) => `persistentvolumeclaims "${name}" is forbidden: `
    expect((await grow(growing))[0]).toBe(422)
    for (const name of [fixed, growing]) {
      expect((await api.patch(`${claims}/${name}/status`, { status: { phase: 'Bound' } })).status).toBe(200)
    }
    expect(await grow(growing)).toEqual([200, undefined])
    expect(await grow(fixed)).toEqual([
      403,
      `${forbidden(fixed)}only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc ` +
        'must support resize',
    ])
  })
})

describe('nodes', () => {
  it('are not ready when they are new, and tell their pods where they are', async ({ api, namespace }) => {
    const zone = { 'topology.kubernetes.io/zone': 'z' }
    const node = { metadata: { name: namespace, labels: { ...zone, other: 'x' } } }
    const made = (await api.post('/api/v1/nodes', node)).json()
    expect(made.spec).toEqual({ taints: [{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }] })
    const pods = `/api/v1/namespaces/${namespace}/pods`
    expect((await api.post(pods, pod('p1', { nodeName: namespace }))).json().metadata.labels).toEqual(zone)
    expect((await api.post(pods, pod('p2'))).json().metadata.labels).toBeUndefined()
    const target = { apiVersion: 'v1', kind: 'Node', name: namespace }
    expect((await api.post(`${pods}/p2/binding`, { metadata: { name: 'p2' }, target })).status).toBe(201)
    expect((await api.get(`${pods}/p2`)).json().metadata.labels).toEqual(zone)
  })
})
