import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.js'
import { freePort } from '../support/free-port.js'
import type { ListBody } from '../support/http.js'
import { type Pizza, pizza, restaurant } from '../support/restaurant.js'
import { runCommand, startServer, type TestServer } from '../support/server.js'

const list = async ({ api }: TestServer) => (await api.get(restaurant.allPizzas)).json<ListBody<Pizza>>()

/** Of a file that may be on its way somewhere else. */
function contentOf(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}

/** Every file below the root but the lock's own, with its content. */
function everything(root: string): Map<string, string> {
  const paths = readdirSync(root, { recursive: true, withFileTypes: true })
  const files = paths.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return new Map(files.sort().flatMap((path) => (existsSync(path) ? [[path, contentOf(path)]] : [])))
}

const without = (files: ReadonlyMap<string, string>, some: RegExp) =>
  [...files].filter(([path]) => !some.test(path)).map(([path, text]) => [path, text.length])

describe('the lock', () => {
  it('keeps a second server out, which names the holder', async () => {
    const server = await startServer()
    const ports = [`--insecure-port=${await freePort()}`, `--secure-port=${await freePort()}`]
    const { code, stderr } = await runCommand([`--file-rootpath=${server.root}`, ...ports])
    expect(code).toBe(1)
    expect(stderr.trimEnd().split('\n').at(-1)).toContain(`held by process ${server.pid} on `)
    expect((await server.api.post(restaurant.pizzas(), pizza('a'))).status).toBe(201)
    await server.stop()
  })

  it('of a process that was killed holds nobody up', async () => {
    const fresh = performance.now()
    const first = await startServer()
    const usual = performance.now() - fresh
    await first.api.post(restaurant.pizzas(), pizza('a'))
    await first.kill()
    const begin = performance.now()
    const second = await startServer({ root: first.root })
    // As quick as the first start: a lock goes stale after ten seconds, and nobody waits for that.
    expect(performance.now() - begin).toBeLessThan(1_000 + 3 * usual)
    expect((await list(second)).items).toHaveLength(1)
    await second.stop()
  })

  it.for(['that serves still', 'that has ended'] as const)(
    'lost to another server %s, while the process was stopped: it writes nothing any more',
    { timeout: 120_000 },
    async (then) => {
      const first = await startServer()
      await first.api.post(restaurant.pizzas(), pizza('old'))
      process.kill(first.pid, 'SIGSTOP')
      try {
        const second = await eventually('the lock goes stale', () =>
          startServer({ root: first.root }).catch(() => undefined),
        )
        expect((await second.api.delete(`${restaurant.pizzas()}/old`)).status).toBe(200)
        expect((await second.api.post(restaurant.pizzas(), pizza('new'))).status).toBe(201)
        if (then === 'that has ended') await second.stop()
        const before = everything(first.root)
        process.kill(first.pid, 'SIGCONT')
        let tries = 0
        await eventually('it says why', async () => {
          const { status, text } = await first.api.post(restaurant.pizzas(), pizza(`lost-${tries++}`))
          expect(status).toBeGreaterThanOrEqual(500)
          return text.includes('another process') && tries > 5
        })
        expect((await first.api.get('/readyz')).status).toBe(500)
        expect((await first.api.get(`${restaurant.pizzas()}/old`)).status).toBe(200)
        expect((await first.stop()).code).toBe(0)
        const after = everything(first.root)
        const written = [...after].filter(([path, text]) => before.get(path) !== text && text.includes('lost-'))
        // Its own segment is written to before it looks; nobody reads what is behind the sealed length.
        expect(written.map(([path]) => path).filter((path) => !/000001-\d+\.log$/.test(path))).toEqual([])
        if (then === 'that has ended')
          expect(without(after, /000001-\d+\.log$/)).toEqual(without(before, /000001-\d+\.log$/))
        if (then === 'that serves still') await second.kill()
        const third = await startServer({ root: first.root })
        expect((await list(third)).items.map(({ metadata }) => metadata.name)).toEqual(['new'])
        await third.stop()
      } finally {
        await first.kill()
      }
    },
  )
})
