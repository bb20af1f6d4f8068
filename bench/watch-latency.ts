import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { ServerProcess } from './child.js'
import { Connection, request } from './connection.js'
import { percentile } from './load.js'
import { pizzaBody, pizzaPath } from './pizzas.js'
import type { Row, Scenario } from './scenario.js'
import { Watcher } from './watcher.js'

const samples = 100

async function ask(connection: Connection, bytes: Buffer): Promise<void> {
  const status = await connection.ask(bytes)
  if (status > 299) throw new Error(`answered with ${status}`)
}

/** Milliseconds from `change` to the event, each time. */
async function latencies(watcher: Watcher, times: number, change: (n: number) => Promise<void> | void) {
  const found: number[] = []
  for (let n = 0; n < times; n++) {
    const seen = watcher.until(watcher.count + 1)
    const begin = performance.now()
    await change(n)
    await seen
    found.push(performance.now() - begin)
    // A person's edits have pauses between them: what is held back after one must be over before the next.
    await pause(20)
  }
  return found.sort((a, b) => a - b)
}

function row(what: string, sorted: readonly number[]): Row {
  const note = `p50 ${percentile(sorted, 0.5).toFixed(1)} ms, worst ${percentile(sorted, 1).toFixed(1)} ms`
  return { what: `${what}, p95`, value: percentile(sorted, 0.95), unit: 'ms', better: 'lower', note }
}

async function newFolders(server: ServerProcess, connection: Connection): Promise<Row> {
  const times = 20
  for (let n = 0; n < times; n++) {
    const space = JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: `space-${n}` } })
    await ask(connection, request('POST', '/api/v1/namespaces', space))
  }
  const path = '/apis/restaurant.wukong.com/v1beta1/pizzas?watch=true&fieldSelector=metadata.name%3Dfresh'
  const watcher = await Watcher.open(server.port, path)
  const found = await latencies(watcher, times, (n) => {
    const folder = join(server.root, 'registry', 'restaurant.wukong.com', 'pizzas', `space-${n}`)
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'fresh.yaml'), pizzaBody('fresh'))
  })
  watcher.close()
  return row('file in a new folder → event', found)
}

/** From a change to its event: written through the API, by hand into a file, and into a folder that is new. */
export const watchLatency: Scenario = async (bench) => {
  const server = await bench.start()
  const connection = await Connection.open(server.port)
  await ask(connection, request('POST', pizzaPath, pizzaBody('watched')))
  const watcher = await Watcher.open(server.port, `${pizzaPath}?watch=true`)
  await watcher.until(1)
  const merge = 'application/merge-patch+json'
  const api = await latencies(watcher, samples, (n) =>
    ask(connection, request('PATCH', `${pizzaPath}/watched`, `{"metadata":{"labels":{"turn":"${n}"}}}`, merge)),
  )
  const file = join(server.root, 'registry', 'restaurant.wukong.com', 'pizzas', 'default', 'watched.yaml')
  while (!readFileSync(file, 'utf8').includes(`turn: "${samples - 1}"`)) await pause(20)
  const text = readFileSync(file, 'utf8')
  const hand = await latencies(watcher, samples, (n) => {
    writeFileSync(file, text.replace(/quantity: \d+/, `quantity: ${(n % 99) + 2}`))
  })
  watcher.close()
  const fresh = await newFolders(server, connection)
  connection.close()
  await server.stop()
  return [row('API write → event', api), row('edit of a file → event', hand), fresh]
}
