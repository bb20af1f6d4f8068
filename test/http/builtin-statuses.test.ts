import { describe } from 'vitest'
import { checkError } from '../support/error-rows.js'
import { created } from '../support/expect-answer.js'
import { testAlone as it } from '../support/server-test.js'

const jobs = '/apis/batch/v1/namespaces/default/jobs'
const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] } }
const indexed = { completions: 5, completionMode: 'Indexed', backoffLimitPerIndex: 1, template }
const requests = [{ name: 'r', exactly: { deviceClassName: 'a.io' } }]
const storage = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } }

const objects = [
  ['/api/v1/nodes', 'nz', {}],
  ['/api/v1/namespaces/default/persistentvolumeclaims', 'pz', storage],
  [jobs, 'jb', indexed],
  [jobs, 'jn', { completions: 5, template }],
  ['/apis/resource.k8s.io/v1/namespaces/default/resourceclaims', 'cz', { devices: { requests } }],
  ['/apis/policy/v1/namespaces/default/poddisruptionbudgets', 'bz', { minAvailable: 1 }],
] as const

/** An object, a status it can't have, and what a kube-apiserver 1.36.3 says of it. */
const rows: readonly (readonly [string, object, string])[] = [
  [
    '/api/v1/nodes/nz',
    { capacity: { cpu: '-1', 'x.io/y': '1.5' } },
    'Node "nz" is invalid: [status.capacity.cpu: Invalid value: "-1": must be greater than or equal to 0, status.capacity.x.io/y: Invalid value: "1500m": must be an integer, status.allocatable.cpu: Invalid value: "-1": must be greater than or equal to 0, status.allocatable.x.io/y: Invalid value: "1500m": must be an integer]',
  ],
  [
    '/api/v1/nodes/nz',
    { declaredFeatures: ['sample', 'A', 'A'] },
    'Node "nz" is invalid: [status.declaredFeatures[0]: Invalid value: "sample": invalid feature name "sample": must start with an UpperCamelCase segment, with subsequent segments separated by \'/\' (e.g., MyFeature or MyFeature/mySubFeature), and contain only alphanumeric characters and slashes, status.declaredFeatures[1]: Invalid value: "A": list must be sorted alphabetically, status.declaredFeatures[2]: Duplicate value: "A"]',
  ],
  [
    '/api/v1/nodes/nz',
    {
      addresses: [
        { type: 'A', address: 'b' },
        { type: 'A', address: 'b' },
      ],
    },
    'Node "nz" is invalid: status.addresses[1]: Duplicate value: {"Type":"A","Address":"b"}',
  ],
  [
    '/api/v1/namespaces/default/persistentvolumeclaims/pz',
    { allocatedResourceStatuses: { cpu: 'Bad' } },
    'PersistentVolumeClaim "pz" is invalid: [status.allocatedResourceStatuses: Unsupported value: "cpu": supported values: "storage", status.allocatedResourceStatuses: Unsupported value: "cpu": supported values: "ControllerResizeInProgress", "ControllerResizeInfeasible", "NodeResizeInProgress", "NodeResizeInfeasible", "NodeResizePending"]',
  ],
  [
    '/api/v1/namespaces/default/persistentvolumeclaims/pz',
    { allocatedResources: { storage: '-1Gi' } },
    'PersistentVolumeClaim "pz" is invalid: status.allocatedResources[storage]: Invalid value: -1073741824: must be a valid resource quantity',
  ],
  [
    '/api/v1/namespaces/default/persistentvolumeclaims/pz',
    { capacity: { storage: '-1500m' } },
    'PersistentVolumeClaim "pz" is invalid: status.capacity[storage]: Invalid value: -2: must be a valid resource quantity',
  ],
  [
    '/apis/batch/v1/namespaces/default/jobs/jb',
    { completedIndexes: 'zz' },
    'Job.batch "jb" is invalid: status.completedIndexes: Invalid value: "zz": error parsing completedIndexes: cannot convert string to integer for index: "zz"',
  ],
  [
    '/apis/batch/v1/namespaces/default/jobs/jb',
    { completedIndexes: '1,3-9' },
    'Job.batch "jb" is invalid: status.completedIndexes: Invalid value: "1,3-9": error parsing completedIndexes: too large index: "9"',
  ],
  [
    '/apis/batch/v1/namespaces/default/jobs/jb',
    { completedIndexes: '3,1' },
    'Job.batch "jb" is invalid: status.completedIndexes: Invalid value: "3,1": error parsing completedIndexes: non-increasing order, previous: 3, current: 1',
  ],
  [
    '/apis/batch/v1/namespaces/default/jobs/jb',
    { completedIndexes: '1-2-3' },
    'Job.batch "jb" is invalid: status.completedIndexes: Invalid value: "1-2-3": error parsing completedIndexes: the fragment "1-2-3" violates the requirement that an index interval can have at most two parts separated by \'-\'',
  ],
  [
    '/apis/batch/v1/namespaces/default/jobs/jb',
    { completedIndexes: '1-3', failedIndexes: '2-4' },
    'Job.batch "jb" is invalid: status.failedIndexes: Invalid value: "2-4": failedIndexes and completedIndexes overlap at index: 2',
  ],
  [
    '/apis/batch/v1/namespaces/default/jobs/jb',
    { uncountedTerminatedPods: { succeeded: ['a', 'a', ''], failed: ['a'] } },
    'Job.batch "jb" is invalid: [status.uncountedTerminatedPods.succeeded[1]: Duplicate value: "a", status.uncountedTerminatedPods.succeeded[2]: Invalid value: "": must not be empty, status.uncountedTerminatedPods.failed[0]: Duplicate value: "a"]',
  ],
  [
    '/apis/batch/v1/namespaces/default/jobs/jb',
    { active: 1, ready: 2 },
    'Job.batch "jb" is invalid: status.ready: Invalid value: 2: cannot set more ready pods than active',
  ],
  [
    '/apis/batch/v1/namespaces/default/jobs/jb',
    { completionTime: '2024-01-01T00:00:00Z' },
    'Job.batch "jb" is invalid: status.completionTime: Invalid value: "2024-01-01T00:00:00Z": cannot set completionTime when there is no Complete=True condition',
  ],
  [
    '/apis/batch/v1/namespaces/default/jobs/jn',
    { completedIndexes: '1', failedIndexes: '2' },
    'Job.batch "jn" is invalid: [status.completedIndexes: Invalid value: "1": cannot set non-empty completedIndexes when non-indexed completion mode, status.failedIndexes: Invalid value: "2": cannot set non-null failedIndexes when backoffLimitPerIndex is null]',
  ],
  [
    '/apis/resource.k8s.io/v1/namespaces/default/resourceclaims/cz',
    { devices: [{ driver: 'x.io', pool: 'p', device: 'd' }] },
    'ResourceClaim.resource.k8s.io "cz" is invalid: status.devices[0]: Invalid value: {"Driver":"x.io","Pool":"p","Device":"d","ShareID":""}: must be an allocated device in the claim',
  ],
  [
    '/apis/resource.k8s.io/v1/namespaces/default/resourceclaims/cz',
    {
      allocation: { devices: { results: [{ request: 'r', driver: 'x.io', pool: 'p', device: 'd' }] } },
      devices: [
        {
          driver: 'x.io',
          pool: 'p',
          device: 'd',
          networkData: { ips: ['zz'] },
          conditions: [{ type: 'A', status: 'True' }],
        },
        { driver: 'x.io', pool: 'p', device: 'd' },
      ],
    },
    'ResourceClaim.resource.k8s.io "cz" is invalid: [status.devices[0].conditions[0].lastTransitionTime: Required value, status.devices[0].conditions[0].reason: Required value, status.devices[0].networkData.ips[0]: Invalid value: "zz": must be a valid address in CIDR form, (e.g. 10.9.8.7/24 or 2001:db8::1/64), status.devices[1]: Duplicate value: {"Driver":"x.io","Pool":"p","Device":"d","ShareID":""}]',
  ],
  [
    '/apis/policy/v1/namespaces/default/poddisruptionbudgets/bz',
    {
      conditions: [
        { type: 'A', status: 'True' },
        { type: 'A', status: 'zz', reason: 'a b', lastTransitionTime: '2024-01-01T00:00:00Z' },
      ],
    },
    "PodDisruptionBudget.policy \"bz\" is invalid: [status.conditions[0].lastTransitionTime: Required value, status.conditions[0].reason: Required value, status.conditions[1].type: Duplicate value: \"A\", status.conditions[1].status: Unsupported value: \"zz\": supported values: \"False\", \"True\", \"Unknown\", status.conditions[1].reason: Invalid value: \"a b\": a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName',  or 'ReasonA,ReasonB',  or 'ReasonA:ReasonB', regex used for validation is '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?')]",
  ],
]

it.beforeAll(async ({ api }) => {
  for (const [path, name, spec] of objects) created(await api.post(path, { metadata: { name }, spec }))
})

describe('statuses of built-in kinds that are refused', () => {
  it.for(rows)('%s %j', ([path, status, message], { api }) =>
    checkError(api, {
      ...{
        what: path,
        method: 'PATCH',
        path: `${path}/status`,
        body: { status },
        code: 422,
        reason: 'Invalid',
        message,
      },
      headers: { 'content-type': 'application/merge-patch+json' },
    }),
  )
})
