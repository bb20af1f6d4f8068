import { allBut, type ManagedKind, statusAnd } from '../../src/apply/managed-kind.js'
import type { JsonObject, KubeObject } from '../../src/meta/object.js'
import { configMap, deployment, pizza, service } from './kinds.js'
import { changing, merging, type Step } from './scenario.js'

/** Requests that were recorded, in order. */
export interface Life {
  readonly name: string
  readonly kind: ManagedKind
  /** `id`: the recording that says what the managedFields are after the step. */
  readonly steps: readonly (Step & { id?: number })[]
}

const notStatus = allBut('status')

export const lives: readonly Life[] = [
  {
    name: 'a new ConfigMap',
    kind: configMap,
    steps: [{ as: '', update: { metadata: { name: 'cm1', namespace: 'default' }, data: { a: '1' } }, id: 46 }],
  },
  {
    name: 'system fields in the body',
    kind: configMap,
    steps: [
      {
        as: '',
        update: { metadata: { name: 'gen5', namespace: 'default', generation: 5, uid: 'u' }, data: { a: '1' } },
        id: 67,
      },
    ],
  },
  {
    name: 'finalizers',
    kind: configMap,
    steps: [
      { as: '', update: { metadata: { name: 'fin1', finalizers: ['example.com/f'] }, data: { a: '1' } }, id: 221 },
    ],
  },
  {
    name: 'a Service with its defaults',
    kind: service,
    steps: [
      {
        as: '',
        mayOwn: notStatus,
        update: {
          metadata: { name: 'svc1' },
          spec: {
            ports: [{ protocol: 'TCP', port: 80, targetPort: 80 }],
            selector: { a: 'b' },
            type: 'ClusterIP',
            sessionAffinity: 'None',
            internalTrafficPolicy: 'Cluster',
          },
          status: { loadBalancer: {} },
        },
        id: 459,
      },
    ],
  },
  {
    name: 'ConfigMap ssa1',
    kind: configMap,
    steps: [
      { as: 'm1', apply: applied({ a: '1', b: '1' }), id: 173 },
      { as: 'm1', apply: applied({ a: '1', b: '1' }), id: 173 },
      { as: 'm2', apply: applied({ a: '2' }), force: true, id: 177 },
      { as: 'm2', apply: applied({}) },
      { as: 'm1', apply: applied({ b: '1' }) },
      { as: 'm3', update: merging({ data: { z: '9' } }), id: 180 },
      { as: 'm1', apply: { apiVersion: 'v1', kind: 'ConfigMap' }, id: 188 },
      { as: 'm1', update: merging({ metadata: { managedFields: [{}] } }) },
    ],
  },
  {
    name: 'Deployment d1',
    kind: deployment,
    steps: [
      { as: 'm1', apply: appliedDeployment(), id: 197 },
      {
        as: '',
        mayOwn: notStatus,
        update: changing((object) => {
          const containers = containersOf(object)
          containers[0] = { ...containers[0], image: 'x' }
          containers.push({ name: 'side', image: 'y', ...containerDefaults })
        }),
        id: 199,
      },
      { as: '', mayOwn: notStatus, update: changing((object) => void containersOf(object).pop()) },
      {
        as: '',
        subresource: 'status',
        mayOwn: statusAnd([]),
        update: merging({ status: { replicas: 7 }, metadata: { labels: { x: 'y' } } }),
        id: 205,
      },
    ],
  },
  {
    name: 'Pizza p1',
    kind: pizza,
    steps: [
      {
        as: '',
        mayOwn: notStatus,
        update: {
          metadata: { name: 'p1' },
          spec: {
            any: { x: [1, { y: 2 }] },
            emb: { apiVersion: 'v1', kind: 'X', metadata: { name: 'q' }, foo: 1 },
            ios: '5%',
            nul: null,
            replicas: 1,
            size: 'S',
            toppings: [{ name: 'a', q: 1 }],
          },
        },
      },
      {
        as: '',
        mayOwn: notStatus,
        update: merging({ spec: { cnt: 5, imm: 'x' } }),
      },
      { as: '', mayOwn: notStatus, update: merging({ metadata: { labels: { a: 'b' } } }) },
      { as: '', mayOwn: notStatus, update: merging({ status: { z: 1 } }), id: 500 },
      { as: '', mayOwn: notStatus, update: merging({ status: null }) },
      {
        as: '',
        subresource: 'status',
        mayOwn: statusAnd([]),
        update: merging({
          status: { z: 1, conditions: [{ type: 'Ready', status: 'True' }] },
          metadata: { labels: { c: 'd' } },
        }),
        id: 501,
      },
      {
        as: '',
        subresource: 'status',
        mayOwn: statusAnd([]),
        update: merging({ status: { z: null, conditions: null, k: 1 } }),
        id: 505,
      },
    ],
  },
  {
    name: 'Pizza p5',
    kind: pizza,
    steps: [
      {
        as: 'm1',
        mayOwn: notStatus,
        apply: appliedPizza({ size: 'S', toppings: [{ name: 'a' }], tags: ['x'], un: [1], m: { k: 1 } }),
      },
      { as: 'm2', mayOwn: notStatus, apply: appliedPizza({ size: 'S', toppings: [{ name: 'a', q: 7 }] }) },
      {
        as: 'm9',
        subresource: 'status',
        mayOwn: statusAnd([]),
        apply: { ...appliedPizza({ size: 'S' }), status: { q: 1 } },
        id: 518,
      },
    ],
  },
]

function appliedPizza(spec: JsonObject): JsonObject {
  return { apiVersion: 'restaurant.x.io/v1', kind: 'Pizza', metadata: { name: 'p5' }, spec }
}

function applied(values: JsonObject): JsonObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'ssa1' }, data: values }
}

function appliedDeployment(): JsonObject {
  const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'nginx' }] } }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'd1' },
    spec: { selector: { matchLabels: { a: 'b' } }, template },
  }
}

const containerDefaults = {
  imagePullPolicy: 'Always',
  resources: {},
  terminationMessagePath: '/dev/termination-log',
  terminationMessagePolicy: 'File',
}

function containersOf(object: KubeObject): JsonObject[] {
  return (object.spec as { template: { spec: { containers: JsonObject[] } } }).template.spec.containers
}
