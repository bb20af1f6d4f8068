import { setTimeout as pause } from 'node:timers/promises'
import { percentile } from './load.js'
import { fill } from './pizzas.js'
import type { Row, Scenario } from './scenario.js'

const starts = 10
/** The thread that writes files ends when it has had nothing to do for some seconds. Milliseconds. */
const untilThreadsEnd = 15_000

/** Start on a root that exists, up to the first 200 of /readyz; memory when idle and with 10,000 objects. */
export const start: Scenario = async (bench) => {
  const first = await bench.start()
  await fill(first.port, 20)
  await first.stop()
  const times: number[] = []
  for (let n = 0; n < starts; n++) {
    const server = await bench.start({ root: first.root })
    times.push(server.startMs)
    await server.stop()
  }
  times.sort((a, b) => a - b)
  const resting = await bench.start({ root: first.root })
  await resting.settled()
  await pause(untilThreadsEnd)
  const idle = resting.rssMegabytes()
  await resting.stop()
  const full = await bench.start()
  await fill(full.port, 10_000)
  await full.settled()
  const filled = full.rssMegabytes()
  await full.stop()
  const again = await bench.start({ root: full.root })
  await again.settled()
  const rows: Row[] = [
    {
      ...{ what: 'start, 20 objects', value: percentile(times, 0.5), unit: 'ms', better: 'lower' },
      note: `worst of ${starts} ${percentile(times, 1).toFixed(0)} ms`,
    },
    { what: 'start, 10,000 objects', value: again.startMs, unit: 'ms', better: 'lower' },
    { what: 'RSS, idle', value: idle, unit: 'MB', better: 'lower' },
    { what: 'RSS, after 10,000 creates of 1 KB', value: filled, unit: 'MB', better: 'lower' },
    { what: 'RSS, started with 10,000 objects', value: again.rssMegabytes(), unit: 'MB', better: 'lower' },
  ]
  await again.stop()
  return rows
}
