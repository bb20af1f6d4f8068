import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { attack, hostileKinds } from '../test/support/hostile-connections.js'
import { request } from './connection.js'
import { drive } from './load.js'
import type { Row, Scenario } from './scenario.js'

const perKind = 50
const token = 'bench-token'

/** How long a GET takes beside 400 connections that do their worst: drip, never read, never end, ask for what is slow. */
export const hostile: Scenario = async (bench) => {
  const tokens = join(bench.folder(), 'tokens.csv')
  writeFileSync(tokens, `${token},bench,1\n`, { mode: 0o600 })
  const server = await bench.start({ args: [`--token-auth-file=${tokens}`] })
  const get = request('GET', '/api/v1/namespaces/default')
  const measure = () =>
    drive({
      port: server.port,
      connections: 1,
      next: () => get,
      seconds: bench.seconds,
      atMost: Number.POSITIVE_INFINITY,
    })
  const alone = await measure()
  const end = await attack(server.port, token, perKind)
  const beside = await measure()
  end()
  await server.stop()
  const count = perKind * Object.keys(hostileKinds).length
  const row = (what: string, value: number, floor: number): Row => ({ what, value, floor, unit: 'ms', better: 'lower' })
  return [
    row(`GET beside ${count} hostile connections, p50 (floor: alone)`, beside.p50, alone.p50),
    row(`GET beside ${count} hostile connections, p99 (floor: alone)`, beside.p99, alone.p99),
  ]
}
