import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { silentLog } from '../../src/meta/log.js'
import { Client } from '../../src/reconcile/client.js'
import { Informer } from '../../src/reconcile/informer.js'
import { ResourceClient } from '../../src/reconcile/resource-client.js'
import { startGoProgram } from '../support/client-go.js'
import { overEtcd, startEtcd } from '../support/etcd.js'
import { eventually } from '../support/eventually.js'
import { created } from '../support/expect-answer.js'
import { buildGoProgram } from '../support/go-program.js'
import { httpClient, type ListBody } from '../support/http.js'
import { requireProgram } from '../support/require-program.js'
import { type Pizza, restaurant } from '../support/restaurant.js'
import { roundRobin } from '../support/round-robin.js'
import { whereEtcdIs } from '../support/where-etcd-is.js'
import { crashSize } from './crash-size.js'
import { MixedRequests } from './mixed-requests.js'
import { disturbed, RestartingServer } from './restarting-server.js'

const { replicaRequests } = crashSize
const timeout = 240_000 + replicaRequests * 40
const configMaps = '/api/v1/namespaces/default/configmaps'
/** The Lease of a server that was killed is free after 15 s. */
const takeover = 60_000

whereEtcdIs((binary) => {
  it(`three replicas, killed one after the other, lose nothing in ${replicaRequests} requests`, {
    timeout,
  }, async (context) => {
    const clientGo = requireProgram(buildGoProgram(join(import.meta.dirname, '../clients/client-go')), context)
    const etcd = await startEtcd(binary)
    const replicas: RestartingServer[] = []
    for (let n = 0; n < 3; n++) replicas.push(await RestartingServer.start(overEtcd(etcd)))
    const servers = await Promise.all(replicas.map(({ current }) => current))
    const balancer = await roundRobin(servers.map(({ url }) => Number(new URL(url).port)))
    const api = httpClient(balancer.url)
    const client = new Client({ server: balancer.url })
    const pizzas = new ResourceClient<Pizza>(client, { apiVersion: 'restaurant.wukong.com/v1beta1', kind: 'Pizza' })
    const own = new Informer(pizzas, {}, silentLog)
    const end = new AbortController()
    const following = own.run(end.signal)
    const [first] = servers
    if (!first) throw new Error('there is no replica')
    // It follows for as long as this test takes.
    const args = ['--namespace=default', `--limit=${timeout}ms`, 'tell-pizzas']
    const go = startGoProgram(clientGo, args, { ...first, url: balancer.url }, 'none')

    const requests = new MixedRequests(api)
    const work = requests.run(replicaRequests)
    await disturbed(
      work,
      replicas.length,
      requests.done,
      (time) => replicas[time - 1]?.killAndRestart() ?? Promise.resolve(),
    )

    const expected = requests.expected()
    expect(expected.size).toBeGreaterThan(10)
    for (const replica of replicas) {
      const { items } = (await (await replica.current).api.get(restaurant.pizzas())).json<ListBody<Pizza>>()
      expect(new Map(items.map((pizza) => [pizza.metadata.name, pizza.spec.toppings[0]?.quantity]))).toEqual(expected)
    }
    await eventually('the informer of this project has it all', () => {
      const known = own.list().map(({ metadata, spec }) => [metadata.name ?? '', spec.toppings[0]?.quantity] as const)
      expect(new Map(known)).toEqual(expected)
      return true
    })
    const wanted = [...expected].map(([name, quantity]) => `kept ${name} map[name:cheese quantity:${quantity}]`)
    const marker = { apiVersion: 'restaurant.wukong.com/v1beta1', kind: 'Pizza', metadata: { name: 'last' } }
    created(await api.post(restaurant.pizzas(), { ...marker, spec: { toppings: [{ name: 'cheese', quantity: 1 }] } }))
    await eventually('the informer of client-go has it all', () => go.lines().some((l) => l.startsWith('add last')))
    await go.finish()
    expect(
      go
        .lines()
        .filter((line) => line.startsWith('kept '))
        .sort(),
    ).toEqual([...wanted, 'kept last map[name:cheese quantity:1]'].sort())
    await expectControllers(api)
    end.abort()
    client.close()
    balancer.close()
    await following
    await Promise.all(replicas.map((replica) => replica.stop()))
    await etcd.stop()
  })
})

/** One of those that are left does what must be done once. */
async function expectControllers(api: ReturnType<typeof httpClient>): Promise<void> {
  const owner = await api.post(configMaps, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'owner' } })
  const { name, uid } = owner.json().metadata
  const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name, uid }]
  await api.post(configMaps, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'owned', ownerReferences } })
  await api.delete(`${configMaps}/owner`)
  await eventually(
    'the owned is gone too',
    async () => {
      await pause(100)
      return (await api.get(`${configMaps}/owned`)).status === 404
    },
    takeover,
  )
}
