import { describe, expect, it } from 'vitest'
import type { Answer, HttpClient } from '../support/http.js'
import { startServer } from '../support/server.js'
import { crashSize } from './crash-size.js'
import { firstUnexplained } from './linearizability.js'
import { expectOrder, keys, runClients } from './register-clients.js'
import { RestartingServer } from './restarting-server.js'

const clients = 8
const { casOperations, casKills } = crashSize
const timeout = 30_000 + casOperations * 60

it('compare-and-set over HTTP is linearizable, killed and restarted in between', { timeout }, async () => {
  const server = await RestartingServer.start()
  let done = 0
  const work = runClients(server.target, clients, casOperations, (share) => {
    done = share
  })
  await server.killDuring(work, casKills, () => done)
  expectOrder(await work)
  await server.stop()
})

/** Now and then an answer that was right before. */
function withStaleReads(api: HttpClient): HttpClient {
  const before = new Map<string, Answer>()
  return {
    ...api,
    get: async (path) => {
      const answer = await api.get(path)
      const old = before.get(path)
      if (!old || Math.random() < 0.2) before.set(path, answer)
      return old && Math.random() < 0.1 ? old : answer
    },
  }
}

/** A write that comes too late is done all the same. */
function withLostUpdates(api: HttpClient): HttpClient {
  return {
    ...api,
    put: async (path, body) => {
      const answer = await api.put(path, body)
      if (answer.status !== 409) return answer
      const { metadata } = body as { metadata: { annotations: object } }
      return api.patch(path, { metadata: { annotations: metadata.annotations } })
    },
  }
}

describe('in memory', () => {
  const run = async (operations: number, broken = (api: HttpClient) => api) => {
    const server = await startServer({ args: ['--backend=memory'] })
    const target = { api: broken(server.api), over: () => server.exited }
    const recorded = await runClients(async () => target, clients, operations)
    await server.stop()
    return recorded
  }

  it('it is linearizable', { timeout }, async () => expectOrder(await run(casOperations)))

  it.each([
    ['stale reads', withStaleReads],
    ['lost updates', withLostUpdates],
  ] as const)('%s would be found', { timeout }, async (_, broken) => {
    const recorded = await run(400, broken)
    expect(keys.some((key) => firstUnexplained(recorded.get(key) ?? []) !== undefined)).toBe(true)
  })
})
