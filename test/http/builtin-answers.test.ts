import { describe, expect } from 'vitest'
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
    what: 'V62: events of core/v1 have any name',
    requests: [['POST', at('v1', 'events'), { metadata: { name: 'Any Name' }, involvedObject: { namespace: 'NS' } }]],
    answer: { metadata: { name: 'Any Name' } },
  },
  {
    what: 'V10: nobody asks for node ports in a trial',
    requests: [
      [
        'POST',
        `${at('v1', 'services')}?dryRun=All`,
        { metadata: { name: 'x' }, spec: { type: 'NodePort', ports: [{ port: 80, nodePort: 1 }] } },
      ],
    ],
    answer: { spec: { ports: [{ port: 80, nodePort: 1 }] } },
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
      const [inPath, inBody] = [path, JSON.stringify(body)].map((text) => text?.replace('NS', namespace))
      last = await api.request(method, inPath ?? '', inBody, { 'content-type': 'application/json', ...headers })
    }
    expect(last?.json()).toMatchObject(answer)
    expect(last?.headers.warning).toBe(warning)
  })
})
