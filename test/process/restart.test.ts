import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { KubeObject } from '../../src/meta/object.js'
import type { HttpClient, ListBody } from '../support/http.js'
import { bareManifest, pizzaFolder } from '../support/registry-files.js'
import { type Pizza, pizza, restaurant, topping } from '../support/restaurant.js'
import { startServer } from '../support/server.js'

const list = async (api: HttpClient) => (await api.get(restaurant.allPizzas)).json<ListBody<Pizza>>()

/** A pizza in two states and one topping, then a stop. */
async function filledRoot(): Promise<{ root: string; items: readonly Pizza[]; revision: number }> {
  const server = await startServer()
  await server.api.post(restaurant.pizzas(), pizza('a', { labels: { x: 'y' } }))
  await server.api.patch(`${restaurant.pizzas()}/a/status`, { status: { cost: 4 } })
  await server.api.post(restaurant.pizzas(), pizza('b'))
  await server.api.post(restaurant.toppings, topping('tomato', 2))
  const { items, metadata } = await list(server.api)
  expect(await server.stop()).toEqual({ code: 0, signal: null })
  return { root: server.root, items, revision: Number(metadata.resourceVersion) }
}

describe('a restart', () => {
  it('keeps every object as it was, and the revision', async () => {
    const { root, items, revision } = await filledRoot()
    const server = await startServer({ root })
    const after = await list(server.api)
    expect(after.items).toEqual(items)
    expect(Number(after.metadata.resourceVersion)).toBeGreaterThanOrEqual(revision)
    expect((await server.api.get(`${restaurant.toppings}/tomato`)).status).toBe(200)
    const next = (await server.api.post(restaurant.pizzas(), pizza('c'))).json()
    expect(Number(next.metadata.resourceVersion)).toBeGreaterThan(revision)
    await server.stop()
  })

  it('resumes a watch without a gap, or says that it can’t', async () => {
    const { root, revision } = await filledRoot()
    const server = await startServer({ root })
    await server.api.post(restaurant.pizzas(), pizza('c'))
    const watch = await server.api.watch(`${restaurant.allPizzas}?watch=true&resourceVersion=${revision}`)
    const { type, object } = await watch.next<KubeObject & { code?: number; reason?: string }>()
    if (type === 'ERROR') expect(object).toMatchObject({ code: 410, reason: 'Expired' })
    else expect([type, object.metadata.name]).toEqual(['ADDED', 'c'])
    watch.close()
    await server.stop()
  })

  it('sees what was done to the files meanwhile', async () => {
    const { root } = await filledRoot()
    const folder = pizzaFolder(root)
    folder.write('a', folder.read('a').replace('quantity: 1', 'quantity: 6'))
    rmSync(folder.file('b'))
    folder.write('new', bareManifest(3))
    const server = await startServer({ root })
    const { items } = await list(server.api)
    expect(items.map(({ metadata, spec }) => [metadata.name, spec.toppings[0]?.quantity])).toEqual([
      ['a', 6],
      ['new', 3],
    ])
    expect(items[0]).toMatchObject({ status: { cost: 4 }, metadata: { generation: 2 } })
    await server.stop()
  })

  it('loses no object when only the YAML files are left', async () => {
    const { root, items, revision } = await filledRoot()
    for (const name of readdirSync(root)) {
      if (name !== 'registry') rmSync(join(root, name), { recursive: true })
    }
    const server = await startServer({ root })
    const after = await list(server.api)
    const plain = (all: readonly Pizza[]) =>
      all.map(({ metadata: { resourceVersion: _r, managedFields: _m, ...metadata }, ...rest }) => ({
        ...rest,
        metadata,
      }))
    expect(plain(after.items)).toEqual(plain(items))
    expect(Number(after.metadata.resourceVersion)).toBeGreaterThan(revision)
    await server.stop()
  })

  it('after kill -9 waits for no lock and keeps what was answered', async () => {
    const first = await startServer()
    const made = await Promise.all(
      Array.from({ length: 20 }, (_, i) => first.api.post(restaurant.pizzas(), pizza(`p${i}`))),
    )
    await first.kill()
    const server = await startServer({ root: first.root })
    const { items } = await list(server.api)
    const wanted = made.map((answer) => answer.json<Pizza>())
    for (const object of wanted) expect(items).toContainEqual(object)
    await server.stop()
  })

  it('of a memory backend begins anew, and writes no object to the disk', async () => {
    const first = await startServer({ args: ['--backend=memory'] })
    expect((await first.api.post(restaurant.pizzas(), pizza('a'))).status).toBe(201)
    await first.stop()
    expect(existsSync(join(first.root, 'registry'))).toBe(false)
    const server = await startServer({ args: ['--backend=memory'], root: first.root })
    expect((await list(server.api)).items).toEqual([])
    await server.stop()
  })

  it('is when files count, with --watch-files=false', async () => {
    const first = await startServer({ args: ['--watch-files=false'] })
    pizzaFolder(first.root).write('late', bareManifest())
    await first.api.post(restaurant.pizzas(), pizza('a'))
    expect((await list(first.api)).items.map(({ metadata }) => metadata.name)).toEqual(['a'])
    await first.stop()
    const server = await startServer({ args: ['--watch-files=false'], root: first.root })
    expect((await list(server.api)).items.map(({ metadata }) => metadata.name)).toEqual(['a', 'late'])
    await server.stop()
  })
})
