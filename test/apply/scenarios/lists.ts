import type { JsonObject } from '../../../src/meta/object.js'
import { deployment, pizza } from '../kinds.js'
import { changing, type Scenario } from '../scenario.js'

const applied = (spec: JsonObject, metadata: JsonObject = {}): JsonObject => ({
  apiVersion: 'restaurant.x.io/v1',
  kind: 'Pizza',
  metadata: { name: 'p', ...metadata },
  spec,
})

const appliedContainers = (...containers: JsonObject[]): JsonObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'd' },
  spec: { template: { spec: { containers } } },
})

const topping = (name: string) => `.spec.toppings[name="${name}"]`
const names = (...all: string[]) => all.flatMap((name) => [topping(name), `${topping(name)}.name`])

/** Lists with keys, sets and atomic lists (API-SEMANTICS S05, S07). */
export const lists: readonly Scenario[] = [
  {
    name: 'items with keys are owned one by one',
    kind: pizza,
    steps: [
      { as: 'm1', apply: applied({ toppings: [{ name: 'a' }, { name: 'b', q: 2 }] }) },
      { as: 'm2', apply: applied({ toppings: [{ name: 'c' }] }) },
      { as: 'm1', apply: applied({ toppings: [{ name: 'a' }] }) },
    ],
    object: { spec: { toppings: [{ name: 'a' }, { name: 'c' }] } },
    owners: { 'm1 Apply': [topping('a'), `${topping('a')}.name`], 'm2 Apply': [topping('c'), `${topping('c')}.name`] },
  },
  {
    name: 'an item two own stays with what the other has',
    kind: pizza,
    steps: [
      { as: 'm1', apply: applied({ toppings: [{ name: 'a', q: 2 }] }) },
      { as: 'm2', apply: applied({ toppings: [{ name: 'a' }] }) },
      { as: 'm1', apply: applied({}) },
    ],
    object: { spec: { toppings: [{ name: 'a' }] } },
    owners: { 'm1 Apply': ['.spec'], 'm2 Apply': [topping('a'), `${topping('a')}.name`] },
  },
  {
    name: 'the item goes with its applier, and what an updater has set in it too',
    kind: pizza,
    steps: [
      { as: 'm1', apply: applied({ toppings: [{ name: 'a' }, { name: 'b' }] }) },
      {
        as: 'u',
        update: changing((object) => {
          object.spec = { toppings: [{ name: 'a' }, { name: 'b', q: 5 }] }
        }),
      },
      { as: 'm1', apply: applied({ toppings: [{ name: 'a' }] }) },
    ],
    object: { spec: { toppings: [{ name: 'a' }] } },
    owners: { 'm1 Apply': names('a') },
  },
  {
    name: 'a new item of an update is owned as such, and the new list',
    kind: pizza,
    steps: [{ as: 'u', update: { metadata: {}, spec: { toppings: [{ name: 'a', q: 1 }], tags: ['x'], un: [1] } } }],
    owners: {
      'u Update': [
        '.spec',
        '.spec.tags',
        '.spec.toppings',
        '.spec.un',
        '.spec.tags[="x"]',
        ...[topping('a')],
        `${topping('a')}.name`,
        `${topping('a')}.q`,
      ],
    },
  },
  {
    name: 'applied items stand in the applied order, others behind the one they follow',
    kind: pizza,
    steps: [
      { as: 'm1', apply: applied({ tags: ['a', 'b', 'c', 'd'] }) },
      { as: 'm2', apply: applied({ tags: ['x', 'y'] }) },
      { as: 'm1', apply: applied({ tags: ['d', 'a', 'b', 'c'] }) },
    ],
    object: { spec: { tags: ['d', 'x', 'y', 'a', 'b', 'c'] } },
  },
  {
    name: 'a set is owned item by item',
    kind: pizza,
    steps: [
      { as: 'm1', apply: applied({ tags: ['x', 'y'] }) },
      { as: 'm2', apply: applied({ tags: ['y', 'z'] }) },
      { as: 'm1', apply: applied({ tags: [] }) },
    ],
    object: { spec: { tags: ['y', 'z'] } },
    owners: { 'm2 Apply': ['.spec.tags[="y"]', '.spec.tags[="z"]'] },
  },
  {
    name: 'an atomic list is one field',
    kind: pizza,
    steps: [
      { as: 'm1', apply: applied({ un: [1] }) },
      { as: 'm2', apply: applied({ un: [1, 2] }), fails: 'Apply failed with 1 conflict: conflict with "m1": .spec.un' },
      { as: 'm2', apply: applied({ un: [1, 2] }), force: true },
    ],
    object: { spec: { un: [1, 2] } },
    owners: { 'm2 Apply': ['.spec.un'] },
  },
  {
    name: 'keys that are left out have their defaults',
    kind: deployment,
    steps: [
      { as: 'm1', apply: appliedContainers({ name: 'c', ports: [{ containerPort: 80 }] }) },
      {
        as: 'm2',
        apply: appliedContainers({ name: 'c', ports: [{ protocol: 'TCP', containerPort: 80, name: 'http' }] }),
      },
      { as: 'm3', apply: appliedContainers({ name: 'c', ports: [{ protocol: 'UDP', containerPort: 80 }] }) },
    ],
    object: {
      spec: {
        template: {
          spec: {
            containers: [
              {
                name: 'c',
                ports: [
                  { containerPort: 80, protocol: 'TCP', name: 'http' },
                  { protocol: 'UDP', containerPort: 80 },
                ],
              },
            ],
          },
        },
      },
    },
  },
  {
    name: 'a conflict in an item names it by its keys',
    kind: deployment,
    steps: [
      { as: 'm1', apply: appliedContainers({ name: 'c', image: 'nginx', ports: [{ containerPort: 80, name: 'a' }] }) },
      {
        as: 'm2',
        apply: appliedContainers({ name: 'c', image: 'busybox', ports: [{ containerPort: 80, name: 'b' }] }),
        fails:
          'Apply failed with 2 conflicts: conflicts with "m1":\n- .spec.template.spec.containers[name="c"].image\n' +
          '- .spec.template.spec.containers[name="c"].ports[containerPort=80,protocol="TCP"].name',
      },
    ],
  },
  {
    name: 'items without keys, or twice',
    kind: pizza,
    steps: [
      {
        as: 'm1',
        apply: applied({ toppings: [{ q: 7 }] }),
        fails:
          'failed to create typed patch object (/p; restaurant.x.io/v1, Kind=Pizza): .spec.toppings: element 0: ' +
          'associative list with keys has an element that omits all key fields ["name"] (and doesn\'t have default values for any key fields)',
      },
      {
        as: 'm1',
        apply: applied({ toppings: [{ name: 'a' }, { name: 'a' }] }),
        fails:
          'failed to create typed patch object (/p; restaurant.x.io/v1, Kind=Pizza): .spec.toppings: duplicate entries for key [name="a"]',
      },
      {
        as: 'm1',
        apply: applied({ tags: ['x', 'x'] }),
        fails:
          'failed to create typed patch object (/p; restaurant.x.io/v1, Kind=Pizza): .spec.tags: duplicate entries for key [="x"]',
      },
    ],
  },
  {
    name: 'items that are there twice are one field',
    kind: pizza,
    steps: [
      { as: 'u', update: { metadata: {}, spec: { tags: ['x', 'x', 'y'] } } },
      {
        as: 'v',
        update: changing((object) => {
          object.spec = { tags: ['x', 'x', 'x', 'y'] }
        }),
      },
      { as: 'm1', apply: applied({ tags: ['x'] }), force: true },
    ],
    object: { spec: { tags: ['x', 'y'] } },
  },
  {
    name: 'finalizers are a set, owners have their uid for a key and belong to one as a whole',
    kind: pizza,
    steps: [
      { as: 'm1', apply: applied({}, { finalizers: ['x.io/a'], ownerReferences: [owner('u1')] }) },
      { as: 'm2', apply: applied({}, { finalizers: ['x.io/b'], ownerReferences: [owner('u2')] }) },
      { as: 'm1', apply: applied({}) },
    ],
    object: { metadata: { name: 'p', finalizers: ['x.io/b'], ownerReferences: [owner('u2')] }, spec: {} },
    owners: {
      'm1 Apply': ['.spec'],
      'm2 Apply': ['.spec', '.metadata.finalizers[="x.io/b"]', '.metadata.ownerReferences[uid="u2"]'],
    },
  },
]

function owner(uid: string): JsonObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', name: 'o', uid }
}
