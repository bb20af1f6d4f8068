import { describe, expect } from 'vitest'
import { eventually } from '../support/eventually.js'
import { test as it } from '../support/kubectl-test.js'
import { pizza, restaurant } from '../support/restaurant.js'

const made = 'pizza.restaurant.wukong.com'

describe('kubectl get -w', () => {
  it('prints what is there and then each change, once', async ({ kubectl, server: { api } }) => {
    await api.post(restaurant.pizzas('kube-public'), pizza('watched'))
    const watch = kubectl.start('-n kube-public get pizzas -w -o name')
    const lines = () => watch.stdout().trimEnd().split('\n')
    await eventually('the first line', () => watch.stdout().includes('watched'))
    await api.patch(`${restaurant.pizzas('kube-public')}/watched`, { metadata: { labels: { a: 'b' } } })
    await api.post(restaurant.pizzas('kube-public'), pizza('second'))
    await api.delete(`${restaurant.pizzas('kube-public')}/watched`)
    await api.post(restaurant.pizzas('kube-public'), pizza('last'))
    await eventually('the last line', () => watch.stdout().includes('last'))
    await watch.stop()
    expect(lines()).toEqual(['watched', 'watched', 'second', 'watched', 'last'].map((name) => `${made}/${name}`))
  })

  it('prints tables, also for one object', async ({ kubectl, server: { api } }) => {
    await api.post(restaurant.pizzas(), pizza('tabled'))
    const watch = kubectl.start('get pizza tabled -w --output-watch-events')
    await eventually('the first line', () => watch.stdout().includes('tabled'))
    await api.delete(`${restaurant.pizzas()}/tabled`)
    await eventually('the deletion', () => watch.stdout().includes('DELETED'))
    await watch.stop()
    const [head, ...events] = watch.stdout().trimEnd().split('\n')
    expect(head).toMatch(/^EVENT +NAME /)
    expect(events.map((line) => line.split(/ +/, 2).join(' '))).toEqual(['ADDED tabled', 'DELETED tabled'])
  })
})

describe('kubectl wait', () => {
  it('waits for a condition', async ({ kubectl, server: { api } }) => {
    await api.post(restaurant.pizzas(), pizza('baking'))
    const wait = kubectl.start('wait --for=condition=Baked pizza/baking --timeout=30s')
    await kubectl.ok(`create --raw ${restaurant.pizzas()}/baking/bake -f -`, { input: '{}' })
    expect(await wait.ended).toEqual({ code: 0, stdout: `${made}/baking condition met\n`, stderr: '' })
  })

  it('waits for a value', async ({ kubectl, server: { api } }) => {
    await api.post(restaurant.pizzas(), pizza('priced'))
    const wait = kubectl.start('wait --for=jsonpath={.status.cost}=12 pizza/priced --timeout=30s')
    await api.patch(`${restaurant.pizzas()}/priced/status`, { status: { cost: 12 } })
    expect(await wait.ended).toEqual({ code: 0, stdout: `${made}/priced condition met\n`, stderr: '' })
  })

  it('waits for the end of an object that has a finalizer', async ({ kubectl, server: { api } }) => {
    const path = `${restaurant.pizzas()}/held`
    await api.post(restaurant.pizzas(), pizza('held', { finalizers: ['wukong.com/hold'] }))
    const gone = kubectl.start('wait --for=delete pizza/held --timeout=30s -v=6')
    await eventually('it is watched', () => gone.stderr().includes('watch=true'))
    const deletion = kubectl.start('delete pizza held --timeout=30s')
    await eventually('the deletion has begun', async () => {
      const { metadata } = (await api.get(path)).json()
      return metadata.deletionTimestamp !== undefined
    })
    await api.patch(path, { metadata: { finalizers: null } })
    expect(await gone.ended).toMatchObject({ code: 0, stdout: `${made}/held condition met\n` })
    expect(await deletion.ended).toMatchObject({ code: 0 })
    expect((await api.get(path)).status).toBe(404)
  })
})
