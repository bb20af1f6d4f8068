import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.js'
import type { ListBody } from '../support/http.js'
import { bareManifest, fileProblems, pizzaFolder } from '../support/registry-files.js'
import { type Pizza, pizza, restaurant } from '../support/restaurant.js'
import { startServer, type TestServer } from '../support/server.js'
import { temporaryFolder } from '../support/temporary-folder.js'

let server: TestServer
afterEach(async () => {
  await server.stop()
})

const spaces = Array.from({ length: 20 }, (_, i) => `tree-${String(i).padStart(2, '0')}`)
const names = Array.from({ length: 100 }, (_, i) => `pizza-${i}`)

/** 20 namespaces of 100 pizzas each, below `registry`. */
function makeTree(registry: string, quantity: number): void {
  mkdirSync(join(registry, 'core/namespaces'), { recursive: true })
  for (const space of spaces) {
    writeFileSync(join(registry, 'core/namespaces', `${space}.yaml`), 'apiVersion: v1\nkind: Namespace\n')
    const folder = join(registry, 'restaurant.wukong.com/pizzas', space)
    mkdirSync(folder, { recursive: true })
    for (const name of names) writeFileSync(join(folder, `${name}.yaml`), bareManifest(quantity))
  }
}

async function treePizzas(): Promise<Pizza[]> {
  const { items } = (await server.api.get(restaurant.allPizzas)).json<ListBody<Pizza>>()
  return items.filter(({ metadata }) => metadata.namespace?.startsWith('tree-'))
}

const all = (quantity: number) =>
  eventually(`2,000 pizzas of ${quantity}`, async () => {
    const items = await treePizzas()
    expect(items.filter(({ spec }) => spec.toppings[0]?.quantity === quantity).length).toBe(2_000)
    return items
  })

describe('a whole tree', () => {
  it('copied in with cp -r is there to the last file, and goes with its folders', async () => {
    server = await startServer()
    const watch = await server.api.watch(`${restaurant.allPizzas}?watch=true`)
    const made = join(temporaryFolder(), 'registry')
    makeTree(made, 1)
    execFileSync('cp', ['-r', `${made}/.`, join(server.root, 'registry')])
    await all(1)
    const added = await watch.take(2_000)
    expect(
      new Set(added.map(({ type, object: { metadata } }) => `${type} ${metadata.namespace}/${metadata.name}`)).size,
    ).toBe(2_000)
    expect(added.every(({ type }) => type === 'ADDED')).toBe(true)
    expect(await fileProblems(server.api)).toEqual([])

    // The server may be putting uids into the last of them still, also into a folder that is just being emptied.
    for (const space of spaces.slice(0, 10)) {
      await eventually(`${space} is removed`, () => {
        rmSync(pizzaFolder(server.root, space).path, { recursive: true, force: true })
        return true
      })
    }
    await eventually('half of them are gone', async () => (await treePizzas()).length === 1_000)
    expect((await watch.take(1_000)).every(({ type }) => type === 'DELETED')).toBe(true)
    expect((await server.api.get(`/api/v1/namespaces/${spaces[0]}`)).status).toBe(200)
    watch.close()
  }, 120_000)

  it('checked out with git, there and back, is what the branch says', async () => {
    server = await startServer()
    const { root } = server
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', '-c', 'core.autocrlf=false', ...args], {
        cwd: root,
      })
    git('init', '-q', '-b', 'empty')
    await server.api.post(restaurant.pizzas(), pizza('kept'))
    await pizzaFolder(root).told('kept', ({ metadata }) => metadata.uid !== undefined)
    git('add', '-A')
    git('commit', '-q', '-m', 'empty')
    git('checkout', '-q', '-b', 'full')
    makeTree(join(root, 'registry'), 1)
    const full = await all(1)
    // Until every file says all that the server adds.
    await eventually('the files are complete', () => {
      const texts = spaces.flatMap((space) => names.map((name) => pizzaFolder(root, space).read(name)))
      return texts.every((text) => text.includes('uid: '))
    })
    git('add', '-A')
    git('commit', '-q', '-m', 'full')
    git('checkout', '-q', 'empty')
    await eventually('they are gone', async () => (await treePizzas()).length === 0)
    expect((await server.api.get(`${restaurant.pizzas()}/kept`)).status).toBe(200)
    await eventually('their namespaces are going', async () => {
      const answer = await server.api.get(`/api/v1/namespaces/${spaces[0]}`)
      return answer.status === 404 || answer.text.includes('Terminating')
    })
    expect(full).toHaveLength(2_000)
  }, 120_000)
})

describe('a root that is moved away', () => {
  it('takes no object with it, and serves again when it is back', async () => {
    server = await startServer()
    const { api, root } = server
    const folder = pizzaFolder(root)
    for (const name of ['a', 'b']) await api.post(restaurant.pizzas(), pizza(name))
    for (const name of ['a', 'b']) await folder.told(name, ({ metadata }) => metadata.uid !== undefined)
    const watch = await api.watch(`${restaurant.pizzas()}?watch=true`)
    await watch.take(2)
    renameSync(root, `${root}-away`)
    await eventually('it is not ready', async () => (await api.get('/readyz')).status === 500)
    expect((await api.get(`${restaurant.pizzas()}/a`)).status).toBe(200)
    expect((await api.post(restaurant.pizzas(), pizza('c'))).status).toBeGreaterThanOrEqual(500)
    renameSync(`${root}-away`, root)
    await eventually('it is ready', async () => (await api.get('/readyz')).status === 200)
    await eventually('it writes', async () => (await api.post(restaurant.pizzas(), pizza('d'))).status === 201)
    // What was answered with an error may or may not have been written.
    const { object } = await watch.next()
    if (object.metadata.name === 'c') expect((await watch.next()).object.metadata.name).toBe('d')
    else expect(object.metadata.name).toBe('d')
    folder.write('a', folder.read('a').replace('quantity: 1', 'quantity: 4'))
    expect((await watch.next<Pizza>()).object.spec.toppings[0]?.quantity).toBe(4)
    expect(existsSync(folder.file('b'))).toBe(true)
    watch.close()
  })

  it('copied over by itself changes nothing', async () => {
    server = await startServer()
    const { api, root } = server
    await api.post(restaurant.pizzas(), pizza('a'))
    await pizzaFolder(root).told('a', ({ metadata }) => metadata.uid !== undefined)
    const before = (await api.get(restaurant.pizzas())).json<ListBody>()
    const copy = join(temporaryFolder(), 'registry')
    cpSync(join(root, 'registry'), copy, { recursive: true })
    cpSync(copy, join(root, 'registry'), { recursive: true, force: true })
    pizzaFolder(root).write('z', bareManifest())
    await eventually('a later file is in', async () => (await api.get(`${restaurant.pizzas()}/z`)).status === 200)
    const [a] = (await api.get(restaurant.pizzas())).json<ListBody>().items
    expect(a).toEqual(before.items[0])
  })
})
