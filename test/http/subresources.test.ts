import { describe, expect } from 'vitest'
import type { KubeObject } from '../../src/meta/object.js'
import type { Answer } from '../support/http.js'
import { type Pizza, pizza, restaurant } from '../support/restaurant.js'
import { test as it } from '../support/server-test.js'

const created = (answer: Answer): Pizza => {
  expect(answer.status, answer.text).toBe(201)
  return answer.json<Pizza>()
}
const done = (answer: Answer): Pizza => {
  expect(answer.status, answer.text).toBe(200)
  return answer.json<Pizza>()
}
describe('patch', () => {
  it('P06: fifty at once all succeed', async ({ api, namespace }) => {
    const path = `${restaurant.pizzas(namespace)}/busy`
    created(await api.post(restaurant.pizzas(namespace), pizza('busy')))
    const keys = Array.from({ length: 50 }, (_, i) => `k${i}`)
    await Promise.all(keys.map(async (key) => done(await api.patch(path, { metadata: { labels: { [key]: 'v' } } }))))
    expect(Object.keys(done(await api.get(path)).metadata.labels ?? {}).sort()).toEqual([...keys].sort())
  })

  it('P02, P03: adds, moves, tests and removes', async ({ api, namespace }) => {
    const path = `${restaurant.pizzas(namespace)}/p`
    created(await api.post(restaurant.pizzas(namespace), pizza('p', { labels: { a: 'b', c: 'd' } })))
    const json = done(
      await api.patch(path, [
        { op: 'test', path: '/metadata/labels/a', value: 'b' },
        { op: 'move', from: '/metadata/labels/a', path: '/metadata/labels/x~1y' },
        { op: 'add', path: '/spec/toppings/-', value: { name: 'egg' } },
      ]),
    )
    expect(json.metadata.labels).toEqual({ c: 'd', 'x/y': 'b' })
    expect(json.spec.toppings).toEqual([
      { name: 'cheese', quantity: 1 },
      { name: 'egg', quantity: 1 },
    ])
    const merged = done(await api.patch(path, { metadata: { labels: { c: null } } }))
    expect(merged.metadata.labels).toEqual({ 'x/y': 'b' })
  })

  it('P05: locks by the resourceVersion it carries', async ({ api, namespace }) => {
    const path = `${restaurant.pizzas(namespace)}/locked`
    const { metadata } = created(await api.post(restaurant.pizzas(namespace), pizza('locked')))
    const body = (value: string) => ({
      metadata: { resourceVersion: metadata.resourceVersion, annotations: { value } },
    })
    done(await api.patch(path, body('1')))
    expect((await api.patch(path, body('2'))).status).toBe(409)
  })
})

describe('subresources', () => {
  it('U01: status and the rest are written apart', async ({ api, namespace }) => {
    const path = `${restaurant.pizzas(namespace)}/a`
    const first = created(await api.post(restaurant.pizzas(namespace), { ...pizza('a'), status: { cost: 5 } }))
    expect(first.status).toBeUndefined()
    const status = { cost: 7 }
    const both = { ...first, spec: { toppings: [] }, status, metadata: { ...first.metadata, labels: { a: 'b' } } }
    const written = done(await api.put(`${path}/status`, both))
    expect(written).toMatchObject({ status, spec: first.spec, metadata: { generation: 1 } })
    expect(written.metadata.labels).toBeUndefined()
    const main = done(await api.put(path, { ...written, status: { cost: 99 } }))
    expect(main.status).toEqual(status)
    expect(main.metadata.resourceVersion).toBe(written.metadata.resourceVersion)
    expect(done(await api.get(`${path}/status`))).toEqual(main)
    expect((await api.put(`${path}/status`, first)).status).toBe(409)
    expect((await api.get(`${restaurant.pizzas(namespace)}/nope/status`)).status).toBe(404)
  })

  it('bake sets a condition', async ({ api, namespace }) => {
    const path = `${restaurant.pizzas(namespace)}/a`
    const first = created(await api.post(restaurant.pizzas(namespace), pizza('a')))
    const baked = await api.post(`${path}/bake`, {}, { 'user-agent': 'oven/1.0' })
    expect([200, 201]).toContain(baked.status)
    const after = done(await api.get(path))
    expect(after.metadata.managedFields?.map(({ manager }) => manager)).toContain('oven')
    expect(after.status?.conditions).toMatchObject([{ type: 'Baked', status: 'True' }])
    expect(after.metadata.generation).toBe(first.metadata.generation)
    expect((await api.get(`${path}/bake`)).status).toBe(405)
    expect((await api.post(`${restaurant.pizzas(namespace)}/nope/bake`, {})).status).toBe(404)
    expect((await api.post(`${restaurant.oldPizzas(namespace)}/a/bake`, {})).status).toBeLessThan(300)
  })
})

describe('versions', () => {
  it('show one object in two shapes', async ({ api, namespace }) => {
    const old: KubeObject = {
      apiVersion: 'restaurant.wukong.com/v1alpha1',
      kind: 'Pizza',
      metadata: { name: 'both' },
      spec: { toppings: ['ham', 'egg', 'ham'] },
    }
    const made = created(await api.post(restaurant.oldPizzas(namespace), old))
    expect(made).toMatchObject({ apiVersion: old.apiVersion })
    expect([...(made.spec.toppings as unknown as string[])].sort()).toEqual(['egg', 'ham', 'ham'])
    const newer = done(await api.get(`${restaurant.pizzas(namespace)}/both`))
    expect(newer.metadata).toMatchObject({ uid: made.metadata.uid, resourceVersion: made.metadata.resourceVersion })
    expect(newer.spec.toppings).toEqual([
      { name: 'ham', quantity: 2 },
      { name: 'egg', quantity: 1 },
    ])
    const same = done(await api.put(`${restaurant.oldPizzas(namespace)}/both`, made))
    expect(same.metadata.resourceVersion).toBe(made.metadata.resourceVersion)
  })
})
