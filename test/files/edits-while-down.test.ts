import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { KubeObject } from '../../src/meta/object.js'
import { eventually } from '../support/eventually.js'
import { bareManifest, type Folder, fileProblems, folderAt, pizzaFolder } from '../support/registry-files.js'
import { type Pizza, pizza, restaurant } from '../support/restaurant.js'
import { startServer, type TestServer } from '../support/server.js'
import { temporaryFolder } from '../support/temporary-folder.js'

let server: TestServer
afterEach(async () => {
  await server.stop()
})

const pizzas = restaurant.pizzas()
const uidOf = async (path: string) => (await server.api.get(path)).json<KubeObject>().metadata.uid

async function makePizzas(folder: Folder, ...names: string[]): Promise<Record<string, KubeObject>> {
  const made: Record<string, KubeObject> = {}
  for (const name of names) made[name] = (await server.api.post(pizzas, pizza(name))).json()
  for (const name of names) await folder.told(name, ({ metadata }) => metadata.uid !== undefined)
  return made
}

describe('what is done to files while the server is down', () => {
  it('is taken in at the start, each change once and for those who watch on', async () => {
    const root = temporaryFolder()
    const folder = pizzaFolder(root)
    server = await startServer({ root })
    const made = await makePizzas(folder, 'edited', 'removed', 'moved', 'same', 'wrong')
    await server.api.patch(`${pizzas}/edited/status`, { status: { cost: 7 } })
    await folder.told('edited', ({ status }) => status !== undefined)
    const from = (await server.api.get(pizzas)).json<KubeObject>().metadata.resourceVersion
    await server.stop()

    folder.write('edited', folder.read('edited').replace('quantity: 1', 'quantity: 5'))
    folder.write('renamed', folder.read('moved').replace('name: moved', 'name: renamed'))
    rmSync(folder.file('moved'))
    rmSync(folder.file('removed'))
    folder.write('fresh', bareManifest(3))
    folder.write('wrong', bareManifest(0))

    server = await startServer({ root })
    const watch = await server.api.watch(`${pizzas}?watch=true&resourceVersion=${from}`)
    const events = (await watch.take<Pizza>(5)).map(({ type, object }) => `${type} ${object.metadata.name}`)
    // What is there is made before what is not is removed.
    expect(events.slice(0, 3).sort()).toEqual(['ADDED fresh', 'ADDED renamed', 'MODIFIED edited'])
    expect(events.slice(3).sort()).toEqual(['DELETED moved', 'DELETED removed'])
    const edited = (await server.api.get(`${pizzas}/edited`)).json<Pizza>()
    expect(edited).toMatchObject({
      metadata: { uid: made.edited?.metadata.uid, generation: 2 },
      spec: { toppings: [{ quantity: 5 }] },
      status: { cost: 7 },
    })
    expect(await uidOf(`${pizzas}/renamed`)).not.toBe(made.moved?.metadata.uid)
    expect((await server.api.get(`${pizzas}/same`)).json()).toEqual(made.same)
    expect((await server.api.get(`${pizzas}/wrong`)).json()).toEqual(made.wrong)
    expect(await fileProblems(server.api)).toMatchObject([{ outcome: 'refused', serverAhead: false }])
    await server.api.post(pizzas, pizza('last'))
    expect((await watch.next()).object.metadata.name).toBe('last')
    watch.close()
  })

  it('is merged with what the API wrote just before', async () => {
    const root = temporaryFolder()
    const folder = pizzaFolder(root)
    server = await startServer({ root })
    await makePizzas(folder, 'p')
    const old = folder.read('p')
    await server.api.patch(`${pizzas}/p`, { metadata: { labels: { by: 'api' } } })
    await server.kill()
    const hasLabel = folder.read('p').includes('by: api')
    folder.write('p', (hasLabel ? folder.read('p') : old).replace('quantity: 1', 'quantity: 9'))
    server = await startServer({ root })
    const object = (await server.api.get(`${pizzas}/p`)).json<Pizza>()
    expect(object).toMatchObject({ metadata: { labels: { by: 'api' } }, spec: { toppings: [{ quantity: 9 }] } })
    await folder.told('p', ({ metadata }) => metadata.labels?.by === 'api')
  })

  it('makes objects of files whose kind appears only then', async () => {
    const root = temporaryFolder()
    const folder = pizzaFolder(root)
    server = await startServer({ root, args: ['--apis='] })
    folder.write('early', bareManifest())
    const problem = await eventually('the file is listed', async () => (await fileProblems(server.api))[0])
    expect(problem).toMatchObject({ outcome: 'waiting', reason: expect.stringContaining('no resource pizzas') })
    await server.stop()
    server = await startServer({ root })
    expect((await server.api.get(`${pizzas}/early`)).status).toBe(200)
    expect(await fileProblems(server.api)).toEqual([])
  })
})

describe('without .wukong/', () => {
  it('every object is there with its uid, and a copy of a file gets its own', async () => {
    const root = temporaryFolder()
    const folder = pizzaFolder(root)
    server = await startServer({ root })
    const made = await makePizzas(folder, 'a', 'b')
    folder.write(
      'old',
      bareManifest()
        .replace('v1beta1', 'v1alpha1')
        .replace(/spec:[\s\S]*/, 'spec: {toppings: [ham]}\n'),
    )
    const old = await folder.told('old', ({ metadata }) => metadata?.uid !== undefined)
    expect(old.apiVersion).toContain('v1alpha1')
    const namespaces = folderAt(join(root, 'registry/core/namespaces'))
    await namespaces.told('default', ({ metadata }) => metadata.uid !== undefined)
    await namespaces.told('kube-system', ({ metadata }) => metadata.uid !== undefined)
    const own = ['default', 'kube-system'].map((name) => `/api/v1/namespaces/${name}`)
    const spaces = await Promise.all(own.map(uidOf))
    const before = (await server.api.get(pizzas)).json<KubeObject>().metadata.resourceVersion
    await server.stop()
    rmSync(join(root, '.wukong'), { recursive: true })
    folder.write('copy', folder.read('a').replace('name: a', 'name: copy'))

    server = await startServer({ root })
    for (const name of ['a', 'b']) expect(await uidOf(`${pizzas}/${name}`), name).toBe(made[name]?.metadata.uid)
    expect(await uidOf(`${pizzas}/old`)).toBe(old.metadata.uid)
    expect(await Promise.all(own.map(uidOf))).toEqual(spaces)
    expect(await uidOf(`${pizzas}/copy`)).not.toBe(made.a?.metadata.uid)
    expect((await server.api.get(`${pizzas}?watch=true&resourceVersion=${before}`)).text).toContain('410')
  })
})
