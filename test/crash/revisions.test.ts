import { rmSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, it } from 'vitest'
import type { HttpClient, ListBody } from '../support/http.js'
import { projectFolder } from '../support/project-folder.js'
import { pizzaFolder } from '../support/registry-files.js'
import { pizza, restaurant } from '../support/restaurant.js'
import { startServer } from '../support/server.js'

const year = 365 * 24 * 3_600_000

/** The environment of a server whose clock is off by so much. */
function clock(offset: number) {
  const module = pathToFileURL(join(projectFolder, 'test/crash/clock-jump.mjs')).href
  return { CLOCK_OFFSET: String(offset), NODE_OPTIONS: `--import=${module}` }
}

let made = 0

/** Revisions of writes to two resources, one after the other. */
async function write(api: HttpClient): Promise<number[]> {
  const revisions: number[] = []
  for (const [path, object] of [
    [restaurant.pizzas(), pizza(`p${made++}`)],
    ['/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: `n${made++}` } }],
    [restaurant.pizzas(), pizza(`p${made++}`)],
  ] as const) {
    const answer = await api.post(path, object)
    expect(answer.status, answer.text).toBe(201)
    revisions.push(Number(answer.json().metadata.resourceVersion))
  }
  return revisions
}

/** Of each start on a busy machine; a test makes several. */
const patience = 60_000

const grows = (revisions: readonly number[]) => revisions.every((r, n) => n === 0 || r > (revisions[n - 1] ?? 0))
const listed = async (api: HttpClient) =>
  (await api.get(restaurant.allPizzas)).json<ListBody>().metadata.resourceVersion

it('revisions of all resources are one sequence, through stops, kills and jumps of the clock', {
  timeout: 5 * patience,
}, async () => {
  const revisions: number[] = []
  let root: string | undefined
  for (const [offset, signal] of [
    [0, 'SIGKILL'],
    [10 * year, 'SIGTERM'],
    [-10 * year, 'SIGKILL'],
    [-10 * year, 'SIGTERM'],
    [0, 'SIGKILL'],
  ] as const) {
    const server = await startServer({ env: clock(offset), ...(root ? { root } : {}) })
    const created = (await server.api.get('/api/v1/namespaces/default')).json().metadata.creationTimestamp ?? ''
    if (!root) expect(Math.abs(Date.parse(created) - Date.now())).toBeLessThan(60_000)
    root = server.root
    revisions.push(...(await write(server.api)))
    await server.stop(signal)
  }
  expect(grows(revisions), revisions.join()).toBe(true)
  // They count changes, not time.
  expect(revisions.at(-1)).toBeLessThan(1_000)
})

it.each([
  ['a clock that is right', 0, 0],
  ['a clock that went back', -10 * year, 0],
  ['files from a far future', 0, 900 * year],
])(
  'without .wukong/ they begin anew above all earlier ones, with %s',
  { timeout: 3 * patience },
  async (_, offset, fileTime) => {
    const first = await startServer()
    const before = await write(first.api)
    const old = await listed(first.api)
    await first.stop()
    const revisions = [...before]
    // With times that are no time at all, once is all that can be asked for.
    for (let again = 0; again < (fileTime > 0 ? 1 : 2); again++) {
      rmSync(join(first.root, '.wukong'), { recursive: true })
      if (fileTime > 0) {
        const time = new Date(Date.now() + fileTime)
        utimesSync(pizzaFolder(first.root).file(`p${String(made - 1)}`), time, time)
      }
      const server = await startServer({ root: first.root, env: clock(offset) })
      revisions.push(...(await write(server.api)))
      const watch = await server.api.watch(`${restaurant.allPizzas}?watch=true&resourceVersion=${old}`)
      expect((await watch.ended())[0]).toMatchObject({ type: 'ERROR', object: { code: 410, reason: 'Expired' } })
      await server.stop()
    }
    expect(grows(revisions), revisions.join()).toBe(true)
    expect(revisions.every(Number.isSafeInteger), revisions.join()).toBe(true)
  },
)
