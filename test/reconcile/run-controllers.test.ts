import { describe, expect } from 'vitest'
import type { KubeObject } from '../../src/meta/object.js'
import { eventually } from '../support/eventually.js'
import { freePort } from '../support/free-port.js'
import { type HttpClient, httpClient, type ListBody } from '../support/http.js'
import { type Pizza, pizza, restaurant, topping } from '../support/restaurant.js'
import { startManager } from '../support/run-controllers.js'
import { test as it } from '../support/server-test.js'

const costOf = async (api: HttpClient, name: string, namespace = 'default') =>
  (await api.get(`${restaurant.pizzas(namespace)}/${name}`)).json<Pizza>().status?.cost

const fastElection = [
  ...['--leader-elect', '--leader-elect-lease-duration=3s', '--leader-elect-renew-deadline=2s'],
  '--leader-elect-retry-period=200ms',
]

describe('wukong-controller-manager', () => {
  it('runs the pizza controller: costs follow toppings, conditions say what is missing, Events are written', async ({
    api,
    server,
    namespace,
  }) => {
    const metricsPort = await freePort()
    await api.post(restaurant.toppings, topping('cheese', 2.5))
    const order = pizza('a', {}, [
      { name: 'cheese', quantity: 2 },
      { name: 'gold', quantity: 1 },
    ])
    await api.post(restaurant.pizzas(namespace), order)
    const manager = startManager(server.url, [`--metrics-bind-address=127.0.0.1:${metricsPort}`])
    await eventually('priced', async () => (await costOf(api, 'a', namespace)) === 5)
    const path = `${restaurant.pizzas(namespace)}/a`
    const conditions = async () => (await api.get(path)).json<Pizza>().status?.conditions ?? []
    expect(await conditions()).toMatchObject([{ type: 'Priced', status: 'False', message: 'Not on the menu: gold.' }])
    await api.post(restaurant.toppings, topping('gold', 100))
    await eventually('the new topping counts', async () => (await costOf(api, 'a', namespace)) === 105)
    expect(await conditions()).toMatchObject([{ type: 'Priced', status: 'True', reason: 'AllToppingsKnown' }])
    await api.patch(`${restaurant.toppings}/cheese`, { spec: { cost: 3 } })
    await eventually('the new price counts', async () => (await costOf(api, 'a', namespace)) === 106)
    const events = await eventually('events are written', async () => {
      const { items } = (await api.get(`/api/v1/namespaces/${namespace}/events`)).json<ListBody<KubeObject>>()
      return items.length === 3 && items
    })
    expect(events.map(({ reason, involvedObject }) => [reason, (involvedObject as { name: string }).name])).toEqual(
      Array(3).fill(['Priced', 'a']),
    )
    const metrics = await httpClient(`http://127.0.0.1:${metricsPort}`).get('/metrics')
    expect(metrics.text).toMatch(/controller_runtime_reconcile_total{controller="pizza-cost",result="success"} \d+/)
    expect(await manager.kill('SIGTERM')).toBe(0)
  })

  it('killed and started again it misses nothing', async ({ api, server, namespace }) => {
    await api.post(restaurant.toppings, topping('basil', 1))
    const order = (name: string, quantity: number) => pizza(name, {}, [{ name: 'basil', quantity }])
    await api.post(restaurant.pizzas(namespace), order('before', 1))
    const first = startManager(server.url)
    await eventually('priced', async () => (await costOf(api, 'before', namespace)) === 1)
    await first.kill('SIGKILL')
    await api.post(restaurant.pizzas(namespace), order('meanwhile', 3))
    await api.patch(`${restaurant.toppings}/basil`, { spec: { cost: 2 } })
    const second = startManager(server.url)
    await eventually('both are priced', async () => {
      const costs = await Promise.all(['before', 'meanwhile'].map((name) => costOf(api, name, namespace)))
      return costs.join() === '2,6'
    })
    await second.kill('SIGTERM')
  })

  it('of two one leads; the other takes over when it is killed, and at once when it stops', async ({
    api,
    server,
    namespace,
  }) => {
    await api.post(restaurant.toppings, topping('ham', 1))
    const leads = (manager: { stderr(): string }) => manager.stderr().includes('"leading"')
    const first = startManager(server.url, fastElection)
    await eventually('the first leads', () => leads(first))
    const second = startManager(server.url, fastElection)
    await api.post(restaurant.pizzas(namespace), pizza('a', {}, [{ name: 'ham', quantity: 1 }]))
    await eventually('priced', async () => (await costOf(api, 'a', namespace)) === 1)
    expect(leads(second)).toBe(false)
    await first.kill('SIGKILL')
    await eventually('the second leads', () => leads(second))
    await api.patch(`${restaurant.toppings}/ham`, { spec: { cost: 2 } })
    await eventually('priced by the second', async () => (await costOf(api, 'a', namespace)) === 2)
    const third = startManager(server.url, fastElection)
    expect(await second.kill('SIGTERM')).toBe(0)
    await eventually('the third leads', () => leads(third))
    const lease = await api.get('/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/wukong-controller-manager')
    expect(lease.json()).toMatchObject({ spec: { leaseTransitions: expect.any(Number) } })
    await third.kill('SIGTERM')
  })

  it('says what is wrong with its flags', async ({ server }) => {
    const cases: [flag: string, says: string][] = [
      ['--nothing', "unknown option '--nothing'"],
      ['--controllers=absent', 'not in the list of known controllers. Known ones: pizza-cost'],
      ['--controllers=-pizza-cost', 'no controllers to run'],
      ['--apis=absent', 'neither a file'],
      ['--metrics-bind-address=here', 'an address and a port'],
      ['--kubeconfig=/absent', "kubeconfig /absent can't be read: there is no such file"],
    ]
    await Promise.all(
      cases.map(async ([flag, says]) => {
        const manager = startManager(server.url, [flag])
        expect(await manager.exited, flag).toBe(1)
        expect(manager.stderr().trimEnd().split('\n'), flag).toEqual([expect.stringContaining(says)])
      }),
    )
  })
})
