import { describe, expect } from 'vitest'
import { configMap, core, type Deployment, deployment, secret } from '../support/core-objects.js'
import { created, done } from '../support/expect-answer.js'
import type { Answer } from '../support/http.js'
import { testAlone as it } from '../support/server-test.js'

/** One request after the other; a string stands for a media type. */
interface Row {
  readonly what: string
  readonly requests: readonly (readonly [method: string, path: string, body?: unknown, type?: string])[]
  /** What of the last answer must be there. */
  readonly answer: object
  readonly warning?: string
}

const group = (name: string) => (name === 'v1' ? '/api/v1' : `/apis/${name}`)
const at = (apiVersion: string, plural: string) => `${group(apiVersion)}/namespaces/NS/${plural}`
const labels = { a: 'b' }
const template = { metadata: { labels }, spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] } }
const lasting = { ...template, spec: { containers: template.spec.containers } }
const claim = { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } }
const [applyPatch, jsonPatch] = ['application/apply-patch+yaml', 'application/json-patch+json']
const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' }, data: { a: '1' } }
const maps = at('v1', 'configmaps')
const jobs = at('batch/v1', 'jobs')
const job = { metadata: { name: 'x' }, spec: { template } }

/** As a kube-apiserver 1.36.3 has answered. */
const rows: readonly Row[] = [
  {
    what: 'F03: claims in a StatefulSet say their kind',
    requests: [
      [
        'POST',
        `${at('apps/v1', 'statefulsets')}?fieldValidation=Strict`,
        {
          metadata: { name: 'x' },
          spec: {
            ...{ serviceName: 's', selector: { matchLabels: labels }, template: lasting },
            volumeClaimTemplates: [
              { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'd' }, ...claim },
            ],
          },
        },
      ],
    ],
    answer: { spec: { volumeClaimTemplates: [{ apiVersion: 'v1', kind: 'PersistentVolumeClaim' }] } },
  },
  {
    what: 'U03: the scale of a ReplicationController has its selector',
    requests: [
      ['POST', at('v1', 'replicationcontrollers'), { metadata: { name: 'x' }, spec: { template: lasting } }],
      ['GET', `${at('v1', 'replicationcontrollers')}/x/scale`],
    ],
    answer: { spec: { replicas: 1 }, status: { replicas: 0, selector: 'a=b' } },
  },
  {
    what: 'V44: a Job leaves its pods be where nothing is said of them',
    requests: [
      ['POST', jobs, job],
      ['DELETE', `${jobs}/x`],
    ],
    answer: { kind: 'Job', metadata: { finalizers: ['orphan'], generation: 2 } },
    warning:
      '299 - "child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning"',
  },
  {
    what: 'V44: a Job goes with its pods where that is said',
    requests: [
      ['POST', jobs, job],
      ['DELETE', `${jobs}/x`, { propagationPolicy: 'Background' }],
    ],
    answer: { kind: 'Status', status: 'Success' },
  },
  {
    what: 'V40: where there is a body, the query says nothing',
    requests: [
      ['POST', maps, map],
      ['DELETE', `${maps}/x?dryRun=All`, {}],
      ['GET', `${maps}/x`],
    ],
    answer: { code: 404 },
  },
  {
    what: 'S03: who applies what is there already has no time',
    requests: [
      ['POST', maps, map],
      ['PATCH', `${maps}/x?fieldManager=m`, map, applyPatch],
    ],
    answer: {
      metadata: { managedFields: [expect.not.objectContaining({ time: expect.anything() }), { operation: 'Update' }] },
    },
  },
  {
    what: 'P02: a JSON patch replaces, and copies, what is not there',
    requests: [
      ['POST', maps, map],
      [
        'PATCH',
        `${maps}/x`,
        [
          { op: 'replace', path: '/data/b', value: '2' },
          { op: 'copy', from: '/metadata/annotations', path: '/metadata/labels' },
        ],
        jsonPatch,
      ],
    ],
    answer: { data: { a: '1', b: '2' } },
  },
  {
    what: 'P04: a strategic merge changes no kind',
    requests: [
      ['POST', maps, map],
      ['PATCH', `${maps}/x`, { kind: 'Other', data: { b: '2' } }, 'application/strategic-merge-patch+json'],
    ],
    answer: { kind: 'ConfigMap', data: { a: '1', b: '2' } },
  },
  {
    what: 'S04: who makes a DaemonSet owns the annotation that counts',
    requests: [
      [
        'POST',
        at('apps/v1', 'daemonsets'),
        { metadata: { name: 'x' }, spec: { selector: { matchLabels: labels }, template: lasting } },
      ],
    ],
    answer: {
      metadata: {
        annotations: { 'deprecated.daemonset.template.generation': '1' },
        managedFields: [
          {
            fieldsV1: {
              'f:metadata': { 'f:annotations': { '.': {}, 'f:deprecated.daemonset.template.generation': {} } },
            },
          },
        ],
      },
    },
  },
  {
    what: 'V25: finalizers of a Lease have no form',
    requests: [['POST', at('coordination.k8s.io/v1', 'leases'), { metadata: { name: 'x', finalizers: ['x'] } }]],
    answer: { metadata: { finalizers: ['x'] } },
  },
  {
    what: 'S04: nobody owns parts of what a ControllerRevision holds',
    requests: [
      ['POST', at('apps/v1', 'controllerrevisions'), { metadata: { name: 'x' }, revision: 1, data: { a: { b: 1 } } }],
    ],
    answer: { metadata: { managedFields: [{ fieldsV1: { 'f:data': {}, 'f:revision': {} } }] } },
  },
]

describe('what a kube-apiserver answers', () => {
  it.for(rows)('$what', async ({ requests, answer, warning }, { api, namespace }) => {
    let last: Answer | undefined
    for (const [method, path, body, type] of requests) {
      const headers = type === undefined ? {} : { 'content-type': type }
      last = await api.request(method, path.replace('NS', namespace), body, headers)
    }
    expect(last?.json()).toMatchObject(answer)
    expect(last?.headers.warning).toBe(warning)
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
