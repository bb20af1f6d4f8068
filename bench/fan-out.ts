import type { ServerProcess } from './child.js'
import { Connection, request } from './connection.js'
import { pizzaBody, pizzaPath } from './pizzas.js'
import type { Bench, Row, Scenario } from './scenario.js'
import { Watcher } from './watcher.js'

interface Measured {
  readonly cpuPerMillion: number
  readonly perSecond: number
}

/** `changes` changes, one after the other, told to `watchers` watchers; until each has seen all. */
async function measure(
  server: ServerProcess,
  path: string,
  watchers: number,
  changes: number,
  change: (n: number) => Buffer,
): Promise<Measured> {
  const open: Watcher[] = []
  for (let i = 0; i < watchers; i++) open.push(await Watcher.open(server.port, path))
  const connection = await Connection.open(server.port)
  await connection.ask(change(0))
  await Promise.all(open.map((watcher) => watcher.until(1)))
  const [cpu, begin] = [server.cpuSeconds(), performance.now()]
  for (let n = 1; n <= changes; n++) await connection.ask(change(n))
  await Promise.all(open.map((watcher) => watcher.until(changes + 1)))
  const seconds = (performance.now() - begin) / 1000
  const events = watchers * changes
  const used = server.cpuSeconds() - cpu
  connection.close()
  for (const watcher of open) watcher.close()
  return { cpuPerMillion: (used / events) * 1e6, perSecond: events / seconds }
}

async function measureFloor(bench: Bench, size: number, watchers: number, changes: number) {
  if (!bench.floors) return undefined
  const bare = await bench.startFloor(String(size))
  const measured = await measure(bare, '/watch', watchers, changes, () => request('POST', '/emit', '{}'))
  await bare.stop()
  return measured
}

/** Events of one object of 1 KB to 100 and to 1,000 watchers. */
export const fanOut: Scenario = async (bench) => {
  const rows: Row[] = []
  for (const [watchers, changes] of [
    [100, 2_000],
    [1_000, 400],
  ] as const) {
    const server = await bench.start()
    const connection = await Connection.open(server.port)
    const status = await connection.ask(request('POST', pizzaPath, pizzaBody('watched')))
    if (status !== 201) throw new Error(`create was answered with ${status}`)
    connection.close()
    const now = (await (await fetch(`http://127.0.0.1:${server.port}${pizzaPath}`)).json()) as {
      metadata: { resourceVersion: string }
    }
    const size = (await (await fetch(`http://127.0.0.1:${server.port}${pizzaPath}/watched`)).arrayBuffer()).byteLength
    const watch = `${pizzaPath}?watch=true&resourceVersion=${now.metadata.resourceVersion}`
    const merge = 'application/merge-patch+json'
    const body = (n: number) => `{"metadata":{"labels":{"n":"${n}"}}}`
    const patch = (n: number) => request('PATCH', `${pizzaPath}/watched`, body(n), merge)
    const own = await measure(server, watch, watchers, changes, patch)
    await server.stop()
    const floor = await measureFloor(bench, size + 40, watchers, changes)
    rows.push(
      {
        ...{ what: `fan-out to ${watchers} watchers`, value: own.perSecond, unit: 'events/s', better: 'higher' },
        floor: floor?.perSecond,
      },
      {
        ...{ what: `fan-out to ${watchers} watchers, CPU`, value: own.cpuPerMillion, unit: 's/million events' },
        ...{ better: 'lower', floor: floor?.cpuPerMillion },
      },
    )
  }
  return rows
}
