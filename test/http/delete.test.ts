import { describe, expect } from 'vitest'
import { eventually } from '../support/eventually.js'
import type { ListBody } from '../support/http.js'
import { type Pizza, pizza, restaurant } from '../support/restaurant.js'
import { test as it } from '../support/server-test.js'

const held = { finalizers: ['wukong.com/hold'] }

describe('delete', () => {
  it('V47: answers with a status that names what is gone', async ({ api, namespace }) => {
    const { metadata } = (await api.post(restaurant.pizzas(namespace), pizza('a'))).json()
    const answer = await api.delete(`${restaurant.pizzas(namespace)}/a`, { propagationPolicy: 'Background' })
    expect(answer.status).toBe(200)
    expect(answer.json()).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Success',
      details: { name: 'a', group: 'restaurant.wukong.com', kind: 'pizzas', uid: metadata.uid },
    })
    expect((await api.get(`${restaurant.pizzas(namespace)}/a`)).status).toBe(404)
  })

  it('V41, V42: waits for finalizers', async ({ api, namespace }) => {
    const path = `${restaurant.pizzas(namespace)}/held`
    const first = (await api.post(restaurant.pizzas(namespace), pizza('held', held))).json()
    const deleting = (await api.delete(path)).json()
    expect(deleting.metadata).toMatchObject({ deletionGracePeriodSeconds: 0, generation: 2, ...held })
    expect(deleting.metadata.deletionTimestamp).toMatch(/Z$/)
    expect(deleting.metadata.resourceVersion).not.toBe(first.metadata.resourceVersion)
    expect((await api.delete(path)).json()).toEqual(deleting)
    const again = await api.post(restaurant.pizzas(namespace), pizza('held'))
    expect(again.json()).toMatchObject({
      code: 409,
      message: 'object is being deleted: pizzas.restaurant.wukong.com "held" already exists',
    })
    const more = await api.patch(path, { metadata: { finalizers: ['wukong.com/hold', 'example.com/g'] } })
    expect(more.json()).toMatchObject({ code: 422 })
    expect(more.text).toContain(
      'metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{\\"example.com/g\\"}',
    )
    expect((await api.patch(path, { spec: { toppings: [{ name: 'egg' }] } })).status).toBe(200)
    const last = await api.patch(path, { metadata: { finalizers: null } })
    expect(last.status).toBe(200)
    expect(last.json().metadata.finalizers).toBeUndefined()
    expect((await api.get(path)).status).toBe(404)
  })

  it('V43: takes preconditions that hold', async ({ api, namespace }) => {
    const { metadata } = (await api.post(restaurant.pizzas(namespace), pizza('a'))).json()
    const preconditions = { uid: metadata.uid, resourceVersion: metadata.resourceVersion }
    expect((await api.delete(`${restaurant.pizzas(namespace)}/a`, { preconditions })).status).toBe(200)
  })

  it('V08: dryRun keeps the object', async ({ api, namespace }) => {
    const path = `${restaurant.pizzas(namespace)}/a`
    await api.post(restaurant.pizzas(namespace), pizza('a'))
    expect((await api.delete(`${path}?dryRun=All`)).json()).toMatchObject({ status: 'Success' })
    expect((await api.delete(path, { dryRun: ['All'] })).json()).toMatchObject({ status: 'Success' })
    expect((await api.get(path)).status).toBe(200)
  })

  it('V44: knows the propagation policies', async ({ api, namespace }) => {
    const answer = async (body: unknown) => {
      await api.post(restaurant.pizzas(namespace), pizza('policy'))
      return api.delete(`${restaurant.pizzas(namespace)}/policy`, body)
    }
    const wrong = await answer({ propagationPolicy: 'Foo' })
    expect(wrong.json()).toMatchObject({ code: 422 })
    expect(wrong.text).toContain('supported values: \\"Foreground\\", \\"Background\\", \\"Orphan\\", \\"nil\\"')
    expect((await answer({ kind: 'DeleteOptions', apiVersion: 'v1' })).status).toBe(200)
    expect((await answer({ propagationPolicy: 'Background', gracePeriodSeconds: 0 })).status).toBe(200)
  })

  it('V48: deletes a collection by selector', async ({ api, namespace }) => {
    const path = restaurant.pizzas(namespace)
    for (const name of ['a', 'b', 'c']) await api.post(path, pizza(name, { labels: { keep: String(name === 'c') } }))
    await api.post(path, pizza('d', { ...held, labels: { keep: 'false' } }))
    const gone = (await api.delete(`${path}?labelSelector=keep%3Dfalse`)).json<ListBody>()
    expect(gone.kind).toBe('PizzaList')
    expect(gone.items.map(({ metadata }) => metadata.name)).toEqual(['a', 'b', 'd'])
    const left = (await api.get(path)).json<ListBody>().items
    expect(left.map(({ metadata }) => [metadata.name, metadata.deletionTimestamp !== undefined])).toEqual([
      ['c', false],
      ['d', true],
    ])
    expect((await api.delete(`${path}?labelSelector=keep%3Dnone`)).json<ListBody>().items).toEqual([])
    await api.patch(`${path}/d`, { metadata: { finalizers: null } })
    expect((await api.delete(path)).json<ListBody<Pizza>>().items).toHaveLength(1)
    expect((await api.get(path)).json<ListBody>().items).toEqual([])
  })
})

describe('namespaces', () => {
  it('V50: are made complete', async ({ api, namespace }) => {
    expect((await api.get(`/api/v1/namespaces/${namespace}`)).json()).toMatchObject({
      metadata: { name: namespace, labels: { 'kubernetes.io/metadata.name': namespace } },
      spec: { finalizers: ['kubernetes'] },
      status: { phase: 'Active' },
    })
    const { items } = (await api.get('/api/v1/namespaces')).json<ListBody>()
    const names = items.map(({ metadata }) => metadata.name)
    expect(names).toEqual(expect.arrayContaining(['default', 'kube-node-lease', 'kube-public', 'kube-system']))
  })

  it('V51, V53: terminate, and take nothing new meanwhile', async ({ api, namespace }) => {
    await api.post(restaurant.pizzas(namespace), pizza('a', held))
    const deleting = (await api.delete(`/api/v1/namespaces/${namespace}`)).json()
    expect(deleting).toMatchObject({ kind: 'Namespace', status: { phase: 'Terminating' } })
    expect(deleting.metadata.deletionTimestamp).toBeDefined()
    const late = await api.post(restaurant.pizzas(namespace), pizza('late'))
    expect(late.json()).toMatchObject({
      code: 403,
      message: `pizzas.restaurant.wukong.com "late" is forbidden: unable to create new content in namespace ${namespace} because it is being terminated`,
      details: {
        causes: [
          {
            reason: 'NamespaceTerminating',
            message: `namespace ${namespace} is being terminated`,
            field: 'metadata.namespace',
          },
        ],
      },
    })
    await api.patch(`${restaurant.pizzas(namespace)}/a`, { metadata: { finalizers: null } })
    await eventually('the namespace is gone', async () => {
      return (await api.get(`/api/v1/namespaces/${namespace}`)).status === 404
    })
  })

  it('V04: one that is not there is an empty list', async ({ api }) => {
    expect((await api.get(restaurant.pizzas('nowhere'))).json<ListBody>().items).toEqual([])
  })
})
