import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { pizza, restaurant } from '../support/restaurant.js'
import { startServer } from '../support/server.js'

describe('a stop', () => {
  it.for(['SIGTERM', 'SIGINT'] as const)('by %s ends watches cleanly and exits 0 in time', async (signal) => {
    const server = await startServer()
    const watches = await Promise.all(
      Array.from({ length: 5 }, () => server.api.watch(`${restaurant.allPizzas}?watch=true`)),
    )
    const begin = performance.now()
    const exited = server.stop(signal)
    for (const watch of watches) await watch.ended()
    expect(await exited).toEqual({ code: 0, signal: null })
    expect(performance.now() - begin).toBeLessThan(10_000)
  })

  it('keeps a write that was in flight', async () => {
    const server = await startServer()
    const answers = Promise.allSettled(
      Array.from({ length: 20 }, (_, i) => server.api.post(restaurant.pizzas(), pizza(`p${i}`))),
    )
    await server.api.get('/readyz')
    expect((await server.stop()).code).toBe(0)
    const kept = (await answers).flatMap((answer) =>
      answer.status === 'fulfilled' && answer.value.status === 201 ? [answer.value.json().metadata.name] : [],
    )
    const next = await startServer({ root: server.root })
    for (const name of kept) expect((await next.api.get(`${restaurant.pizzas()}/${name}`)).status, name).toBe(200)
    await next.stop()
  })

  it('asked for twice is at once, though a request is in flight', async () => {
    const server = await startServer()
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
    socket.on('error', () => {})
    const head = `POST ${restaurant.pizzas()} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n`
    socket.write(`${head}Expect: 100-continue\r\n\r\n`)
    await once(socket, 'data')
    void server.stop('SIGINT')
    expect(await server.stop('SIGTERM')).toEqual({ code: 1, signal: null })
  })

  it('leaves the root to the next', async () => {
    const server = await startServer()
    await server.stop()
    const next = await startServer({ root: server.root })
    expect((await next.stop()).code).toBe(0)
  })
})
