import { describe, expect } from 'vitest'
import type { KubeObject } from '../../src/meta/object.js'
import type { ListBody } from '../support/http.js'
import { rawExchange } from '../support/raw-request.js'
import { type Pizza, pizza, restaurant } from '../support/restaurant.js'
import { test as it } from '../support/server-test.js'
import type { WatchEvent } from '../support/watch.js'

/** `ADDED a`, for short. */
const brief = ({ type, object }: WatchEvent<KubeObject>) => `${type} ${object.metadata?.name}`
const revision = ({ object }: WatchEvent<KubeObject>) => Number(object.metadata.resourceVersion)

describe('watch', () => {
  it('W01, W02: begins with what is there, then tells each change', async ({ api, namespace }) => {
    const path = restaurant.pizzas(namespace)
    for (const name of ['b', 'a']) await api.post(path, pizza(name))
    for (const query of ['?watch=true', '?watch=1&resourceVersion=0']) {
      const watch = await api.watch(`${path}${query}`)
      expect(watch.headers['content-type']).toMatch(/^application\/json/)
      expect(watch.headers['transfer-encoding']).toBe('chunked')
      expect((await watch.take(2)).map(brief)).toEqual(['ADDED a', 'ADDED b'])
      watch.close()
    }
    const watch = await api.watch(`${path}?watch=true`)
    await watch.take(2)
    await api.patch(`${path}/a`, { metadata: { labels: { x: 'y' } } })
    await api.post(path, pizza('c'))
    const gone = await api.delete(`${path}/a`)
    const events = await watch.take<Pizza>(3)
    expect(events.map(brief)).toEqual(['MODIFIED a', 'ADDED c', 'DELETED a'])
    expect(events[0]?.object).toMatchObject({ kind: 'Pizza', metadata: { labels: { x: 'y' } }, spec: pizza('').spec })
    const revisions = events.map(revision)
    expect(revisions).toEqual([...revisions].sort((x, y) => x - y))
    expect(new Set(revisions).size).toBe(3)
    expect(gone.status).toBe(200)
    watch.close()
  })

  it('W01: sends its headers before there is any event', async ({ api, namespace }) => {
    const watch = await api.watch(`${restaurant.pizzas(namespace)}?watch=true&resourceVersion=0`)
    await api.post(restaurant.pizzas(namespace), pizza('a'))
    expect(brief(await watch.next())).toBe('ADDED a')
    watch.close()
  })

  it('W01: has no chunks in HTTP/1.0, and waits for the answer before it', async ({ server, api, namespace }) => {
    const path = restaurant.pizzas(namespace)
    await api.post(path, pizza('a'))
    const asks = (target: string, version: string) => `GET ${target} HTTP/${version}\r\nHost: localhost\r\n`
    const watch = `${path}?watch=true&timeoutSeconds=1`
    const [old, second] = await Promise.all([
      rawExchange(server.url, `${asks(watch, '1.0')}\r\n`),
      rawExchange(server.url, `${asks(`${path}/a`, '1.1')}\r\n${asks(watch, '1.1')}Connection: close\r\n\r\n`),
    ])
    expect(old).toMatch(/^HTTP\/1\.[01] 200 OK\r\n.*?\r\n\r\n\{"type":"ADDED",.*\}\n$/s)
    expect(second).toMatch(/^HTTP\/1\.1 200 .*"name":"a".*HTTP\/1\.1 200 .*\r\n\{"type":"ADDED",.*\}\n\r\n0\r\n\r\n$/s)
  })

  it('W02, W18: from a revision tells what is newer, and nothing else', async ({ api, namespace }) => {
    const path = restaurant.pizzas(namespace)
    await api.post(path, pizza('a'))
    const { metadata } = (await api.get(path)).json<ListBody>()
    const b = (await api.post(path, pizza('b'))).json()
    await api.post(path, pizza('c'))
    const list = await api.watch(`${path}?watch=true&resourceVersion=${metadata.resourceVersion}`)
    expect((await list.take(2)).map(brief)).toEqual(['ADDED b', 'ADDED c'])
    const later = await api.watch(`${path}?watch=true&resourceVersion=${b.metadata.resourceVersion}`)
    expect(brief(await later.next())).toBe('ADDED c')
    list.close()
    later.close()
  })

  it('W03: shows objects entering and leaving a selection', async ({ api, namespace }) => {
    const path = restaurant.pizzas(namespace)
    const watch = await api.watch(`${path}?watch=true&labelSelector=hot%3Dyes`)
    await api.post(path, pizza('a', { labels: { hot: 'no' } }))
    const entered = await api.patch(`${path}/a`, { metadata: { labels: { hot: 'yes' } } })
    const left = (await api.patch(`${path}/a`, { metadata: { labels: { hot: 'no' }, annotations: { n: '1' } } })).json()
    await api.delete(`${path}/a`)
    await api.post(path, pizza('b', { labels: { hot: 'yes' } }))
    const events = await watch.take(3)
    expect(events.map(brief)).toEqual(['ADDED a', 'DELETED a', 'ADDED b'])
    expect(events[0]?.object).toEqual(entered.json())
    expect(events[1]?.object.metadata).toMatchObject({
      labels: { hot: 'yes' },
      resourceVersion: left.metadata.resourceVersion,
    })
    expect(events[1]?.object.metadata.annotations).toBeUndefined()
    watch.close()
  })

  it('W03: a deletion has a revision of its own', async ({ api, namespace }) => {
    const path = restaurant.pizzas(namespace)
    await api.post(path, pizza('a', { finalizers: ['wukong.com/hold'] }))
    const watch = await api.watch(`${path}?watch=true`)
    await watch.next()
    await api.delete(`${path}/a`)
    const last = (await api.patch(`${path}/a`, { metadata: { finalizers: null } })).json()
    const [marked, gone] = await watch.take(2)
    expect([marked, gone].map((event) => event?.type)).toEqual(['MODIFIED', 'DELETED'])
    expect(marked?.object.metadata.deletionTimestamp).toBeDefined()
    expect(Number(gone?.object.metadata.resourceVersion)).toBeGreaterThan(
      Number(marked?.object.metadata.resourceVersion),
    )
    expect(Number(gone?.object.metadata.resourceVersion)).toBeGreaterThan(Number(last.metadata.resourceVersion))
    watch.close()
  })

  it('W05: waits for a future revision', async ({ api, namespace }) => {
    const watch = await api.watch(
      `${restaurant.pizzas(namespace)}?watch=true&resourceVersion=99999999999&timeoutSeconds=1`,
    )
    expect(await watch.ended()).toEqual([])
  })

  it('W06, W07: ends when it was asked to, after a bookmark for those who want one', async ({ api, namespace }) => {
    const path = restaurant.pizzas(namespace)
    const { metadata } = (await api.post(path, pizza('a'))).json()
    const from = `${path}?watch=true&timeoutSeconds=1&resourceVersion=${metadata.resourceVersion}`
    expect(await (await api.watch(from)).ended()).toEqual([])
    const longer = from.replace('timeoutSeconds=1', 'timeoutSeconds=3')
    const events = await (await api.watch(`${longer}&allowWatchBookmarks=true`)).ended()
    expect(events.length).toBeGreaterThan(0)
    for (const { type, object } of events) {
      expect(type).toBe('BOOKMARK')
      expect(object).toMatchObject({ kind: 'Pizza', apiVersion: 'restaurant.wukong.com/v1beta1' })
      expect(Number(object.metadata.resourceVersion)).toBeGreaterThanOrEqual(Number(metadata.resourceVersion))
    }
  })

  it('W08, W09: sendInitialEvents ends the beginning with a bookmark', async ({ api, namespace }) => {
    const path = restaurant.pizzas(namespace)
    const query = '?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true'
    const empty = await api.watch(path + query)
    const mark = await empty.next()
    expect(mark).toMatchObject({
      type: 'BOOKMARK',
      object: { kind: 'Pizza', metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } } },
    })
    await api.post(path, pizza('a'))
    expect(brief(await empty.next())).toBe('ADDED a')
    empty.close()
    const one = await api.watch(`${path}${query}&resourceVersion=${mark.object.metadata.resourceVersion}`)
    const [first, second] = await one.take(2)
    expect([first?.type, second?.type]).toEqual(['ADDED', 'BOOKMARK'])
    expect(Number(second?.object.metadata.resourceVersion)).toBeGreaterThanOrEqual(
      Number(first?.object.metadata.resourceVersion),
    )
    await api.delete(`${path}/a`)
    expect(brief(await one.next())).toBe('DELETED a')
    one.close()
  })

  it.for([
    ['sendInitialEvents=true', 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'],
    ['resourceVersionMatch=NotOlderThan&resourceVersion=1', 'resourceVersionMatch is forbidden for watch unless'],
    [
      'sendInitialEvents=true&resourceVersionMatch=Exact',
      'Unsupported value: "Exact": supported values: "NotOlderThan"',
    ],
  ] as const)('W11: refuses %s', async ([query, message], { api, namespace }) => {
    const answer = await api.get(`${restaurant.pizzas(namespace)}?watch=true&${query}`)
    expect(answer.status).toBe(422)
    expect(answer.json<{ message: string }>().message).toContain(message)
  })

  it('W12: of one object is a plain read', async ({ api, namespace }) => {
    await api.post(restaurant.pizzas(namespace), pizza('a'))
    const answer = await api.get(`${restaurant.pizzas(namespace)}/a?watch=true`)
    expect(answer.json()).toMatchObject({ kind: 'Pizza', metadata: { name: 'a' } })
  })

  it('W13: has old paths of its own', async ({ api, namespace }) => {
    const path = restaurant.pizzas(namespace)
    for (const name of ['a', 'b']) await api.post(path, pizza(name))
    const old = path.replace('/v1beta1/', '/v1beta1/watch/')
    const [many, one] = [await api.watch(old), await api.watch(`${old}/b`)]
    expect((await many.take(2)).map(brief)).toEqual(['ADDED a', 'ADDED b'])
    expect(brief(await one.next())).toBe('ADDED b')
    await api.delete(`${path}/a`)
    await api.delete(`${path}/b`)
    expect(brief(await one.next())).toBe('DELETED b')
    for (const watch of [many, one]) watch.close()
    const everywhere = await api.watch(`${restaurant.v1beta1}/watch/pizzas?resourceVersion=0&timeoutSeconds=1`)
    await everywhere.ended()
  })

  it('W14: of tables names the columns once', async ({ api, namespace }) => {
    interface Table {
      kind: string
      columnDefinitions: unknown[] | null
      rows: { cells: unknown[]; object: { metadata: { resourceVersion: string } } }[]
    }
    const path = restaurant.pizzas(namespace)
    await api.post(path, pizza('a'))
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json'
    const watch = await api.watch(`${path}?watch=true&resourceVersion=0`, { accept })
    await api.post(path, pizza('b'))
    const [a, b] = await watch.take<Table>(2)
    expect(a?.object).toMatchObject({ kind: 'Table', rows: [{ object: { kind: 'PartialObjectMetadata' } }] })
    expect(a?.object.columnDefinitions?.length).toBeGreaterThan(1)
    expect(b?.object.columnDefinitions ?? null).toBeNull()
    expect(b?.object.rows[0]?.cells[0]).toBe('b')
    watch.close()
  })

  it('W14: of metadata', async ({ api, namespace }) => {
    const path = restaurant.pizzas(namespace)
    await api.post(path, pizza('a'))
    const accept = 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io'
    const initial = 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true'
    const watch = await api.watch(`${path}?watch=true&${initial}`, { accept })
    const events = await watch.take(2)
    for (const { object } of events) {
      expect(object).toMatchObject({ kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1' })
      expect(object).not.toHaveProperty('spec')
    }
    expect(events.map(({ type }) => type)).toEqual(['ADDED', 'BOOKMARK'])
    watch.close()
  })

  it('W15: is JSON, not YAML', async ({ api, namespace }) => {
    const path = `${restaurant.pizzas(namespace)}?watch=true`
    expect((await api.get(path, { accept: 'application/yaml' })).status).toBe(406)
    const watch = await api.watch(path, { accept: 'application/vnd.kubernetes.protobuf;stream=watch,*/*' })
    expect(watch.headers['content-type']).toMatch(/^application\/json/)
    watch.close()
  })

  it('W17: tells several watchers the same, in the same order', async ({ api, namespace }) => {
    const path = restaurant.pizzas(namespace)
    const watchers = await Promise.all(Array.from({ length: 8 }, () => api.watch(`${path}?watch=true`)))
    const pizzas = Array.from({ length: 30 }, (_, i) => `p${i}`)
    await Promise.all(pizzas.map((name) => api.post(path, pizza(name))))
    const seen = await Promise.all(watchers.map(async (watch) => (await watch.take(30)).map(revision)))
    for (const order of seen) expect(order).toEqual(seen[0])
    expect(seen[0]).toEqual([...(seen[0] ?? [])].sort((x, y) => x - y))
    for (const watch of watchers) watch.close()
  })

  it('tells a change in either version', async ({ api, namespace }) => {
    const old = await api.watch(`${restaurant.oldPizzas(namespace)}?watch=true`)
    await api.post(restaurant.pizzas(namespace), pizza('a', {}, [{ name: 'ham', quantity: 2 }]))
    expect(await old.next()).toMatchObject({
      type: 'ADDED',
      object: { apiVersion: 'restaurant.wukong.com/v1alpha1', spec: { toppings: ['ham', 'ham'] } },
    })
    old.close()
  })
})
