import { open, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { request } from './connection.js'
import { drive } from './load.js'
import { fill, pizzaBody, pizzaPath } from './pizzas.js'
import { type Bench, connectionCounts, type Row, type Scenario } from './scenario.js'

/** What a write costs when each object is made durable on its own: temporary file, sync, rename, sync of the folder. */
async function durableFile(folder: string, name: string, text: string): Promise<void> {
  const path = join(folder, name)
  const file = await open(`${path}.tmp`, 'w', 0o600)
  await file.writeFile(text)
  await file.sync()
  await file.close()
  await rename(`${path}.tmp`, path)
  const directory = await open(folder, 'r')
  await directory.sync()
  await directory.close()
}

async function durableFilesPerSecond({ folder, floors, seconds }: Bench, concurrency: number) {
  if (!floors) return undefined
  const into = folder()
  const begin = performance.now()
  const end = begin + seconds * 1000
  let made = 0
  const work = async () => {
    while (performance.now() < end) {
      const name = `p${made++}`
      await durableFile(into, `${name}.yaml`, pizzaBody(name))
    }
  }
  await Promise.all(Array.from({ length: concurrency }, work))
  return made / ((performance.now() - begin) / 1000)
}

const atMost = 40_000

export const create: Scenario = async (bench) => {
  const rows: Row[] = []
  for (const connections of connectionCounts) {
    const server = await bench.start()
    const next = (n: number) => request('POST', pizzaPath, pizzaBody(`c${n}`))
    const own = await drive({ port: server.port, connections, next, seconds: bench.seconds, atMost })
    await server.stop()
    const floor = await durableFilesPerSecond(bench, connections)
    rows.push(row('CREATE 1 KB', connections, own, floor))
  }
  return rows
}

/** Merge patches of a label, spread over 1,000 objects. */
export const patch: Scenario = async (bench) => {
  const server = await bench.start()
  const objects = 1_000
  await fill(server.port, objects)
  await server.settled()
  const merge = 'application/merge-patch+json'
  const rows: Row[] = []
  let round = 0
  for (const connections of connectionCounts) {
    round += 1
    const next = (n: number) =>
      request('PATCH', `${pizzaPath}/p${n % objects}`, `{"metadata":{"labels":{"n":"${round}-${n}"}}}`, merge)
    const own = await drive({ port: server.port, connections, next, seconds: bench.seconds, atMost })
    const floor = await durableFilesPerSecond(bench, connections)
    rows.push(row('PATCH (merge) 1 KB', connections, own, floor))
  }
  await server.stop()
  return rows
}

function row(
  what: string,
  connections: number,
  own: { perSecond: number; p50: number; p99: number },
  floor: number | undefined,
): Row {
  return {
    ...{ what: `${what}, ${connections} connections`, value: own.perSecond, unit: 'requests/s', better: 'higher' },
    ...{ note: `p50 ${own.p50.toFixed(2)} ms, p99 ${own.p99.toFixed(2)} ms`, floor },
  }
}
