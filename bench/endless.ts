import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Connection, request } from './connection.js'
import { drive, percentile } from './load.js'
import { megabytesBelow } from './object-files.js'
import { fill, overwrite, pizzaPath } from './pizzas.js'
import type { Row, Scenario } from './scenario.js'

/** 100 KB an update: a checkpoint comes after each 64 MB of journal. */
const large = 100_000
const checkpoints = 4

interface Sample {
  readonly at: number
  readonly took: number
}

/** One object is updated again and again: what that leaves on disk, and what checkpoints cost who reads meanwhile. */
export const endless: Scenario = async (bench) => {
  const server = await bench.start()
  await fill(server.port, 5_000)
  await server.settled()
  const state = join(server.root, '.wukong')
  const snapshot = join(state, 'snapshot')
  const written = () => (existsSync(snapshot) ? statSync(snapshot).mtimeMs : 0)
  const samples: Sample[] = []
  const made: number[] = []
  let over = false
  let largest = 0
  const watching = async () => {
    for (let last = written(); !over; await pause(20)) {
      largest = Math.max(largest, megabytesBelow(state))
      if (written() === last) continue
      last = written()
      made.push(performance.now())
    }
  }
  const reading = async () => {
    const connection = await Connection.open(server.port)
    for (; !over; await pause(1)) {
      const at = performance.now()
      await connection.ask(request('GET', `${pizzaPath}/p7`))
      samples.push({ at, took: performance.now() - at })
    }
    connection.close()
  }
  const beside = [watching(), reading()]
  const next = (n: number) => overwrite('p1', String(n).padEnd(large, 'x'))
  const atMost = Math.ceil((checkpoints * 64 * 2 ** 20) / large)
  await drive({ port: server.port, connections: 1, next, seconds: bench.seconds * 8, atMost })
  over = true
  await Promise.all(beside)
  await server.stop()
  return rowsOf(samples, made, largest)
}

/** The time just before a new snapshot is there counts as checkpoint. */
const length = 300

function rowsOf(samples: readonly Sample[], made: readonly number[], largest: number): Row[] {
  const during = ({ at, took }: Sample) => made.some((end) => at <= end && at + took >= end - length)
  const p99 = (some: readonly Sample[]) => percentile(Float64Array.from(some, ({ took }) => took).sort(), 0.99)
  const usual = p99(samples.filter((sample) => !during(sample)))
  return [
    {
      ...{ what: 'GET during checkpoints, p99', value: p99(samples.filter(during)), unit: 'ms', better: 'lower' },
      ...{ floor: usual, note: `${made.length} checkpoints; floor: p99 beside the same writes without one` },
    },
    { what: '.wukong/ under endless updates of one object', value: largest, unit: 'MB', better: 'lower' },
  ]
}
