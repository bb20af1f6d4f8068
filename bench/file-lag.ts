import { readFileSync, watch } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Connection, request } from './connection.js'
import { percentile } from './load.js'
import { pizzaFolder } from './object-files.js'
import { fill, pizzaPath } from './pizzas.js'
import type { Scenario } from './scenario.js'

const objects = 1_000
const perSecond = 1_000
const connections = 8

/** 1,000 writes a second, evenly over 1,000 objects: from the answer until the file shows it. */
export const fileLag: Scenario = async (bench) => {
  const server = await bench.start()
  await fill(server.port, objects)
  await server.settled()
  const folder = pizzaFolder(server.root)
  /** Of each file the write that it does not show yet, and when that was answered. */
  const answered = new Map<string, { n: number; at: number }>()
  const lags: number[] = []
  const look = (file: string) => {
    const last = answered.get(file)
    if (!last) return
    const text = readIfThere(join(folder, file))
    if (Number(/turn: "(\d+)"/.exec(text)?.[1] ?? -1) < last.n) return
    lags.push(Math.max(0, performance.now() - last.at))
    answered.delete(file)
  }
  const watcher = watch(folder, (_, name) => {
    if (name) look(String(name))
  })
  const open = await Promise.all(Array.from({ length: connections }, () => Connection.open(server.port)))
  const begin = performance.now()
  const total = perSecond * bench.seconds
  let next = 0
  const work = async (connection: Connection) => {
    for (let n = next++; n < total; n = next++) {
      const wait = begin + (n * 1000) / perSecond - performance.now()
      if (wait > 0) await pause(wait)
      const name = `p${n % objects}`
      const body = `{"metadata":{"labels":{"turn":"${n}"}}}`
      const status = await connection.ask(
        request('PATCH', `${pizzaPath}/${name}`, body, 'application/merge-patch+json'),
      )
      if (status !== 200) throw new Error(`answered with ${status}`)
      answered.set(`${name}.yaml`, { n, at: performance.now() })
      look(`${name}.yaml`)
    }
  }
  await Promise.all(open.map(work))
  const rate = total / ((performance.now() - begin) / 1000)
  const end = performance.now() + 10_000
  while (answered.size > 0 && performance.now() < end) {
    await pause(5)
    for (const file of [...answered.keys()]) look(file)
  }
  watcher.close()
  for (const connection of open) connection.close()
  await server.stop()
  const sorted = Float64Array.from(lags).sort()
  const note = `p50 ${percentile(sorted, 0.5).toFixed(0)} ms, worst ${percentile(sorted, 1).toFixed(0)} ms, ${answered.size} never, at ${rate.toFixed(0)} writes/s`
  return [{ what: 'write → file shows it, p99', value: percentile(sorted, 0.99), unit: 'ms', better: 'lower', note }]
}

/** While a file is replaced there is none for a moment. */
function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
