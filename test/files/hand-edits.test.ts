import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import type { KubeObject } from '../../src/meta/object.js'
import { eventually } from '../support/eventually.js'
import type { HttpClient, ListBody } from '../support/http.js'
import { bareManifest, fileProblems, pizzaFolder } from '../support/registry-files.js'
import { type Pizza, pizza, restaurant } from '../support/restaurant.js'
import { test as it } from '../support/server-test.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import type { WatchEvent } from '../support/watch.js'

const brief = ({ type, object }: WatchEvent<KubeObject>) => `${type} ${object.metadata.name}`

/** Everything that happened is seen once this pizza is: a late echo would come before it or be missed by no one. */
async function mark(api: HttpClient, namespace: string): Promise<void> {
  expect((await api.post(restaurant.pizzas(namespace), pizza('marker'))).status).toBe(201)
}

const served = (api: HttpClient, namespace: string, name: string, fits: (pizza: Pizza) => boolean) =>
  eventually(`${name} is served as wanted`, async () => {
    const answer = await api.get(`${restaurant.pizzas(namespace)}/${name}`)
    if (answer.status !== 200) return undefined
    const object = answer.json<Pizza>()
    return fits(object) ? object : undefined
  })

const missing = (api: HttpClient, namespace: string, name: string) =>
  eventually(`${name} is gone`, async () => (await api.get(`${restaurant.pizzas(namespace)}/${name}`)).status === 404)

