import { describe, expect, it } from 'vitest'
import { withParentOwners, withScaleOwners } from '../../src/apply/scale-fields.js'
import { updateManagedFields } from '../../src/apply/update-managed-fields.js'
import type { KubeObject } from '../../src/meta/object.js'
import { scale } from './kinds.js'
import { recordedEntries, shownEntries } from './recorded-entries.js'
import { type Life, lives } from './recorded-lives.js'
import { merging, TrackedObject, timeOf } from './scenario.js'

function scaleOf(replicas: number): KubeObject {
  return { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'p1' }, spec: { replicas } }
}

describe('managedFields are those of kube-apiserver', () => {
  it.each(lives)('$name', async ({ kind, steps }) => {
    const tracked = new TrackedObject(kind)
    for (const { id, ...step } of steps) {
      const object = await tracked.take(step)
      if (id !== undefined) expect(shownEntries(object), `${id}`).toEqual(recordedEntries(`${id}`))
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
    expect(shownEntries(withScaleOwners(parent, written, paths))).toEqual(recordedEntries('518 p1'))
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
