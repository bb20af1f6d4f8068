import type { JsonObject, KubeObject } from '../../../src/meta/object.js'
import { configMap, deployment } from '../kinds.js'
import { changing, merging, type Scenario, type Step } from '../scenario.js'

const annotation = 'kubectl.kubernetes.io/last-applied-configuration'

const applied = (data: JsonObject, annotations?: JsonObject): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'c', ...(annotations ? { annotations } : {}) },
  data,
})

const lastApplied = (data: JsonObject): JsonObject => ({
  [annotation]: `${JSON.stringify({ apiVersion: 'v1', data, kind: 'ConfigMap', metadata: { name: 'c' } })}\n`,
})

const clientSide = (data: JsonObject): Step => ({
  as: 'kubectl-client-side-apply',
  update: { metadata: { name: 'c', annotations: lastApplied(data) }, data },
})

/** A well-formed entry, without its fields. */
const entry: JsonObject = { manager: 'x', operation: 'Apply', apiVersion: 'v1', fieldsType: 'FieldsV1' }

const annotated = `.metadata.annotations.${annotation}`
const clear: Step = { as: 'm', update: merging({ metadata: { managedFields: [{}] } }) }

/** Objects that were not always applied, and managedFields that clients set (API-SEMANTICS S11 to S13). */
export const migration: readonly Scenario[] = [
  {
    name: 'an object without owners belongs to before-first-apply',
    kind: configMap,
    steps: [
      { as: 'm1', update: { metadata: {}, data: { a: '1', b: '1' } } },
      clear,
      {
        as: 'm2',
        apply: applied({ a: '2' }),
        fails: 'Apply failed with 1 conflict: conflict with "before-first-apply" using v1: .data.a',
      },
      { as: 'm2', apply: applied({ a: '1' }) },
    ],
    owners: { 'm2 Apply': ['.data.a'], 'before-first-apply Update': ['.data', '.data.a', '.data.b'] },
  },
  {
    name: 'before-first-apply of a built-in kind does not own what is always there',
    kind: deployment,
    steps: [
      {
        as: 'm1',
        update: {
          metadata: {},
          spec: { replicas: 1, template: { metadata: {}, spec: { containers: [] } } },
          status: {},
        },
      },
      clear,
      { as: 'm2', apply: { apiVersion: 'apps/v1', kind: 'Deployment', spec: { paused: true } } },
    ],
    owners: {
      'm2 Apply': ['.spec.paused'],
      'before-first-apply Update': ['.spec.replicas', '.spec.template.spec.containers'],
    },
  },
  {
    name: 'an emptied list: [] empties too, null and nonsense do not',
    kind: configMap,
    steps: [
      { as: 'm1', apply: applied({ a: '1' }) },
      { as: 'u', update: merging({ metadata: { managedFields: null } }) },
      { as: 'u', update: merging({ metadata: { managedFields: [{ manager: 'x' }] } }) },
      { as: 'u', update: merging({ metadata: { managedFields: [{ ...entry, fieldsV1: { 'q:x': {}, bad: {} } }] } }) },
      { as: 'u', update: merging({ data: { b: '1' } }) },
    ],
    owners: { 'm1 Apply': ['.data.a'], 'u Update': ['.data.b'] },
  },
  {
    name: 'an empty list of owners',
    kind: configMap,
    steps: [
      { as: 'm1', apply: applied({ a: '1' }) },
      { as: 'u', update: merging({ metadata: { managedFields: [] } }) },
    ],
    owners: {},
  },
  {
    name: 'a client sets owners; what it changes at the same time is its own',
    kind: configMap,
    steps: [
      { as: 'm1', apply: applied({ a: '1', b: '1' }) },
      {
        as: 'u',
        update: merging({
          data: { c: '1' },
          metadata: {
            managedFields: [{ ...entry, fieldsV1: { 'f:data': { 'f:b': {}, 'f:a': { '.': {}, 'x:new': {} } } } }],
          },
        }),
      },
    ],
    owners: { 'x Apply': ['.data.a', '.data.b'], 'u Update': ['.data.c'] },
  },
  {
    name: 'a subresource sets no owners',
    kind: configMap,
    steps: [
      { as: 'm1', apply: applied({ a: '1' }) },
      { as: 'u', subresource: 'status', update: merging({ metadata: { managedFields: [{}] } }) },
    ],
    owners: { 'm1 Apply': ['.data.a'] },
  },
  {
    name: 'kubectl takes what it had applied on the client’s side',
    kind: configMap,
    steps: [clientSide({ a: '1', b: '1' }), { as: 'kubectl', apply: applied({ a: '2' }) }],
    object: {
      metadata: { name: 'c', annotations: lastApplied({ a: '2' }) },
      data: { a: '2', b: '1' },
    },
    owners: {
      'kubectl Apply': ['.data.a'],
      'kubectl-client-side-apply Update': ['.data', '.data.b', '.metadata.annotations', annotated],
    },
  },
  {
    name: 'others do not',
    kind: configMap,
    steps: [
      clientSide({ a: '1' }),
      {
        as: 'helm',
        apply: applied({ a: '2' }),
        fails: 'Apply failed with 1 conflict: conflict with "kubectl-client-side-apply" using v1: .data.a',
      },
    ],
  },
  {
    name: 'nor kubectl what somebody has changed since',
    kind: configMap,
    steps: [
      clientSide({ a: '1', b: '1' }),
      { as: 'u', update: merging({ data: { a: '9' } }) },
      {
        as: 'kubectl',
        apply: applied({ a: '2', b: '2' }),
        fails: 'Apply failed with 1 conflict: conflict with "u" using v1: .data.a',
      },
    ],
  },
  {
    name: 'the whole migration of kubectl apply --server-side',
    kind: configMap,
    steps: [
      clientSide({ a: '1', b: '1' }),
      { as: 'kubectl', apply: applied({ a: '2' }) },
      { as: 'kubectl-last-applied', apply: applied({}, lastApplied({ a: '2' })), force: true },
      { as: 'kubectl', update: changing(joinIntoKubectl) },
      { as: 'kubectl', apply: applied({ a: '2' }) },
    ],
    object: { metadata: { name: 'c', annotations: lastApplied({ a: '2' }) }, data: { a: '2' } },
    owners: { 'kubectl Apply': ['.data.a'], 'kubectl-last-applied Apply': ['.data', annotated] },
  },
  {
    name: 'ten owners by update at most: the oldest are joined',
    kind: configMap,
    steps: [
      { as: 'applier', apply: applied({ z: '1' }) },
      ...Array.from({ length: 12 }, (_, i): Step => ({ as: `u${i}`, update: merging({ data: { [`k${i}`]: '1' } }) })),
    ],
    owners: {
      'applier Apply': ['.data.z'],
      'ancient-changes Update': ['.data.k0', '.data.k1', '.data.k2'],
      ...Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`u${i + 3} Update`, [`.data.k${i + 3}`]])),
    },
  },
]

/** What kubectl does with the owner it was before: its fields become those of its apply. */
function joinIntoKubectl(object: KubeObject): void {
  const entries = object.metadata.managedFields ?? []
  const byApply = entries.find(({ manager }) => manager === 'kubectl')
  const before = entries.find(({ manager }) => manager === 'kubectl-client-side-apply')
  if (!byApply || !before) throw new Error('there is nothing to join')
  byApply.fieldsV1 = { 'f:data': { 'f:b': {}, 'f:a': {} } }
  object.metadata.managedFields = entries.filter((entry) => entry !== before)
}