describe('an edit by hand', () => {
  it('of a new file makes an object, once, and completes the file', async ({ api, server, namespace }) => {
    const folder = pizzaFolder(server.root, namespace)
    const watch = await api.watch(`${restaurant.pizzas(namespace)}?watch=true`)
    folder.write('bare', bareManifest())
    const { type, object } = await watch.next<Pizza>()
    expect(type).toBe('ADDED')
    expect(object.metadata).toMatchObject({ name: 'bare', namespace, generation: 1 })
    const told = await folder.told('bare', ({ metadata }) => metadata?.uid === object.metadata.uid)
    expect(told.metadata).toMatchObject({ name: 'bare', namespace })
    expect(told.metadata.creationTimestamp).toBeTruthy()
    expect(folder.read('bare')).not.toContain('resourceVersion')
    await mark(api, namespace)
    expect(brief(await watch.next())).toBe('ADDED marker')
    watch.close()
  })

  it('fills in defaults', async ({ api, server, namespace }) => {
    const folder = pizzaFolder(server.root, namespace)
    folder.write('defaulted', 'apiVersion: restaurant.wukong.com/v1beta1\nkind: Pizza\n')
    const { spec } = await served(api, namespace, 'defaulted', () => true)
    expect(spec.toppings.map(({ name }) => name)).toEqual(['tomato', 'mozzarella', 'salami'])
    await folder.told('defaulted', (object) => JSON.stringify(object.spec) === JSON.stringify(spec))
  })

  it('of a file changes the object, once for each time', async ({ api, server, namespace }) => {
    const folder = pizzaFolder(server.root, namespace)
    await api.post(restaurant.pizzas(namespace), pizza('edited'))
    await folder.told('edited', ({ metadata }) => metadata.uid !== undefined)
    const watch = await api.watch(`${restaurant.pizzas(namespace)}?watch=true`)
    expect(brief(await watch.next())).toBe('ADDED edited')
    for (const quantity of [2, 3]) {
      folder.write('edited', folder.read('edited').replace(/quantity: \d+/, `quantity: ${quantity}`))
      const event = await watch.next<Pizza>()
      expect(brief(event)).toBe('MODIFIED edited')
      expect(event.object.spec.toppings).toEqual([{ name: 'cheese', quantity }])
      expect(event.object.metadata.generation).toBe(quantity)
    }
    await mark(api, namespace)
    expect(brief(await watch.next())).toBe('ADDED marker')
    watch.close()
  })

  it('twice within a moment ends on the second', async ({ api, server, namespace }) => {
    const folder = pizzaFolder(server.root, namespace)
    for (const name of ['m1', 'm2', 'm3', 'm4', 'm5']) {
      folder.write(name, bareManifest(1))
      folder.write(name, bareManifest(2))
    }
    for (const name of ['m1', 'm2', 'm3', 'm4', 'm5']) {
      await served(api, namespace, name, ({ spec }) => spec.toppings[0]?.quantity === 2)
    }
  })

  it('that replaces the file by rename counts as well', async ({ api, server, namespace }) => {
    const folder = pizzaFolder(server.root, namespace)
    await api.post(restaurant.pizzas(namespace), pizza('swapped'))
    await folder.told('swapped', ({ metadata }) => metadata.uid !== undefined)
    const fresh = join(temporaryFolder(), 'fresh.yaml')
    writeFileSync(fresh, folder.read('swapped').replace('quantity: 1', 'quantity: 8'))
    renameSync(fresh, folder.file('swapped'))
    const { metadata } = await served(api, namespace, 'swapped', ({ spec }) => spec.toppings[0]?.quantity === 8)
    expect(metadata.generation).toBe(2)
  })

  it('that deletes the file deletes the object, once', async ({ api, server, namespace }) => {
    const folder = pizzaFolder(server.root, namespace)
    await api.post(restaurant.pizzas(namespace), pizza('deleted'))
    await folder.told('deleted', ({ metadata }) => metadata.uid !== undefined)
    const watch = await api.watch(`${restaurant.pizzas(namespace)}?watch=true`)
    await watch.next()
    rmSync(folder.file('deleted'))
    expect(brief(await watch.next())).toBe('DELETED deleted')
    await mark(api, namespace)
    expect(brief(await watch.next())).toBe('ADDED marker')
    watch.close()
  })

  it('that deletes the file of an object with finalizers begins its deletion', async ({ api, server, namespace }) => {
    const folder = pizzaFolder(server.root, namespace)
    await api.post(restaurant.pizzas(namespace), pizza('held', { finalizers: ['wukong.com/hold'] }))
    await folder.told('held', ({ metadata }) => metadata.uid !== undefined)
    rmSync(folder.file('held'))
    await served(api, namespace, 'held', ({ metadata }) => metadata.deletionTimestamp !== undefined)
    await folder.told('held', ({ metadata }) => metadata.deletionTimestamp !== undefined)
    await api.patch(`${restaurant.pizzas(namespace)}/held`, { metadata: { finalizers: null } })
    await eventually('the file is gone', () => !existsSync(folder.file('held')))
  })

  it('that renames the file moves only what the name allows', async ({ api, server, namespace }) => {
    const folder = pizzaFolder(server.root, namespace)
    await api.post(restaurant.pizzas(namespace), pizza('old'))
    const { metadata } = await folder.told('old', (object) => object.metadata.uid !== undefined)
    renameSync(folder.file('old'), folder.file('new'))
    await missing(api, namespace, 'old')
    const path = `registry/restaurant.wukong.com/pizzas/${namespace}/new.yaml`
    const problem = await eventually('the renamed file is listed', async () =>
      (await fileProblems(api)).find((found) => found.path === path),
    )
    expect(problem.outcome).toBe('refused')
    folder.write('new', folder.read('new').replace('name: old', 'name: new'))
    const renamed = await served(api, namespace, 'new', () => true)
    expect(renamed.metadata.uid).not.toBe(metadata.uid)
    await eventually('no longer listed', async () => (await fileProblems(api)).every((found) => found.path !== path))
  })

  it('that brings a whole new folder loses none of it', async ({ api, server, namespace }) => {
    const names = Array.from({ length: 60 }, (_, i) => `n${String(i).padStart(2, '0')}`)
    const made = join(temporaryFolder(), 'pizzas')
    mkdirSync(made)
    for (const name of names) writeFileSync(join(made, `${name}.yaml`), bareManifest())
    const watch = await api.watch(`${restaurant.pizzas(namespace)}?watch=true`)
    const folder = pizzaFolder(server.root, namespace)
    for (const name of names) folder.write(name, bareManifest())
    const events = (await watch.take(names.length)).map(brief).sort()
    expect(events).toEqual(names.map((name) => `ADDED ${name}`))
    await mark(api, namespace)
    expect(brief(await watch.next())).toBe('ADDED marker')
    watch.close()
  })

  it('is not taken through a link', async ({ api, server, namespace }) => {
    const outside = temporaryFolder()
    writeFileSync(join(outside, 'linked.yaml'), bareManifest())
    const folder = pizzaFolder(server.root, namespace)
    folder.write('plain', bareManifest())
    symlinkSync(join(outside, 'linked.yaml'), folder.file('linked'))
    folder.write('after', bareManifest())
    await served(api, namespace, 'plain', () => true)
    await served(api, namespace, 'after', () => true)
    const { items } = (await api.get(restaurant.pizzas(namespace))).json<ListBody>()
    expect(items.map(({ metadata }) => metadata.name)).toEqual(['after', 'plain'])
  })
})

