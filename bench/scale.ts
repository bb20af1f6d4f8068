import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { drive } from './load.js'
import { untilFiles } from './object-files.js'
import { fill, overwrite } from './pizzas.js'
import type { Row, Scenario } from './scenario.js'

/** Many objects: memory, memory after three overwrites of each, start, and start from nothing but the files. */
export const scale: Scenario = async (bench) => {
  const objects = bench.full ? 100_000 : 10_000
  const count = objects.toLocaleString('en-US')
  const megabytes = (what: string, value: number): Row => ({ what: `RSS, ${what}`, value, unit: 'MB', better: 'lower' })
  const start = (what: string, value: number): Row => ({ what: `start, ${what}`, value, unit: 'ms', better: 'lower' })

  const first = await bench.start()
  await fill(first.port, objects)
  await untilFiles(first, objects)
  await first.settled()
  const rows = [megabytes(`${count} objects of 1 KB`, first.rssMegabytes())]
  const next = (n: number) => overwrite(`p${n % objects}`, padding(n))
  await drive({ port: first.port, connections: 32, next, seconds: Number.POSITIVE_INFINITY, atMost: objects * 3 })
  await first.settled()
  rows.push(megabytes(`after ${(objects * 3).toLocaleString('en-US')} overwrites`, first.rssMegabytes()))
  await first.stop()

  const again = await bench.start({ root: first.root })
  rows.push(start(`${count} objects`, again.startMs))
  await again.settled()
  rows.push(megabytes(`started with ${count} objects`, again.rssMegabytes()))
  await again.stop()

  rmSync(join(first.root, '.wukong'), { recursive: true })
  const bare = await bench.start({ root: first.root })
  rows.push(start(`${count} objects, without .wukong/`, bare.startMs))
  await bare.stop()
  return rows
}

const padding = (n: number) => String(n).padEnd(374, 'x')
