import { describe, expect } from 'vitest'
import type { KubeObject } from '../../src/meta/object.js'
import { apply, type ConfigMap, configMap, core, type Deployment, deployment } from '../support/core-objects.js'
import { created, done } from '../support/expect-answer.js'
import { type Pizza, pizza, restaurant } from '../support/restaurant.js'
import { testAlone as it } from '../support/server-test.js'

const entries = (object: KubeObject) => object.metadata.managedFields ?? []
/** `manager operation`, in order. */
const managers = (object: KubeObject) => entries(object).map(({ manager, operation }) => `${manager} ${operation}`)
const fieldsOf = (object: KubeObject, manager: string) =>
  entries(object).find((entry) => entry.manager === manager)?.fieldsV1

describe('server-side apply', () => {
  it('S02, S03: creates, and notes who owns what', async ({ api, namespace }) => {
    const path = `${core.configMaps(namespace)}/a`
    const body = 'apiVersion: v1\nkind: ConfigMap\ndata:\n  a: "1"\n  b: "2"\n'
    const made = created<ConfigMap>(await apply(api, path, 'm1', body))
    expect(made).toMatchObject({ metadata: { name: 'a', namespace }, data: { a: '1', b: '2' } })
    const [entry, ...others] = entries(made)
    expect(others).toEqual([])
    expect(entry).toEqual({
      ...{ manager: 'm1', operation: 'Apply', apiVersion: 'v1', fieldsType: 'FieldsV1' },
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      fieldsV1: { 'f:data': { 'f:a': {}, 'f:b': {} } },
    })
    const dry = await apply(api, `${core.configMaps(namespace)}/dry`, 'm1&dryRun=All', configMap('dry'))
    expect(created(dry).metadata.resourceVersion).toBeUndefined()
    expect((await api.get(`${core.configMaps(namespace)}/dry`)).status).toBe(404)
  })

  it('S03: applies come first, and an entry is of one manager, operation and subresource', async ({
    api,
    namespace,
  }) => {
    const path = `${core.deployments(namespace)}/d`
    created(await api.post(`${core.deployments(namespace)}?fieldManager=maker`, deployment('d')))
    done(await api.patch(`${path}/scale?fieldManager=maker`, { spec: { replicas: 3 } }))
    done(await api.patch(`${path}/status?fieldManager=maker`, { status: { observedGeneration: 1 } }))
    const metadata = { name: 'd', labels: { x: 'y' } }
    const last = done(await apply(api, path, 'maker', { apiVersion: 'apps/v1', kind: 'Deployment', metadata }))
    expect(entries(last).map(({ operation, subresource = '' }) => `${operation} ${subresource}`)).toEqual([
      'Apply ',
      // Upstream notes no time for a scale, so that it comes before all that has one.
      'Update scale',
      'Update ',
      'Update status',
    ])
    expect(entries(last)[1]?.fieldsV1).toEqual({ 'f:spec': { 'f:replicas': {} } })
  })

  it('V07: twice is nothing: no new revision, no event, no new time', async ({ api, namespace }) => {
    const path = `${core.configMaps(namespace)}/a`
    const first = created(await apply(api, path, 'm1', configMap('a', { a: '1' })))
    const watch = await api.watch(
      `${core.configMaps(namespace)}?watch=1&resourceVersion=${first.metadata.resourceVersion}`,
    )
    expect(done(await apply(api, path, 'm1', configMap('a', { a: '1' })))).toEqual(first)
    expect(done(await apply(api, path, 'm1&force=true', configMap('a', { a: '1' })))).toEqual(first)
    created(await api.post(core.configMaps(namespace), configMap('next')))
    expect((await watch.next()).object.metadata.name).toBe('next')
    watch.close()
  })

  it('S06: conflicts name who owns which field', async ({ api, namespace }) => {
    const path = `${core.configMaps(namespace)}/a`
    created(await apply(api, path, 'm1', configMap('a', { a: '1', b: '1' })))
    const conflict = async (data: Record<string, string>) => {
      const answer = await apply(api, path, 'm2', configMap('a', data))
      expect(answer.status, answer.text).toBe(409)
      return answer.json<{ message: string; reason: string; details: unknown }>()
    }
    const one = { reason: 'FieldManagerConflict', message: 'conflict with "m1"' }
    expect(await conflict({ a: '2' })).toMatchObject({
      reason: 'Conflict',
      message: 'Apply failed with 1 conflict: conflict with "m1": .data.a',
      details: { causes: [{ ...one, field: '.data.a' }] },
    })
    expect(await conflict({ a: '2', b: '2', c: '2' })).toMatchObject({
      message: 'Apply failed with 2 conflicts: conflicts with "m1":\n- .data.a\n- .data.b',
      details: {
        causes: [
          { ...one, field: '.data.a' },
          { ...one, field: '.data.b' },
        ],
      },
    })
    done(await api.patch(`${path}?fieldManager=m3`, { data: { z: '3' } }))
    expect(await conflict({ z: '2' })).toMatchObject({
      message: 'Apply failed with 1 conflict: conflict with "m3" using v1: .data.z',
    })
    expect(done<ConfigMap>(await api.get(path)).data).toEqual({ a: '1', b: '1', z: '3' })
  })

  it('S06: force takes what it sets, and nothing else', async ({ api, namespace }) => {
    const path = `${core.configMaps(namespace)}/a`
    created(await apply(api, path, 'm1', configMap('a', { a: '1', b: '1' })))
    const forced = done<ConfigMap>(await apply(api, path, 'm2&force=true', configMap('a', { a: '2' })))
    expect(forced.data).toEqual({ a: '2', b: '1' })
    expect(fieldsOf(forced, 'm1')).toEqual({ 'f:data': { 'f:b': {} } })
    expect(fieldsOf(forced, 'm2')).toEqual({ 'f:data': { 'f:a': {} } })
  })

  it('S06, S07: a field of two goes when the last one drops it', async ({ api, namespace }) => {
    const path = `${core.configMaps(namespace)}/a`
    created(await apply(api, path, 'm1', configMap('a', { a: '1', b: '1' })))
    const shared = done(await apply(api, path, 'm2', configMap('a', { a: '1' })))
    // Who applies what is there already has no time, and is named first.
    expect(managers(shared)).toEqual(['m2 Apply', 'm1 Apply'])
    const given = done<ConfigMap>(await apply(api, path, 'm1', configMap('a', { b: '1' })))
    expect(given.data).toEqual({ a: '1', b: '1' })
    const dropped = done<ConfigMap>(await apply(api, path, 'm2', configMap('a')))
    expect(dropped.data).toEqual({ b: '1' })
    const empty = done<ConfigMap>(await apply(api, path, 'm1', configMap('a')))
    expect(empty.data).toBeUndefined()
  })

  it('S04, S06: items of lists are owned one by one', async ({ api, namespace }) => {
    const path = `${core.deployments(namespace)}/d`
    created(await apply(api, path, 'm1', deployment('d', [{ name: 'c', image: 'i:1' }])))
    const other = await apply(api, path, 'm2', deployment('d', [{ name: 'c', image: 'i:2' }]))
    expect(other.json()).toMatchObject({
      code: 409,
      message: 'Apply failed with 1 conflict: conflict with "m1": .spec.template.spec.containers[name="c"].image',
    })
    const two = done<Deployment>(await apply(api, path, 'm2', deployment('d', [{ name: 'side', image: 's:1' }])))
    expect(two.spec.template.spec.containers.map(({ name }) => name)).toEqual(['c', 'side'])
    expect(JSON.stringify(fieldsOf(two, 'm2'))).toContain(
      '"k:{\\"name\\":\\"side\\"}":{".":{},"f:image":{},"f:name":{}}',
    )
    const one = done<Deployment>(await apply(api, path, 'm2', { ...deployment('d', []), spec: {} }))
    expect(one.spec.template.spec.containers.map(({ name }) => name)).toEqual(['c'])
  })

  it('S08: an update takes what it changes', async ({ api, namespace }) => {
    const path = `${core.configMaps(namespace)}/a`
    created(await apply(api, path, 'm1', configMap('a', { a: '1', b: '1' })))
    const updated = done(await api.patch(`${path}?fieldManager=m2`, { data: { a: '2' } }))
    expect(fieldsOf(updated, 'm1')).toEqual({ 'f:data': { 'f:b': {} } })
    expect(fieldsOf(updated, 'm2')).toEqual({ 'f:data': { 'f:a': {} } })
  })

  it('S11: managedFields can be emptied, and come back with the next apply', async ({ api, namespace }) => {
    const path = `${core.configMaps(namespace)}/a`
    created(await apply(api, path, 'm1', configMap('a', { a: '1' })))
    const emptied = done(await api.patch(path, { metadata: { managedFields: [{}] } }))
    expect(emptied.metadata.managedFields).toBeUndefined()
    const again = done(await apply(api, path, 'm2', configMap('a', { b: '1' })))
    expect(managers(again)).toEqual(['m2 Apply', 'before-first-apply Update'])
  })

  it('S14: knows a field again in another version', async ({ api, namespace }) => {
    const metadata = { labels: { a: '1' } }
    const made = created(
      await apply(api, `${restaurant.oldPizzas(namespace)}/p`, 'm1', {
        apiVersion: 'restaurant.wukong.com/v1alpha1',
        ...{ kind: 'Pizza', metadata, spec: { toppings: ['ham'] } },
      }),
    )
    expect(entries(made)[0]?.apiVersion).toBe('restaurant.wukong.com/v1alpha1')
    const path = `${restaurant.pizzas(namespace)}/p`
    const label = (value: string) => ({
      apiVersion: pizza('').apiVersion,
      kind: 'Pizza',
      metadata: { labels: { a: value } },
    })
    expect((await apply(api, path, 'm2', label('2'))).json()).toMatchObject({
      message: 'Apply failed with 1 conflict: conflict with "m1": .metadata.labels.a',
    })
    const forced = done<Pizza>(await apply(api, path, 'm2&force=true', label('2')))
    expect(forced.metadata.labels).toEqual({ a: '2' })
  })

  it('S13: kubectl apply goes over to the server’s side', async ({ api, namespace }) => {
    const path = `${core.configMaps(namespace)}/a`
    const key = 'kubectl.kubernetes.io/last-applied-configuration'
    const text = JSON.stringify(configMap('a', { a: '1', b: '1' }))
    const client = configMap('a', { a: '1', b: '1' }, { annotations: { [key]: text } })
    created(await api.post(`${core.configMaps(namespace)}?fieldManager=kubectl-client-side-apply`, client))
    const first = done(await apply(api, path, 'kubectl', configMap('a', { a: '1' })))
    const annotated = configMap('a', undefined, { annotations: { [key]: JSON.stringify(configMap('a', { a: '1' })) } })
    const second = done(await apply(api, path, 'kubectl-last-applied&force=true', annotated))
    expect(Number(second.metadata.resourceVersion)).toBeGreaterThan(Number(first.metadata.resourceVersion))
    const kubectl = entries(second)
      .filter(({ manager }) => manager !== 'kubectl-client-side-apply')
      .map((entry) =>
        entry.manager === 'kubectl' ? { ...entry, fieldsV1: { 'f:data': { 'f:a': {}, 'f:b': {} } } } : entry,
      )
    const migrated = done(
      await api.patch(path, [
        { op: 'replace', path: '/metadata/managedFields', value: kubectl },
        { op: 'replace', path: '/metadata/resourceVersion', value: second.metadata.resourceVersion },
      ]),
    )
    expect(managers(migrated)).toEqual(['kubectl Apply', 'kubectl-last-applied Apply'])
    const last = done<ConfigMap>(await apply(api, path, 'kubectl', configMap('a', { a: '1' })))
    expect(last.data).toEqual({ a: '1' })
  })
})
