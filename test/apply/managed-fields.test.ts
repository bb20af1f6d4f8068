import { describe, expect, it } from 'vitest'
import type { ManagedKind } from '../../src/apply/managed-kind.js'
import { ignoringTimes } from '../../src/apply/owners.js'
import { withParentOwners, withScaleOwners } from '../../src/apply/scale-fields.js'
import { applyPatch } from '../../src/apply/server-side-apply.js'
import { updateManagedFields } from '../../src/apply/update-managed-fields.js'
import type { JsonObject, KubeObject } from '../../src/meta/object.js'
import { errors } from '../../src/meta/status.js'
import { configMap, pizza, scale } from './kinds.js'
import { json, merging, shownOwners, TrackedObject, timeOf } from './scenario.js'

const applied = (data: JsonObject): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'c' },
  data,
})
const times = (object: KubeObject | undefined) =>
  (object?.metadata.managedFields ?? []).map(({ manager, operation, time }) => `${manager} ${operation} ${time}`)

describe('times', () => {
  it('change with the fields or their values, and order the entries', async () => {
    const tracked = new TrackedObject(configMap)
    await tracked.take({ as: 'z', apply: applied({ a: '1' }) })
    await tracked.take({ as: 'b', update: merging({ data: { b: '1' } }) })
    await tracked.take({ as: 'a', update: merging({ data: { c: '1' } }) })
    await tracked.take({ as: 'y', apply: applied({ a: '1' }) })
    expect(times(tracked.object)).toEqual([
      // Who applies what is there already has changed nothing.
      'y Apply undefined',
      `z Apply ${timeOf(0)}`,
      `b Update ${timeOf(1)}`,
      `a Update ${timeOf(2)}`,
    ])
    await tracked.take({ as: 'b', update: merging({ data: { b: '2' } }) })
    await tracked.take({ as: 'z', apply: applied({ a: '2' }), force: true })
    expect(times(tracked.object)).toEqual([`z Apply ${timeOf(5)}`, `a Update ${timeOf(2)}`, `b Update ${timeOf(4)}`])
  })

  it('stay when others take fields away, and when a write only removes', async () => {
    const tracked = new TrackedObject(configMap)
    await tracked.take({ as: 'm', apply: applied({ a: '1', b: '1', c: '1' }) })
    await tracked.take({ as: 'u', update: merging({ data: { a: '2', d: '1' } }) })
    await tracked.take({ as: 'u', update: merging({ data: { b: null, d: null } }) })
    expect(times(tracked.object)).toEqual([`m Apply ${timeOf(0)}`, `u Update ${timeOf(1)}`])
  })

  it('are ignored when nothing else differs', async () => {
    const tracked = new TrackedObject(configMap)
    const old = await tracked.take({ as: 'm', apply: applied({ a: '1' }) })
    const later = structuredClone(old)
    for (const entry of later.metadata.managedFields ?? []) entry.time = timeOf(30)
    expect(ignoringTimes(later, old)).toEqual(old)
    const changed = { ...later, data: { a: '2' } }
    expect(ignoringTimes(changed, old)).toBe(changed)
  })
})

describe('what can not be tracked', () => {
  const broken: ManagedKind = {
    ...pizza,
    schemaOf: () => pizza.schemaOf(pizza.apiVersion),
    convert: () => Promise.reject(errors.internal('conversion webhook failed')),
  }
  const write = { kind: broken, manager: 'u', subresource: '', now: timeOf(1) }

  it('keeps its owners: an update never fails for them', async () => {
    const tracked = new TrackedObject(pizza)
    const old = await tracked.take({ as: 'm', apply: body({ size: 'S' }) })
    const [entry] = old.metadata.managedFields ?? []
    const inOldVersion = { ...old, metadata: { managedFields: [{ ...entry, apiVersion: 'restaurant.x.io/v0' }] } }
    const next = { ...inOldVersion, spec: { size: 'M' } }
    const updated = await updateManagedFields(inOldVersion as KubeObject, next as KubeObject, write)
    expect(updated.metadata.managedFields).toEqual(inOldVersion.metadata.managedFields)
    const keyless = { ...old, spec: { toppings: [{ q: 1 }] } }
    const kept = await updateManagedFields(old, keyless as KubeObject, { ...write, kind: pizza })
    expect(kept.metadata.managedFields).toEqual(old.metadata.managedFields)
  })

  it('makes an apply fail with what the converter says', async () => {
    const current = {
      ...body({ size: 'S' }),
      metadata: {
        managedFields: [{ manager: 'm', operation: 'Apply', apiVersion: 'x/v0', fieldsType: 'FieldsV1', fieldsV1: {} }],
      },
    } as unknown as KubeObject
    const request = { ...write, current, applied: body({ size: 'M' }), force: false, json }
    await expect(applyPatch(request)).rejects.toThrow('conversion webhook failed')
  })
})

