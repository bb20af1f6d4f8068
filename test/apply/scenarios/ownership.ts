import type { JsonObject } from '../../../src/meta/object.js'
import { configMap } from '../kinds.js'
import { merging, type Scenario } from '../scenario.js'

const applied = (data?: JsonObject, more: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'c' },
  ...(data ? { data } : {}),
  ...more,
})

const conflicts = 'Apply failed with'

/** Who owns what on a plain map (API-SEMANTICS S02, S04, S06 to S08). */
export const ownership: readonly Scenario[] = [
  {
    name: 'an apply of a new object owns its leaves',
    kind: configMap,
    steps: [{ as: 'm1', apply: applied({ a: '1', b: '2' }) }],
    object: { data: { a: '1', b: '2' } },
    owners: { 'm1 Apply': ['.data.a', '.data.b'] },
  },
  {
    name: 'an empty map is owned itself',
    kind: configMap,
    steps: [{ as: 'm1', apply: applied({}) }],
    object: { data: {} },
    owners: { 'm1 Apply': ['.data'] },
  },
  {
    name: 'an apply with nothing but a name owns nothing',
    kind: configMap,
    steps: [{ as: 'm1', apply: applied() }],
    object: {},
    owners: {},
  },
  {
    name: 'a create owns the map too',
    kind: configMap,
    steps: [{ as: 'm1', update: { metadata: { name: 'c', labels: { x: 'y' } }, data: { a: '1' } } }],
    owners: { 'm1 Update': ['.data', '.data.a', '.metadata.labels', '.metadata.labels.x'] },
  },
  {
    name: 'another value is a conflict',
    kind: configMap,
    steps: [
      { as: 'm1', apply: applied({ a: '1' }) },
      { as: 'm2', apply: applied({ a: '2' }), fails: `${conflicts} 1 conflict: conflict with "m1": .data.a` },
    ],
    object: { data: { a: '1' } },
    owners: { 'm1 Apply': ['.data.a'] },
  },
  {
    name: 'conflicts with several managers, sorted by manager',
    kind: configMap,
    steps: [
      { as: 'm9', apply: applied({ a: '1', b: '1' }) },
      { as: 'm1', update: merging({ data: { c: '1' } }) },
      { as: 'm5', subresource: 'status', update: merging({ data: { d: '1' } }) },
      {
        as: 'm2',
        apply: applied({ a: '2', b: '2', c: '2', d: '2' }),
        fails:
          `${conflicts} 4 conflicts: conflicts with "m1" using v1:\n- .data.c\n` +
          'conflicts with "m5" with subresource "status" using v1:\n- .data.d\n' +
          'conflicts with "m9":\n- .data.a\n- .data.b',
      },
    ],
  },
  {
    name: 'force takes the field, and only it',
    kind: configMap,
    steps: [
      { as: 'm1', apply: applied({ a: '1', b: '1' }) },
      { as: 'm2', apply: applied({ a: '2' }), force: true },
    ],
    object: { data: { a: '2', b: '1' } },
    owners: { 'm1 Apply': ['.data.b'], 'm2 Apply': ['.data.a'] },
  },
  {
    name: 'the same value is shared, and given up one by one',
    kind: configMap,
    steps: [
      { as: 'm1', apply: applied({ a: '1', b: '1' }) },
      { as: 'm2', apply: applied({ a: '1' }) },
      { as: 'm1', apply: applied({ b: '1' }) },
    ],
    object: { data: { a: '1', b: '1' } },
    owners: { 'm1 Apply': ['.data.b'], 'm2 Apply': ['.data.a'] },
  },
  {
    name: 'a shared field is changed by neither without force',
    kind: configMap,
    steps: [
      { as: 'm1', apply: applied({ a: '1' }) },
      { as: 'm2', apply: applied({ a: '1' }) },
      { as: 'm1', apply: applied({ a: '2' }), fails: `${conflicts} 1 conflict: conflict with "m2": .data.a` },
    ],
    object: { data: { a: '1' } },
  },
  {
    name: 'what its last owner drops goes',
    kind: configMap,
    steps: [
      { as: 'm1', apply: applied({ a: '1', b: '1' }) },
      { as: 'm1', apply: applied({ a: '1' }) },
    ],
    object: { data: { a: '1' } },
    owners: { 'm1 Apply': ['.data.a'] },
  },
  {
    name: 'the map goes with its last entry',
    kind: configMap,
    steps: [
      { as: 'm1', apply: applied({ a: '1' }) },
      { as: 'm1', apply: applied() },
    ],
    object: {},
    owners: {},
  },
  {
    name: 'the map stays without its last entry when somebody owns it as such',
    kind: configMap,
    steps: [
      { as: 'm1', apply: applied({}) },
      { as: 'm2', apply: applied({ a: '1' }) },
      { as: 'm2', apply: applied() },
    ],
    object: { data: {} },
    owners: { 'm1 Apply': ['.data'] },
  },
  {
    name: 'what an updater has changed stays when its applier drops it',
    kind: configMap,
    steps: [
      { as: 'm1', apply: applied({ a: '1', b: '1' }) },
      { as: 'u', update: merging({ data: { a: '2' } }) },
      { as: 'm1', apply: applied({ b: '1' }) },
    ],
    object: { data: { a: '2', b: '1' } },
    owners: { 'm1 Apply': ['.data.b'], 'u Update': ['.data.a'] },
  },
  {
    name: 'what nobody ever owned stays',
    kind: configMap,
    steps: [
      { as: 'm1', apply: applied({ a: '1' }) },
      { as: 'm1', update: merging({ data: { z: '1' }, metadata: { managedFields: [{}] } }) },
      { as: 'm1', apply: applied({ a: '1' }) },
      { as: 'm1', apply: applied() },
    ],
    object: { data: { a: '1', z: '1' } },
    owners: { 'before-first-apply Update': ['.data', '.data.a', '.data.z'] },
  },
  {
    name: 'removing a field takes it from everybody and gives it to nobody',
    kind: configMap,
    steps: [
      { as: 'm1', apply: applied({ a: '1', b: '1' }) },
      { as: 'u', update: merging({ data: { a: null } }) },
    ],
    object: { data: { b: '1' } },
    owners: { 'm1 Apply': ['.data.b'] },
  },
  {
    name: 'one manager applies and updates under two names',
    kind: configMap,
    steps: [
      { as: 'm1', apply: applied({ a: '1' }) },
      { as: 'm1', update: merging({ data: { b: '1' } }) },
      { as: 'm1', apply: applied({ a: '1', b: '1' }) },
    ],
    owners: { 'm1 Apply': ['.data.a', '.data.b'], 'm1 Update': ['.data.b'] },
  },
  {
    name: 'a manager without a name is unknown',
    kind: configMap,
    steps: [{ as: '', update: { metadata: {}, data: { a: '1' } } }],
    owners: { 'unknown Update': ['.data', '.data.a'] },
  },
  {
    name: 'any key is data',
    kind: configMap,
    steps: [
      { as: 'm1', apply: JSON.parse(JSON.stringify(applied({ constructor: '1', toString: '2', '': '3' }))) },
      { as: 'm2', apply: { ...applied(), data: JSON.parse('{"__proto__":"4"}') as JsonObject } },
      { as: 'm1', apply: applied({ '': '3' }) },
    ],
    object: { data: JSON.parse('{"":"3","__proto__":"4"}') },
    owners: { 'm1 Apply': ['.data.'], 'm2 Apply': ['.data.__proto__'] },
  },
  {
    name: 'bodies that are no apply of this object',
    kind: configMap,
    steps: [
      { as: 'm1', apply: { ...applied(), kind: 'Secret' }, fails: 'invalid object type: /v1, Kind=Secret' },
      { as: 'm1', apply: { kind: 'ConfigMap' }, fails: 'invalid object type: /, Kind=ConfigMap' },
      {
        as: 'm1',
        apply: { ...applied(), metadata: { managedFields: [] } },
        fails: 'metadata.managedFields must be nil',
      },
    ],
  },
]
