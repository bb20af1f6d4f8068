import { describe } from 'vitest'
import { core } from '../support/core-objects.js'
import { checkError, type ErrorRow } from '../support/error-rows.js'
import { created } from '../support/expect-answer.js'
import { testAlone as it } from '../support/server-test.js'

const jobs = '/apis/batch/v1/namespaces/default/jobs'
const volumes = '/api/v1/persistentvolumes'
const ranges = '/apis/networking.k8s.io/v1/servicecidrs'
const events = '/apis/events.k8s.io/v1/namespaces/default/events'
const claims = '/apis/resource.k8s.io/v1/namespaces/default/resourceclaims'
const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] } }
const ignoring = (type: string) => ({ rules: [{ action: 'Ignore', onPodConditions: [{ type }] }] })
const nodeTerms = [{ matchExpressions: [{ key: 'a', operator: 'Exists' }] }]
const event = {
  ...{ eventTime: '2024-01-01T00:00:00.000000Z', type: 'Normal', reason: 'r', action: 'a' },
  ...{ reportingController: 'x.io/c', reportingInstance: 'i' },
  regarding: { kind: 'Pod', name: 'p', namespace: 'default' },
}

const patch = (path: string, body: object) => ({
  ...{ method: 'PATCH', path: `${path}/there`, body, code: 422, reason: 'Invalid' },
  headers: { 'content-type': 'application/merge-patch+json' },
})
const post = (path: string, body: object) => ({ method: 'POST', path, body, code: 422, reason: 'Invalid' })

/** Recorded from a kube-apiserver 1.36.3. */
const rows: readonly ErrorRow[] = [
  {
    what: 'a policy of a Job is shown as the struct it is inside',
    ...patch(jobs, { spec: { podFailurePolicy: ignoring('B') } }),
    message:
      'Job.batch "there" is invalid: spec.podFailurePolicy: Invalid value: {"Rules":[{"Action":"Ignore","OnExitCodes":null,"OnPodConditions":[{"Type":"B","Status":"True"}]}]}: field is immutable',
  },
  {
    what: 'a template of a Job is, with its metadata and what the host shares',
    ...patch(jobs, { spec: { template: { spec: { hostNetwork: true } } } }),
    message:
      /^Job\.batch "there" is invalid: spec\.template: Invalid value: \{"labels":\{"batch\.kubernetes\.io\/controller-uid":"[^"]+","batch\.kubernetes\.io\/job-name":"there","controller-uid":"[^"]+","job-name":"there"\},"Spec":\{"Volumes":null,"InitContainers":null,"Containers":\[\{"Name":"c","Image":"i","Command":null,.*"SecurityContext":\{"HostNetwork":true,"HostPID":false,"HostIPC":false,"ShareProcessNamespace":null,"HostUsers":null,"SELinuxOptions":null,.*"SchedulingGroup":null\}\}: field is immutable$/,
  },
  {
    what: 'causes of a Job are named as often as upstream looks',
    ...patch(jobs, { spec: { parallelism: -1 } }),
    message: 'Job.batch "there" is invalid: spec.parallelism: Invalid value: -1: must be greater than or equal to 0',
    details: {
      ...{ name: 'there', group: 'batch', kind: 'Job' },
      causes: Array(2).fill({
        reason: 'FieldValueInvalid',
        message: 'Invalid value: -1: must be greater than or equal to 0',
        field: 'spec.parallelism',
      }),
    },
  },
  {
    what: 'where the bytes of a volume are is shown line by line',
    ...patch(volumes, { spec: { hostPath: { path: '/b' }, nodeAffinity: null } }),
    message:
      'PersistentVolume "there" is invalid: [spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation\n@@ -2,7 +2,7 @@\n  "GCEPersistentDisk": null,\n  "AWSElasticBlockStore": null,\n  "HostPath": {\n-  "Path": "/a",\n+  "Path": "/b",\n   "Type": ""\n  },\n  "Glusterfs": null,\n, nodeAffinity: Invalid value: null: field is immutable, except for updating from beta label to GA]',
  },
  {
    what: 'a range of services is another',
    ...patch(ranges, { spec: { cidrs: ['192.168.1.0/24'] } }),
    message:
      'ServiceCIDR.networking.k8s.io "there" is invalid: spec.cidrs[0]: Invalid value: "192.168.1.0/24": field is immutable',
  },
  {
    what: 'a range of services gets one of its own family',
    ...patch(ranges, { spec: { cidrs: ['192.168.0.0/24', '1.1.1.0/24'] } }),
    message:
      'ServiceCIDR.networking.k8s.io "there" is invalid: spec.cidrs: Invalid value: ["192.168.0.0/24","1.1.1.0/24"]: may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64',
  },
  {
    what: 'an event is about something else',
    ...patch(events, { regarding: { name: 'q' }, reason: null }),
    message:
      'Event "there" is invalid: [reason: Required value, involvedObject: Invalid value: {"Kind":"Pod","Namespace":"default","Name":"q","UID":"","APIVersion":"","ResourceVersion":"","FieldPath":""}: field is immutable, reason: Invalid value: "": field is immutable]',
  },
  {
    what: 'addresses without the first',
    ...post('/api/v1/namespaces/default/services', {
      metadata: { name: 'x' },
      spec: { clusterIPs: ['10.0.0.9'], ports: [{ port: 80 }] },
    }),
    message:
      'Service "x" is invalid: spec.clusterIPs: Invalid value: ["10.0.0.9"]: must be empty when `clusterIP` is not specified',
  },
  {
    what: 'devices that are in use, in a namespace that is not for those',
    ...post(claims, {
      metadata: { name: 'x' },
      spec: { devices: { requests: [{ name: 'r', exactly: { deviceClassName: 'a.io', adminAccess: true } }] } },
    }),
    message:
      'ResourceClaim.resource.k8s.io "x" is invalid: spec.devices.requests[0].adminAccess: Forbidden: admin access to devices requires the `resource.kubernetes.io/admin-access: true` label on the containing namespace',
  },
  {
    what: 'a data key of a ConfigMap that is fixed: what has changed comes first',
    ...patch(core.configMaps('default'), { data: { 'a b': 'c' } }),
    message:
      /^ConfigMap "there" is invalid: \[data: Forbidden: field is immutable when `immutable` is set, data\[a b\]: /,
  },
]

it.beforeAll(async ({ api }) => {
  const metadata = { name: 'there' }
  const made = [
    [jobs, { spec: { template, podFailurePolicy: ignoring('A') } }],
    [
      volumes,
      {
        spec: {
          ...{ accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' }, hostPath: { path: '/a' } },
          nodeAffinity: { required: { nodeSelectorTerms: nodeTerms } },
        },
      },
    ],
    [ranges, { spec: { cidrs: ['192.168.0.0/24'] } }],
    [events, event],
    [core.configMaps('default'), { immutable: true }],
  ] as const
  for (const [path, body] of made) created(await api.post(path, { metadata, ...body }))
})

describe('what is refused of built-in kinds, in the words of a kube-apiserver', () => {
  it.for(rows)('$what', (row, { api }) => checkError(api, row))
})
