import type { JsonObject } from '../../../src/meta/object.js'
import { configMap, deployment, pizza } from '../kinds.js'
import { merging, type Scenario } from '../scenario.js'

const applied = (spec: JsonObject | null, more: JsonObject = {}): JsonObject => ({
  apiVersion: 'restaurant.x.io/v1',
  kind: 'Pizza',
  metadata: { name: 'p' },
  spec,
  ...more,
})

const misfit = (text: string) => `failed to create typed patch object (/p; restaurant.x.io/v1, Kind=Pizza): ${text}`

/** Maps, values of unknown or several types, and values that don't fit (API-SEMANTICS S05, S10). */
export const values: readonly Scenario[] = [
  {
    name: 'entries of a map of objects are owned as such',
    kind: pizza,
    steps: [
      { as: 'm1', apply: applied({ deep: { x: { a: 1 } } }) },
      { as: 'm2', apply: applied({ deep: { x: { b: { y: 'z' } } } }) },
      { as: 'm1', apply: applied({}) },
    ],
    object: { spec: { deep: { x: { b: { y: 'z' } } } } },
    owners: { 'm1 Apply': ['.spec'], 'm2 Apply': ['.spec.deep.x', '.spec.deep.x.b.y'] },
  },
  {
    name: 'preserved unknown fields: maps in parts, lists as a whole',
    kind: pizza,
    steps: [
      { as: 'm1', apply: applied({ any: { x: { y: 1 }, l: [{ a: 1 }] } }) },
      { as: 'm2', apply: applied({ any: { x: { z: 1 } } }) },
      {
        as: 'm2',
        apply: applied({ any: { x: { z: 1 }, l: [{ a: 1 }, { b: 2 }] } }),
        fails: 'Apply failed with 1 conflict: conflict with "m1": .spec.any.l',
      },
    ],
    object: { spec: { any: { x: { y: 1, z: 1 }, l: [{ a: 1 }] } } },
    owners: {
      'm1 Apply': ['.spec.any.l', '.spec.any.x', '.spec.any.x.y'],
      'm2 Apply': ['.spec.any.x', '.spec.any.x.z'],
    },
  },
  {
    name: 'a preserved value changes its form',
    kind: pizza,
    steps: [
      { as: 'm1', apply: applied({ any: { x: 'text' } }) },
      { as: 'u', update: merging({ spec: { any: { x: { y: 1 } } } }) },
    ],
    object: { spec: { any: { x: { y: 1 } } } },
    owners: { 'u Update': ['.spec.any.x', '.spec.any.x.y'] },
  },
  {
    name: 'embedded resources have metadata',
    kind: pizza,
    steps: [
      {
        as: 'm1',
        apply: applied({
          emb: { apiVersion: 'v1', kind: 'X', metadata: { finalizers: ['f'], labels: { a: 'b' } }, foo: [1] },
        }),
      },
    ],
    owners: {
      'm1 Apply': [
        '.spec.emb.apiVersion',
        '.spec.emb.foo',
        '.spec.emb.kind',
        '.spec.emb.metadata.finalizers[="f"]',
        '.spec.emb.metadata.labels.a',
      ],
    },
  },
  {
    name: 'int-or-string is either',
    kind: pizza,
    steps: [
      { as: 'm1', apply: applied({ ios: 5 }) },
      { as: 'm2', apply: applied({ ios: '5%' }), fails: 'Apply failed with 1 conflict: conflict with "m1": .spec.ios' },
      { as: 'm1', apply: applied({ ios: '5%' }) },
    ],
    object: { spec: { ios: '5%' } },
  },
  {
    name: 'null is a value, and does not remove what others have',
    kind: pizza,
    steps: [
      { as: 'm1', apply: applied({ nul: null, m: { k: 1 } }) },
      { as: 'm2', apply: applied({ m: null }) },
    ],
    object: { spec: { nul: null, m: { k: 1 } } },
    owners: { 'm1 Apply': ['.spec.nul', '.spec.m.k'], 'm2 Apply': ['.spec.m'] },
  },
  {
    name: 'null in metadata says nothing',
    kind: pizza,
    steps: [
      { as: 'm1', update: { metadata: { name: 'p', labels: { a: 'b' } } } },
      {
        as: 'm2',
        apply: applied({ size: 'S' }, { metadata: { creationTimestamp: null, labels: null, annotations: null } }),
      },
      { as: 'm2', apply: { apiVersion: 'restaurant.x.io/v1', kind: 'Pizza', metadata: null, spec: { size: 'S' } } },
    ],
    object: { metadata: { name: 'p', labels: { a: 'b' } }, spec: { size: 'S' } },
    owners: { 'm1 Update': ['.metadata.labels', '.metadata.labels.a'], 'm2 Apply': ['.spec.size'] },
  },
  {
    name: 'long integers keep their digits and are compared by value',
    kind: pizza,
    steps: [
      { as: 'm1', apply: applied({ cnt: 9007199254740993n, any: { n: 7n } }) },
      { as: 'm2', apply: applied({ cnt: 9007199254740993n, any: { n: 7 } }) },
      {
        as: 'm2',
        apply: applied({ cnt: 9007199254740995n }),
        fails: 'Apply failed with 1 conflict: conflict with "m1": .spec.cnt',
      },
    ],
    object: { spec: { cnt: 9007199254740993n, any: { n: 7n } } },
  },
  {
    name: 'an atomic map is one field',
    kind: deployment,
    steps: [
      { as: 'm1', apply: deploymentWith({ a: '1' }) },
      {
        as: 'm2',
        apply: deploymentWith({ a: '1', b: '2' }),
        fails: 'Apply failed with 1 conflict: conflict with "m1": .spec.selector',
      },
    ],
    owners: { 'm1 Apply': ['.spec.selector'] },
  },
  {
    name: 'what the schema does not know',
    kind: pizza,
    steps: [
      { as: 'm1', apply: applied({}, { bogus: 1 }), fails: misfit('.bogus: field not declared in schema') },
      {
        as: 'm1',
        apply: applied({ m: { k: 'x' } }),
        fails: misfit('.spec.m.k: expected numeric (int or float), got string'),
      },
      {
        as: 'm1',
        apply: applied({ size: { x: [1, null] } }),
        fails: misfit(
          '.spec.size: expected string, got &value.valueUnstructured{Value:map[string]interface {}{"x":[]interface {}{1, interface {}(nil)}}}',
        ),
      },
      { as: 'm1', apply: applied({ tags: 'x' }), fails: misfit('.spec.tags: expected list, got &{x}') },
      { as: 'm1', apply: applied({ m: [1, 'a'] }), fails: misfit('.spec.m: expected map, got &{[1 a]}') },
      {
        as: 'm1',
        apply: applied({ tags: [{ x: 1 }] }),
        fails: misfit(".spec.tags: element 0: associative list without keys has an element that's a map type"),
      },
      {
        as: 'm1',
        apply: applied({ toppings: ['a'] }),
        fails: misfit('.spec.toppings: element 0: associative list with keys may not have non-map elements'),
      },
      {
        as: 'm1',
        apply: applied({ size: 1, cnt: true }),
        fails: misfit(
          'errors:\n  .spec.size: expected string, got &value.valueUnstructured{Value:1}\n  .spec.cnt: expected numeric (int or float), got bool',
        ),
      },
    ],
  },
  {
    name: 'upstream’s text for a wrong type',
    kind: configMap,
    steps: [
      {
        as: 'm1',
        apply: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'ssa1' }, data: { b: 1 } },
        fails:
          'failed to create typed patch object (/ssa1; /v1, Kind=ConfigMap): .data.b: expected string, got &value.valueUnstructured{Value:1}',
      },
      {
        as: 'm1',
        apply: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'ssa1', name2: '1' } },
        fails:
          'failed to create typed patch object (/ssa1; /v1, Kind=ConfigMap): .metadata.name2: field not declared in schema',
      },
      {
        as: 'm1',
        apply: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'ssa1' }, immutable: 'yes' },
        fails:
          'failed to create typed patch object (/ssa1; /v1, Kind=ConfigMap): .immutable: expected boolean, got &{yes}',
      },
    ],
  },
]

function deploymentWith(matchLabels: JsonObject): JsonObject {
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd' }, spec: { selector: { matchLabels } } }
}
