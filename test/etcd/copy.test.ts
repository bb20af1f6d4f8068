import { join } from 'node:path'
import { expect, it, test } from 'vitest'
import { parsePlace } from '../../src/cli/place.js'
import type { KubeObject } from '../../src/meta/object.js'
import { type EtcdCluster, overEtcd, startEtcd } from '../support/etcd.js'
import { eventually } from '../support/eventually.js'
import type { HttpClient, ListBody } from '../support/http.js'
import { bareManifest, pizzaFolder } from '../support/registry-files.js'
import { pizza, restaurant, topping } from '../support/restaurant.js'
import { runCommand, startServer } from '../support/server.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { whereEtcdIs } from '../support/where-etcd-is.js'

test.each([
  ['file:data', { kind: 'file', root: 'data' }],
  ['etcd:http://a:2379', { kind: 'etcd', servers: ['http://a:2379'], prefix: '/registry' }],
  ['etcd:http://a:2379/', { kind: 'etcd', servers: ['http://a:2379'], prefix: '/registry' }],
  ['etcd:https://a:1,https://b:2/x/y/', { kind: 'etcd', servers: ['https://a:1', 'https://b:2'], prefix: '/x/y' }],
])('%s is a place', (text, place) => expect(parsePlace(text)).toEqual(place))

test.each(['data', 'file:', 'etcd:', 'etcd:a:2379', 'etcd:http://a:1/x,http://b:2', 'memory:x'])(
  '%s is none',
  (text) => {
    expect(() => parsePlace(text)).toThrow(/It is/)
  },
)

const collections = [
  '/api/v1/namespaces',
  '/api/v1/configmaps',
  '/api/v1/events',
  restaurant.allPizzas,
  restaurant.toppings,
]

/** What controllers make is of each server's own. */
const quiet = ['--controllers=']

/** Everything there is, without what the store decides. */
async function contentOf(api: HttpClient): Promise<KubeObject[]> {
  const lists = await Promise.all(collections.map(async (path) => (await api.get(path)).json<ListBody>().items))
  return lists
    .flat()
    .map(({ metadata: { resourceVersion: _, ...metadata }, ...rest }) => ({ ...rest, metadata }) as KubeObject)
}

async function fill(api: HttpClient, root: string): Promise<void> {
  await api.post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'other' } })
  for (let i = 0; i < 30; i++) await api.post(restaurant.pizzas(i % 2 ? 'other' : 'default'), pizza(`p${i}`))
  await api.post(restaurant.toppings, topping('ham', 3))
  const involvedObject = { kind: 'Pizza', name: 'p0', namespace: 'default' }
  const event = { apiVersion: 'v1', kind: 'Event', metadata: { name: 'baked' }, involvedObject, reason: 'Baked' }
  await api.post('/api/v1/namespaces/default/events', event)
  await api.patch(`${restaurant.pizzas()}/p0`, { metadata: { finalizers: ['example.com/held'] } })
  await api.delete(`${restaurant.pizzas()}/p0`)
  pizzaFolder(root).write('byhand', bareManifest())
  await pizzaFolder(root).told('byhand', ({ metadata }) => metadata?.uid !== undefined)
  pizzaFolder(root).write('broken', 'kind: [')
  await eventually('an Event tells of the refused file', async () => {
    return (await api.get('/api/v1/events?fieldSelector=reason=FileRefused')).json<ListBody>().items.length === 1
  })
}

const copy = (from: string, to: string, ...flags: string[]) =>
  runCommand(['copy', `--from=${from}`, `--to=${to}`, ...flags])
const etcdPlace = (etcd: EtcdCluster, prefix: string) => `etcd:${etcd.servers.join()}${prefix}`

whereEtcdIs((binary) => {
  it('copies from a folder to etcd and back, with all that objects have', { timeout: 90_000 }, async () => {
    const etcd = await startEtcd(binary)
    const files = await startServer({ args: quiet })
    await fill(files.api, files.root)
    const before = await contentOf(files.api)
    expect(before.length).toBeGreaterThan(35)
    const inEtcd = etcdPlace(etcd, '/copied')
    // Also while it is served.
    const there = await copy(`file:${files.root}`, inEtcd)
    expect(there).toMatchObject({ code: 0, stderr: '' })
    expect(there.stdout).toMatch(/^etcd:.*\/copied: \d+ objects of file:.*\nleft out .*broken.yaml: /)
    const server = await startServer({ args: [...overEtcd(etcd, '/copied'), ...quiet] })
    expect(await contentOf(server.api)).toEqual(before)
    expect(await copy(`file:${files.root}`, inEtcd)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^error: etcd:.* holds \d+ objects already: name another place, or --overwrite\n$/),
    })
    await server.api.patch(`${restaurant.pizzas()}/p2`, { metadata: { labels: { edited: 'later' } } })
    expect((await copy(`file:${files.root}`, inEtcd, '--overwrite')).code).toBe(0)
    expect(await contentOf(server.api)).toEqual(before)
    const root = join(temporaryFolder(), 'back')
    expect(await copy(inEtcd, `file:${root}`)).toMatchObject({ code: 0, stderr: '' })
    expect(pizzaFolder(root).read('p2')).toContain(
      `uid: ${before.find(({ metadata }) => metadata.name === 'p2')?.metadata.uid}`,
    )
    const back = await startServer({ root, args: quiet })
    expect(await contentOf(back.api)).toEqual(before)
    const held = await copy(inEtcd, `file:${root}`, '--overwrite')
    expect([held.code, held.stderr]).toEqual([1, expect.stringMatching(/^error: .*(another|held|process)/)])
    await Promise.all([files.stop(), server.stop(), back.stop(), etcd.stop()])
  })
})

it('needs both places', async () => {
  expect((await runCommand(['copy', '--from=file:x'])).stderr).toMatch(/required option '--to <place>' not specified/)
  expect((await copy('file:/nowhere', 'etcd:http://127.0.0.1:1')).stderr).toBe('error: /nowhere does not exist\n')
})