describe('the body of an apply', () => {
  it('may be applied again, whatever has become of the first result', async () => {
    const applied = body({ size: 'S', toppings: [{ name: 'a' }], any: { x: { y: [1] } } })
    const before = structuredClone(applied)
    const request = { kind: pizza, manager: 'm', subresource: '', now: timeOf(0), applied, force: false, json }
    const created = await applyPatch({ ...request, current: undefined })
    fill(created)
    expect(applied).toEqual(before)
    fill(await applyPatch({ ...request, current: body({ size: 'L' }) as KubeObject, force: true }))
    expect(applied).toEqual(before)
  })

  /** Defaults everything there is, but for managedFields. */
  function fill(value: unknown): void {
    if (typeof value !== 'object' || value === null) return
    for (const [key, child] of Object.entries(value)) if (key !== 'managedFields') fill(child)
    if (!Array.isArray(value)) Object.assign(value, { defaulted: true })
  }
})

describe('scale', () => {
  const path = ['f:spec', 'f:replicas']
  const paths = new Map([[pizza.apiVersion, path]])

  async function scaled(parent: KubeObject, manager: string, replicas: number): Promise<KubeObject> {
    const current = Number((parent.spec as JsonObject).replicas)
    const old = withParentOwners(scaleOf(current), parent, paths)
    const write = { kind: scale, manager, subresource: 'scale', now: timeOf(20) }
    const next = await updateManagedFields(old, { ...old, spec: { replicas } }, write)
    return withScaleOwners({ ...parent, spec: { ...(parent.spec as JsonObject), replicas } }, next, paths)
  }

  it('takes the replicas from who had them, and only them', async () => {
    const tracked = new TrackedObject(pizza)
    const parent = await tracked.take({ as: 'm', apply: body({ size: 'S', replicas: 1 }) })
    const once = await scaled(parent, 'hpa', 3)
    expect(shownOwners(once)).toEqual({ 'm Apply': ['.spec.size'], 'hpa Update scale': ['.spec.replicas'] })
    const twice = await scaled(once, 'hpa', 4)
    expect(shownOwners(twice)).toEqual(shownOwners(once))
    expect(shownOwners(await scaled(twice, 'kubectl', 5))).toEqual({
      'm Apply': ['.spec.size'],
      'kubectl Update scale': ['.spec.replicas'],
    })
  })

  it('takes nothing when the replicas stay', async () => {
    const tracked = new TrackedObject(pizza)
    await tracked.take({ as: 'm', update: { metadata: {}, spec: { size: 'S', replicas: 1 } } })
    const parent = tracked.object as KubeObject
    expect(await scaled(parent, 'hpa', 1)).toEqual(parent)
  })

  it('notes nobody where nobody was noted', async () => {
    const tracked = new TrackedObject(pizza)
    const parent = await tracked.take({ as: 'm', apply: body({ size: 'S' }) })
    expect(shownOwners(await scaled({ ...parent, spec: { size: 'S', replicas: 1 } }, 'hpa', 2))).toEqual({
      'm Apply': ['.spec.size'],
    })
  })

  it('knows versions without scale, and forgets unknown ones', async () => {
    const tracked = new TrackedObject(pizza)
    const parent = await tracked.take({ as: 'm', apply: body({ size: 'S', replicas: 1 }) })
    const old = withParentOwners(scaleOf(1), parent, paths)
    expect(shownOwners(withScaleOwners(parent, old, new Map([[pizza.apiVersion, null]])))).toEqual(shownOwners(parent))
    expect(shownOwners(withScaleOwners(parent, old, new Map()))).toEqual({})
  })

  it('is applied like anything else', async () => {
    const tracked = new TrackedObject(pizza)
    const parent = await tracked.take({ as: 'm', apply: body({ size: 'S', replicas: 1 }) })
    const current = withParentOwners(scaleOf(1), parent, paths)
    const request = {
      ...{ kind: scale, manager: 'hpa', subresource: 'scale', now: timeOf(20), json },
      ...{ current, applied: scaleOf(2) as JsonObject },
    }
    await expect(applyPatch({ ...request, force: false })).rejects.toThrow(
      'Apply failed with 1 conflict: conflict with "m": .spec.replicas',
    )
    const forced = await applyPatch({ ...request, force: true })
    expect(shownOwners(withScaleOwners(parent, forced, paths))).toEqual({
      'm Apply': ['.spec.size'],
      'hpa Apply scale': ['.spec.replicas'],
    })
  })
})

function body(spec: JsonObject): JsonObject {
  return { apiVersion: 'restaurant.x.io/v1', kind: 'Pizza', metadata: { name: 'p' }, spec }
}

function scaleOf(replicas: number): KubeObject {
  return { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'p' }, spec: { replicas } }
}
