import { EtcdClient } from '../src/store/etcd/client.js'
import { findEtcd, overEtcd, startEtcd } from '../test/support/etcd.js'
import type { ServerProcess } from './child.js'
import { request } from './connection.js'
import { drive } from './load.js'
import { fill, pizzaBody, pizzaPath } from './pizzas.js'
import { get, list } from './read.js'
import { type Bench, connectionCounts, type Row, type Scenario } from './scenario.js'
import { create, patch } from './write.js'

/** So many writes until V8 has compiled what they use. */
const warmUp = 3_000

type Cluster = Awaited<ReturnType<typeof startEtcd>>

/** The table of the file backend, over one member of etcd; beside it what the same client of etcd does without a server. */
export const etcd: Scenario = async (bench) => {
  const program = findEtcd()
  if (!('path' in program)) throw new Error(program.missing)
  const cluster = await startEtcd(program.path)
  try {
    return [...(await table(bench, cluster)), ...(await replicas(bench, cluster))]
  } finally {
    await cluster.stop()
  }
}

/** Each server has a prefix of its own, and has run for a while: the client that makes the floors has, too. */
function overCluster(bench: Bench, cluster: Cluster): Bench {
  let prefixes = 0
  return {
    ...bench,
    floors: false,
    start: async ({ args = [], ...options } = {}) => {
      const prefix = `/bench-${process.pid}-${prefixes++}`
      const server = await bench.start({ ...options, args: [...overEtcd(cluster, prefix), ...args] })
      await fill(server.port, warmUp)
      const next = () => request('DELETE', pizzaPath)
      await drive({ port: server.port, connections: 1, next, seconds: Number.POSITIVE_INFINITY, atMost: 1 })
      return server
    },
  }
}

async function table(bench: Bench, cluster: Cluster): Promise<Row[]> {
  const over = overCluster(bench, cluster)
  const raw = new EtcdClient(cluster)
  const value = Buffer.from(pizzaBody('x'.repeat(40)))
  const key = (n: number) => Buffer.from(`/raw/${process.pid}/${n}`)
  const put = (n: number) => raw.put({ key: key(n), value })
  const floors: Readonly<Record<string, (n: number) => Promise<unknown>>> = {
    create: put,
    patch: (n) => put(n % 1_000),
    get: (n) => raw.range({ key: key(n % 1_000) }),
    list: () =>
      raw.range({
        key: Buffer.from(`/raw/${process.pid}/`),
        rangeEnd: Buffer.from(`/raw/${process.pid}0`),
        limit: 10_000,
      }),
  }
  const rows: Row[] = []
  for (const [name, scenario] of Object.entries({ create, patch, get, list })) {
    const own = await scenario(over)
    for (const [i, row] of own.entries()) {
      const floor = bench.floors ? await perSecond(bench, connectionCounts[i] ?? 1, floors[name] ?? put) : undefined
      rows.push({ ...row, what: `etcd: ${row.what}`, floor })
    }
  }
  raw.close()
  return rows
}

async function perSecond({ seconds }: Bench, concurrency: number, call: (n: number) => Promise<unknown>) {
  const begin = performance.now()
  const end = begin + seconds * 1000
  let calls = 0
  const work = async () => {
    while (performance.now() < end) await call(calls++)
  }
  await Promise.all(Array.from({ length: concurrency }, work))
  return calls / ((performance.now() - begin) / 1000)
}

/** GET at 64 connections, all to one server, or half of them to each of two. */
async function replicas(bench: Bench, cluster: Cluster): Promise<Row[]> {
  const args = overEtcd(cluster, `/replicas-${process.pid}`)
  const servers: ServerProcess[] = []
  for (let n = 0; n < 2; n++) servers.push(await bench.start({ args }))
  await fill(servers[0]?.port ?? 0, 1_000)
  const rate = async (among: readonly ServerProcess[]) => {
    const next = (n: number) => request('GET', `${pizzaPath}/p${n % 1_000}`)
    const load = { connections: 64 / among.length, next, seconds: bench.seconds, atMost: Number.POSITIVE_INFINITY }
    const results = await Promise.all(among.map(({ port }) => drive({ ...load, port })))
    return results.reduce((sum, { perSecond }) => sum + perSecond, 0)
  }
  const one = await rate(servers.slice(0, 1))
  const two = await rate(servers)
  for (const server of servers) await server.stop()
  return [
    {
      ...{ what: 'etcd: GET 1 KB, 64 connections to two replicas', value: two, unit: 'requests/s', better: 'higher' },
      ...{ note: 'the floor is one replica', floor: one },
    },
  ]
}