describe('a write through the API', () => {
  it('reaches its file and is told once', async ({ api, server, namespace }) => {
    const folder = pizzaFolder(server.root, namespace)
    const watch = await api.watch(`${restaurant.pizzas(namespace)}?watch=true`)
    const made = (await api.post(restaurant.pizzas(namespace), pizza('written', { labels: { a: 'b' } }))).json<Pizza>()
    const told = await folder.told('written', ({ metadata }) => metadata.uid === made.metadata.uid)
    expect(told).toMatchObject({ apiVersion: made.apiVersion, kind: 'Pizza', spec: made.spec })
    expect(told.metadata).toMatchObject({ name: 'written', namespace, labels: { a: 'b' }, generation: 1 })
    expect(told.metadata).not.toHaveProperty('resourceVersion')
    expect(told.metadata).not.toHaveProperty('managedFields')
    await api.patch(`${restaurant.pizzas(namespace)}/written/status`, { status: { cost: 9 } })
    await folder.told('written', (object) => JSON.stringify(object.status) === '{"cost":9}')
    await api.delete(`${restaurant.pizzas(namespace)}/written`)
    await eventually('the file is gone', () => !existsSync(folder.file('written')))
    await mark(api, namespace)
    const events = await watch.take(4)
    expect(events.map(brief)).toEqual(['ADDED written', 'MODIFIED written', 'DELETED written', 'ADDED marker'])
    watch.close()
  })

  it('is stored in the storage version, whichever it came in', async ({ api, server, namespace }) => {
    const old = { ...pizza('old'), apiVersion: 'restaurant.wukong.com/v1alpha1', spec: { toppings: ['ham', 'ham'] } }
    expect((await api.post(restaurant.oldPizzas(namespace), old)).status).toBe(201)
    const told = await pizzaFolder(server.root, namespace).told('old', ({ metadata }) => metadata.uid !== undefined)
    expect(told).toMatchObject({
      apiVersion: 'restaurant.wukong.com/v1beta1',
      spec: { toppings: [{ name: 'ham', quantity: 2 }] },
    })
  })

  it('keeps integers beyond 2^53 in the file', async ({ api, server, namespace }) => {
    await api.post(restaurant.pizzas(namespace), pizza('exact'))
    const merge = { 'content-type': 'application/merge-patch+json' }
    const path = `${restaurant.pizzas(namespace)}/exact/status`
    expect((await api.patch(path, '{"status":{"cost":9007199254740993}}', merge)).status).toBe(200)
    const folder = pizzaFolder(server.root, namespace)
    await eventually('the file says so', () => folder.read('exact').includes('cost: 9007199254740993\n'))
  })
})
