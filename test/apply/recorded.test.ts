import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { withParentOwners, withScaleOwners } from '../../src/apply/scale-fields.js'
import { updateManagedFields } from '../../src/apply/update-managed-fields.js'
import type { KubeObject, ManagedFieldsEntry } from '../../src/meta/object.js'
import { scale } from './kinds.js'
import { type Life, lives } from './recorded-lives.js'
import { merging, TrackedObject, timeOf } from './scenario.js'

interface Recorded {
  readonly id: number
  readonly name?: string
  readonly what: string
  readonly managedFields: readonly (Omit<ManagedFieldsEntry, 'time'> & { timeless?: true })[]
}

/** What kube-apiserver 1.36 answered, by the id of the recorded request; without times, but for whether there is one. */
const recorded = new Map(
  readFileSync(new URL('recorded.jsonl', import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Recorded)
    .map((answer) => [answer.name === 'p1' ? `${answer.id} p1` : `${answer.id}`, answer]),
)

function entries(object: KubeObject | undefined): unknown {
  return (object?.metadata.managedFields ?? []).map(({ time, ...entry }) =>
    time === undefined ? { ...entry, timeless: true } : entry,
  )
}

function scaleOf(replicas: number): KubeObject {
  return { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'p1' }, spec: { replicas } }
}

describe('managedFields are those of kube-apiserver', () => {
  it.each(lives)('$name', async ({ kind, steps }) => {
    const tracked = new TrackedObject(kind)
    for (const { id, ...step } of steps) {
      const object = await tracked.take(step)
      if (id !== undefined) expect(entries(object), `${id}`).toEqual(recorded.get(`${id}`)?.managedFields)
    }
  })

  it('Pizza p1, scaled', async () => {
    const p1 = lives.find(({ name }) => name === 'Pizza p1') as Life
    const tracked = new TrackedObject(p1.kind)
    for (const step of p1.steps) await tracked.take(step)
    const parent = tracked.object as KubeObject
    const paths = new Map([[parent.apiVersion, ['f:spec', 'f:replicas']]])
    const old = withParentOwners(scaleOf(1), parent, paths)
    const next = { ...scaleOf(4), metadata: old.metadata }
    const written = await updateManagedFields(old, next, {
      kind: scale,
      manager: '',
      subresource: 'scale',
      now: timeOf(9),
    })
    expect(entries(withScaleOwners(parent, written, paths))).toEqual(recorded.get('518 p1')?.managedFields)
  })

  it('an emptied list of owners stays empty', async () => {
    const ssa1 = lives.find(({ name }) => name === 'ConfigMap ssa1') as Life
    const tracked = new TrackedObject(ssa1.kind)
    for (const step of ssa1.steps) await tracked.take(step)
    expect(tracked.object?.metadata).not.toHaveProperty('managedFields')
    await tracked.take({ as: 'm1', update: merging({ data: { y: '1' } }) })
    expect(tracked.object?.metadata).not.toHaveProperty('managedFields')
  })
})
