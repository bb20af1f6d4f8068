import { afterEach, describe, expect, it } from 'vitest'
import { errors } from '../../src/meta/status.js'
import type { HttpClient, ListBody } from '../support/http.js'
import { type Pizza, pizza, restaurant } from '../support/restaurant.js'
import { startServer, type TestServer, type TestServerOptions } from '../support/server.js'

const history = 20
const inconsistent = /^The provided continue parameter is too old to display a consistent list result\./

interface StatusBody {
  readonly kind: string
  readonly code: number
  readonly reason: string
  readonly message: string
  readonly metadata: { readonly continue?: string }
}

const running: TestServer[] = []
afterEach(async () => {
  for (const server of running.splice(0)) await server.stop()
})

async function start(options: TestServerOptions): Promise<TestServer> {
  const server = await startServer(options)
  running.push(server)
  return server
}

async function list(api: HttpClient, query = ''): Promise<ListBody<Pizza>> {
  const answer = await api.get(`${restaurant.pizzas()}${query}`)
  expect(answer.status, answer.text).toBe(200)
  return answer.json<ListBody<Pizza>>()
}

const exactly = (revision: string, more = '') => `?resourceVersion=${revision}&resourceVersionMatch=Exact${more}`
const names = ({ items }: ListBody<Pizza>) => items.map(({ metadata }) => metadata.name)

/** So many changes, of another object than those made before. */
async function change(api: HttpClient, times: number): Promise<void> {
  for (let n = 0; n < times; n++) {
    const answer = await api.patch(`${restaurant.pizzas()}/busy`, {
      metadata: { labels: { turn: `${Math.random()}` } },
    })
    expect(answer.status, answer.text).toBe(200)
  }
}

/** Five pizzas, and what a list says of them. */
async function fill(api: HttpClient): Promise<ListBody<Pizza>> {
  for (const name of ['a', 'b', 'busy', 'c', 'd']) await api.post(restaurant.pizzas(), pizza(name))
  return list(api)
}

describe.each(['file', 'memory'])('the past that %s keeps', (backend) => {
  const args = [`--backend=${backend}`, `--watch-history=${history}`]

  it('L08, W04: can be listed and watched as it was', async () => {
    const { api } = await start({ args })
    const before = await fill(api)
    const { resourceVersion } = before.metadata
    await change(api, history - 3)
    await api.delete(`${restaurant.pizzas()}/b`)
    await api.post(restaurant.pizzas(), pizza('bb'))
    expect(await list(api, exactly(resourceVersion))).toEqual(before)
    const first = await list(api, exactly(resourceVersion, '&limit=2'))
    expect(names(first)).toEqual(['a', 'b'])
    const second = await list(api, `?limit=2&continue=${first.metadata.continue}`)
    expect(names(second)).toEqual(['busy', 'c'])
    expect(second.metadata).toMatchObject({ resourceVersion, remainingItemCount: 1 })
    const watch = await api.watch(`${restaurant.pizzas()}?watch=true&resourceVersion=${resourceVersion}`)
    const events = await watch.take(history - 1)
    expect(events.slice(-2).map(({ type, object }) => [type, object.metadata.name])).toEqual([
      ['DELETED', 'b'],
      ['ADDED', 'bb'],
    ])
    watch.close()
  })

  it('L07, W04: is Expired beyond that', async () => {
    const { api } = await start({ args })
    const { metadata } = await fill(api)
    const first = await list(api, '?limit=2')
    await change(api, history + 1)
    await api.post(restaurant.pizzas(), pizza('bb'))

    const watch = await api.watch(`${restaurant.pizzas()}?watch=true&resourceVersion=${metadata.resourceVersion}`)
    const [event, ...others] = await watch.ended()
    expect(event).toMatchObject({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } })
    expect((event?.object as unknown as StatusBody | undefined)?.message).toMatch(
      new RegExp(`^too old resource version: ${metadata.resourceVersion} \\(\\d+\\)$`),
    )
    expect(others).toEqual([])

    const exact = await api.get(`${restaurant.pizzas()}${exactly(metadata.resourceVersion)}`)
    expect(exact.json<unknown>()).toMatchObject(
      errors.expired('The resourceVersion for the provided list is too old.').status,
    )
    expect(exact.status).toBe(410)

    const old = await api.get(`${restaurant.pizzas()}?limit=2&continue=${first.metadata.continue}`)
    const status = old.json<StatusBody>()
    expect([old.status, status.code, status.reason]).toEqual([410, 410, 'Expired'])
    expect(status.message).toMatch(inconsistent)
    // With the token in the answer the rest can be had, as it is now.
    const rest = await list(api, `?continue=${status.metadata.continue}`)
    expect(names(rest)).toEqual(['bb', 'busy', 'c', 'd'])
  })
})

describe('a list', () => {
  it('L07: is read to its end within five minutes, also where nothing changes', async () => {
    const { api } = await start({})
    await fill(api)
    const { metadata } = await list(api, '?limit=2')
    const listedBefore = (secondsAgo: number) => {
      const token = JSON.parse(Buffer.from(metadata.continue ?? '', 'base64url').toString()) as { listed: number }
      return Buffer.from(JSON.stringify({ ...token, listed: token.listed - secondsAgo })).toString('base64url')
    }
    expect(names(await list(api, `?continue=${listedBefore(200)}`))).toEqual(['busy', 'c', 'd'])
    const old = await api.get(`${restaurant.pizzas()}?continue=${listedBefore(301)}`)
    expect([old.status, old.json<StatusBody>().message]).toEqual([410, expect.stringMatching(inconsistent)])
    const rest = await list(api, `?limit=1&continue=${old.json<StatusBody>().metadata.continue}`)
    expect(names(rest)).toEqual(['busy'])
    expect(names(await list(api, `?continue=${rest.metadata.continue}`))).toEqual(['c', 'd'])
  })
})

describe('the past after a restart', () => {
  const args = [`--watch-history=${history}`]

  it.each(['SIGTERM', 'SIGKILL'] as const)('L07, W04: by %s is what it was before', async (signal) => {
    const first = await start({ args })
    const before = await fill(first.api)
    const { resourceVersion } = before.metadata
    const page = await list(first.api, '?limit=2')
    await change(first.api, history / 2)
    await first.stop(signal)
    const { api } = await start({ args, root: first.root })
    expect(await list(api, exactly(resourceVersion))).toEqual(before)
    const rest = await list(api, `?continue=${page.metadata.continue}`)
    expect(rest).toMatchObject({ metadata: { resourceVersion }, items: before.items.slice(2) })
    const watch = await api.watch(`${restaurant.pizzas()}?watch=true&resourceVersion=${resourceVersion}`)
    expect((await watch.take(history / 2)).every(({ object }) => object.metadata.name === 'busy')).toBe(true)
    watch.close()
    await change(api, history)
    expect((await api.get(`${restaurant.pizzas()}${exactly(resourceVersion)}`)).status).toBe(410)
    expect((await api.get(`${restaurant.pizzas()}?continue=${page.metadata.continue}`)).status).toBe(410)
  })
})
