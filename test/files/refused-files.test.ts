import { describe, expect } from 'vitest'
import type { KubeObject } from '../../src/meta/object.js'
import { eventually } from '../support/eventually.js'
import type { HttpClient, ListBody } from '../support/http.js'
import { bareManifest, fileProblems, folderAt, pizzaFolder } from '../support/registry-files.js'
import { type Pizza, pizza, restaurant } from '../support/restaurant.js'
import { test as it } from '../support/server-test.js'

const pathOf = (namespace: string, name: string) => `registry/restaurant.wukong.com/pizzas/${namespace}/${name}.yaml`

const listed = (api: HttpClient, path: string) =>
  eventually(`${path} is listed`, async () => (await fileProblems(api)).find((problem) => problem.path === path))

const unlisted = (api: HttpClient, path: string) =>
  eventually(`${path} is not listed`, async () => (await fileProblems(api)).every((problem) => problem.path !== path))

const wrong: [string, string, { line?: number; reason: RegExp }][] = [
  ['is no YAML', 'apiVersion: restaurant.wukong.com/v1beta1\nkind: Pizza\nspec: [\n', { line: 4, reason: /./ }],
  ['is not valid', bareManifest(500), { reason: /spec\.toppings\[0\]\.quantity.*less than or equal to 100/ }],
  ['is of another kind', bareManifest().replace('Pizza', 'Pasta'), { reason: /Pasta/ }],
  ['is of another group', bareManifest().replace(/wukong.com\/v1beta1/, 'example.com/v1'), { reason: /example\.com/ }],
  ['names another object', `${bareManifest()}metadata:\n  name: other\n`, { reason: /other/ }],
  ['names another namespace', `${bareManifest()}metadata:\n  namespace: other\n`, { reason: /other/ }],
  ['has a key twice', `${bareManifest()}kind: Pizza\n`, { reason: /kind|duplicat/i }],
]

describe('a file that can’t be accepted', () => {
  it.for(wrong)('because it %s is listed until it is right', async ([, text, wanted], { api, server, namespace }) => {
    const folder = pizzaFolder(server.root, namespace)
    const before = (await api.post(restaurant.pizzas(namespace), pizza('good'))).json<Pizza>()
    await folder.told('good', ({ metadata }) => metadata.uid !== undefined)
    const good = folder.read('good')
    folder.write('good', text)
    const problem = await listed(api, pathOf(namespace, 'good'))
    expect(problem.outcome).toBe('refused')
    expect(problem.reason).toMatch(wanted.reason)
    if (wanted.line !== undefined) expect(problem.line).toBe(wanted.line)
    expect((await api.get(`${restaurant.pizzas(namespace)}/good`)).json()).toEqual(before)
    expect(folder.read('good')).toBe(text)
    folder.write('good', good.replace('quantity: 1', 'quantity: 2'))
    await unlisted(api, pathOf(namespace, 'good'))
    const after = (await api.get(`${restaurant.pizzas(namespace)}/good`)).json<Pizza>()
    expect(after.spec.toppings[0]?.quantity).toBe(2)
    expect(after.metadata.uid).toBe(before.metadata.uid)
  })

  it('is told in an Event: about its object, or the one it was to be', async ({ api, server, namespace }) => {
    const folder = pizzaFolder(server.root, namespace)
    const { metadata } = (await api.post(restaurant.pizzas(namespace), pizza('good'))).json<Pizza>()
    await folder.told('good', () => true)
    for (const [name, quantity] of [
      ['good', 500],
      ['new', 0],
    ] as const) {
      folder.write(name, bareManifest(quantity))
      const events = `/api/v1/namespaces/${namespace}/events?fieldSelector=involvedObject.name%3D${name}`
      const event = await eventually('the Event is there', async () => {
        return (await api.get(events)).json<ListBody<KubeObject & { message: string }>>().items[0]
      })
      expect(event).toMatchObject({
        ...{ type: 'Warning', reason: 'FileRefused', count: 1, source: { component: 'wukong-files' } },
        involvedObject: { kind: 'Pizza', namespace, name },
      })
      expect((event.involvedObject as { uid?: string }).uid).toBe(name === 'good' ? metadata.uid : undefined)
      expect(event.message).toContain(`${pathOf(namespace, name)}`)
      expect(event.message).toContain('spec.toppings[0].quantity')
    }
  })

  it('is logged once per content, with path and reason', async ({ api, server, namespace }) => {
    const folder = pizzaFolder(server.root, namespace)
    const mentions = () => server.stderr().split(pathOf(namespace, 'logged')).length - 1
    folder.write('logged', bareManifest(0))
    await listed(api, pathOf(namespace, 'logged'))
    await eventually('it is logged', () => mentions() === 1)
    folder.write('logged', bareManifest(0))
    folder.write('later', bareManifest())
    await eventually('a later file is served', async () => {
      return (await api.get(`${restaurant.pizzas(namespace)}/later`)).status === 200
    })
    expect(mentions()).toBe(1)
    expect(server.stderr()).toContain('should be greater than or equal to 1')
    folder.write('logged', bareManifest(-1))
    await eventually('the new content is logged', () => mentions() === 2)
  })

  it('stays as it is when the object is written through the API', async ({ api, server, namespace }) => {
    const folder = pizzaFolder(server.root, namespace)
    await api.post(restaurant.pizzas(namespace), pizza('ahead'))
    await folder.told('ahead', ({ metadata }) => metadata.uid !== undefined)
    folder.write('ahead', bareManifest(0))
    await listed(api, pathOf(namespace, 'ahead'))
    const answer = await api.patch(`${restaurant.pizzas(namespace)}/ahead`, { metadata: { labels: { a: 'b' } } })
    expect(answer.status).toBe(200)
    const problem = await eventually('the server is ahead', async () =>
      (await fileProblems(api)).find(({ path, serverAhead }) => path === pathOf(namespace, 'ahead') && serverAhead),
    )
    expect(problem.outcome).toBe('refused')
    expect(folder.read('ahead')).toBe(bareManifest(0))
  })

  it('waits for its namespace', async ({ api, server }) => {
    const space = 'comes-later'
    pizzaFolder(server.root, space).write('early', bareManifest())
    const problem = await listed(api, pathOf(space, 'early'))
    expect(problem.outcome).toBe('waiting')
    expect(problem.reason).toContain(space)
    await api.post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: space } })
    await eventually('the pizza is served', async () => {
      return (await api.get(`${restaurant.pizzas(space)}/early`)).status === 200
    })
    await unlisted(api, pathOf(space, 'early'))
  })

  it('waits for its namespace, which may come as a file', async ({ api, server }) => {
    const space = 'comes-as-file'
    pizzaFolder(server.root, space).write('early', bareManifest())
    await listed(api, pathOf(space, 'early'))
    folderAt(`${server.root}/registry/core/namespaces`).write(space, 'apiVersion: v1\nkind: Namespace\n')
    await eventually('the pizza is served', async () => {
      return (await api.get(`${restaurant.pizzas(space)}/early`)).status === 200
    })
    const made = (await api.get(`/api/v1/namespaces/${space}`)).json<KubeObject>()
    expect(made).toMatchObject({ status: { phase: 'Active' }, metadata: { name: space } })
  })
})
