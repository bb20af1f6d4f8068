import { describe, expect } from 'vitest'
import type { KubeObject } from '../../src/meta/object.js'
import { anyObject, definitionOf, definitionsPath } from '../support/custom-resources.js'
import { test as it } from '../support/server-test.js'

const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } }
const deployment = { selector: { matchLabels: { a: 'b' } }, template }
const apps = '/apis/apps/v1/namespaces/default'

/** As a kube-apiserver 1.36 answered the same requests. */
const cases: { kind: string; collection: string; name?: string; spec: unknown; written: string[] }[] = [
  { kind: 'Namespace', collection: '/api/v1/namespaces', spec: {}, written: ['annotations', 'finalizers', 'labels'] },
  {
    kind: 'ReplicaSet',
    collection: `${apps}/replicasets`,
    spec: deployment,
    written: ['annotations', 'finalizers', 'labels'],
  },
  { kind: 'Deployment', collection: `${apps}/deployments`, spec: deployment, written: ['annotations', 'finalizers'] },
  {
    kind: 'CustomResourceDefinition',
    collection: definitionsPath,
    name: 'statuses.metadata.io',
    spec: definitionOf('Status', 'metadata.io', anyObject, { spec: { names: { plural: 'statuses', kind: 'Status' } } })
      .spec,
    written: ['annotations', 'finalizers', 'labels'],
  },
  {
    kind: 'ServiceCIDR',
    collection: '/apis/networking.k8s.io/v1/servicecidrs',
    spec: { cidrs: ['10.77.0.0/24'] },
    written: [],
  },
]

describe('a write of status', () => {
  it.for(cases)(
    'U01: of a $kind takes from metadata: $written',
    async ({ kind, collection, name = 'status-metadata', spec, written }, { api }) => {
      const apiVersion = collection
        .split('/')
        .slice(2, collection.startsWith('/api/') ? 3 : 4)
        .join('/')
      const made = await api.post(collection, { apiVersion, kind, metadata: { name }, spec })
      expect(made.status, made.text).toBe(201)
      const item = `${collection}/${name}`
      const change = { metadata: { annotations: { new: '1' }, finalizers: ['example.com/new'], labels: { new: '1' } } }
      const { metadata } = (await api.patch(`${item}/status?fieldManager=m`, change)).json<KubeObject>()
      const { annotations, finalizers, labels, managedFields = [] } = metadata
      expect({
        annotations: annotations?.new === '1',
        finalizers: finalizers?.includes('example.com/new') ?? false,
        labels: labels?.new === '1',
      }).toEqual({
        annotations: written.includes('annotations'),
        finalizers: written.includes('finalizers'),
        labels: written.includes('labels'),
      })
      const owned = managedFields.find(({ manager }) => manager === 'm')?.fieldsV1 as
        | { 'f:metadata': object }
        | undefined
      expect(Object.keys(owned?.['f:metadata'] ?? {})).toEqual(written.map((name) => `f:${name}`))
      await api.patch(item, { metadata: { finalizers: null } })
      expect((await api.delete(item)).status).toBe(200)
    },
  )
})
