import { request } from './connection.js'
import { drive } from './load.js'
import { fill, pizzaPath } from './pizzas.js'
import { type Bench, connectionCounts, type Row, type Scenario } from './scenario.js'

const objects = 10_000

async function sizeOf(port: number, path: string): Promise<number> {
  return (await (await fetch(`http://127.0.0.1:${port}${path}`)).arrayBuffer()).byteLength
}

/** The same GET at each number of connections, from the server and from a bare Koa server sending as many bytes. */
async function compare(bench: Bench, what: string, port: number, path: string, atMost: number): Promise<Row[]> {
  const bytes = await sizeOf(port, path)
  const floor = bench.floors ? await bench.startFloor(String(bytes)) : undefined
  const rows: Row[] = []
  for (const connections of connectionCounts) {
    const load = { connections, next: () => request('GET', path), seconds: bench.seconds, atMost }
    const own = await drive({ ...load, port })
    const bare = floor && (await drive({ ...load, port: floor.port }))
    const note = `p50 ${own.p50.toFixed(2)} ms, p99 ${own.p99.toFixed(2)} ms, ${bytes} bytes`
    rows.push({
      ...{ what: `${what}, ${connections} connections`, value: own.perSecond, unit: 'requests/s', better: 'higher' },
      ...{ note, floor: bare?.perSecond },
    })
  }
  await floor?.stop()
  return rows
}

/** One object of 1 KB among 10,000. */
export const get: Scenario = async (bench) => {
  const server = await bench.start()
  await fill(server.port, objects)
  await server.settled()
  const rows = await compare(bench, 'GET 1 KB', server.port, `${pizzaPath}/p4711`, Number.POSITIVE_INFINITY)
  await server.stop()
  return rows
}

/** All 10,000 objects of 1 KB in one answer. */
export const list: Scenario = async (bench) => {
  const server = await bench.start()
  await fill(server.port, objects)
  await server.settled()
  const rows = await compare(bench, 'LIST 10,000 × 1 KB', server.port, pizzaPath, 2_000)
  await server.stop()
  return rows
}
