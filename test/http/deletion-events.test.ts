import { describe, expect } from 'vitest'
import type { KubeObject } from '../../src/meta/object.js'
import { testAlone as it } from '../support/server-test.js'

/** A request for the object: its method, and what comes behind its path or in its body. */
type Step = readonly ['DELETE', query: string] | readonly ['PATCH', patch: object]

interface Row {
  readonly what: string
  readonly resource: 'configmaps' | 'pods'
  readonly object?: { metadata?: object; spec?: object }
  readonly steps: readonly Step[]
  /** Type, deletionGracePeriodSeconds and finalizers, as a kube-apiserver 1.36 sends them. */
  readonly events: readonly string[]
}

const withoutFinalizers: Step = ['PATCH', { metadata: { finalizers: null } }]
const onNode = { spec: { nodeName: 'n', containers: [{ name: 'c', image: 'i' }] } }

const rows: readonly Row[] = [
  { what: 'at once', resource: 'configmaps', steps: [['DELETE', '']], events: ['ADDED - -', 'DELETED - -'] },
  {
    what: 'held by finalizers, of which the last state has the last',
    resource: 'configmaps',
    object: { metadata: { finalizers: ['a.b/c', 'd.e/f'] } },
    steps: [['DELETE', ''], ['PATCH', { metadata: { finalizers: ['a.b/c'] } }], withoutFinalizers],
    events: ['ADDED - a.b/c,d.e/f', 'MODIFIED 0 a.b/c,d.e/f', 'MODIFIED 0 a.b/c', 'DELETED 0 a.b/c'],
  },
  {
    what: 'in the foreground',
    resource: 'configmaps',
    steps: [['DELETE', '?propagationPolicy=Foreground'], withoutFinalizers],
    events: ['ADDED - -', 'MODIFIED 0 foregroundDeletion', 'DELETED 0 foregroundDeletion'],
  },
  {
    what: 'on no node',
    resource: 'pods',
    steps: [['DELETE', '']],
    events: ['ADDED - -', 'MODIFIED 0 -', 'DELETED 0 -'],
  },
  {
    what: 'on a node, with time, then without',
    resource: 'pods',
    object: onNode,
    steps: [
      ['DELETE', ''],
      ['DELETE', '?gracePeriodSeconds=0'],
    ],
    events: ['ADDED - -', 'MODIFIED 30 -', 'MODIFIED 0 -', 'DELETED 0 -'],
  },
  {
    what: 'a pod held by a finalizer',
    resource: 'pods',
    object: { metadata: { finalizers: ['a.b/c'] } },
    steps: [['DELETE', ''], withoutFinalizers],
    events: ['ADDED - a.b/c', 'MODIFIED 0 a.b/c', 'DELETED 0 a.b/c'],
  },
]

describe('a deletion', () => {
  it.for(rows)('$what is told as upstream tells it ($resource)', async (row, { api, namespace }) => {
    await api.post(`/api/v1/namespaces/${namespace}/serviceaccounts`, { metadata: { name: 'default' } })
    const path = `/api/v1/namespaces/${namespace}/${row.resource}`
    const watch = await api.watch(`${path}?watch=true`)
    const spec = row.resource === 'pods' ? { spec: { containers: [{ name: 'c', image: 'i' }] } } : {}
    const metadata = { name: 'x', ...row.object?.metadata }
    expect((await api.post(path, { ...spec, ...row.object, metadata })).status).toBe(201)
    for (const [method, sent] of row.steps) {
      const answer = method === 'DELETE' ? await api.delete(`${path}/x${sent}`) : await api.patch(`${path}/x`, sent)
      expect(answer.status, answer.text).toBe(200)
    }
    const events = await watch.take<KubeObject>(row.events.length)
    const told = events.map(({ type, object: { metadata } }) => {
      return `${type} ${metadata.deletionGracePeriodSeconds ?? '-'} ${metadata.finalizers?.join() ?? '-'}`
    })
    expect(told).toEqual(row.events)
    watch.close()
  })
})
