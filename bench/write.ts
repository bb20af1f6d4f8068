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
export const patch: Scenario = (bench) => {
  const merge = 'application/merge-patch+json'
  const label = (round: number, n: number) => `{"metadata":{"labels":{"n":"${round}-${n}"}}}`
  return changes(bench, 'PATCH (merge) 1 KB', (name, round, n) =>
    request('PATCH', `${pizzaPath}/${name}`, label(round, n), merge),
  )
}

/** Server-side apply of whole objects of which an annotation changes. */
export const apply: Scenario = (bench) => {
  const query = 'fieldManager=bench&force=true'
  return changes(bench, 'APPLY 1 KB', (name, round, n) => {
    const body = pizzaBody(name, `${round}-${n}`.padEnd(374, 'x'))
    return request('PATCH', `${pizzaPath}/${name}?${query}`, body, 'application/apply-patch+yaml')
  })
}

const configMaps = '/api/v1/namespaces/default/configmaps'

/** PUT of whole ConfigMaps, which may do without a resourceVersion. */
export const put: Scenario = (bench) => {
  const body = (name: string, text: string) =>
    JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { text: text.padEnd(700, 'x') } })
  const make = (n: number) => request('POST', configMaps, body(`p${n}`, ''))
  const change = (name: string, round: number, n: number) =>
    request('PUT', `${configMaps}/${name}`, body(name, `${round}-${n}`))
  return changes(bench, 'PUT 1 KB', change, make)
}

/** Changes spread over 1,000 objects named p0, p1, …: those `make` asks for, or pizzas. */
async function changes(
  bench: Bench,
  what: string,
  change: (name: string, round: number, n: number) => Buffer,
  make?: (n: number) => Buffer,
): Promise<Row[]> {
  const server = await bench.start()
  const objects = 1_000
  if (make) await drive({ port: server.port, connections: 32, next: make, seconds: 300, atMost: objects })
  else await fill(server.port, objects)
  await server.settled()
  const rows: Row[] = []
  for (const [round, connections] of connectionCounts.entries()) {
    const next = (n: number) => change(`p${n % objects}`, round, n)
    const own = await drive({ port: server.port, connections, next, seconds: bench.seconds, atMost })
    const floor = await durableFilesPerSecond(bench, connections)
    rows.push(row(what, connections, own, floor))
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
