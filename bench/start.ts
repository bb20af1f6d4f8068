import { percentile } from './load.js'
import { fill } from './pizzas.js'
import type { Row, Scenario } from './scenario.js'

const starts = 10

/** Start on a root that exists, up to the first 200 of /readyz; memory when idle and with 10,000 objects. */
export const start: Scenario = async (bench) => {
  const first = await bench.start()
  await fill(first.port, 20)
  await first.stop()
  const times: number[] = []
  const sizes: number[] = []
  for (let n = 0; n < starts; n++) {
    const server = await bench.start({ root: first.root })
    times.push(server.startMs)
    await server.settled()
    sizes.push(server.rssMegabytes())
    await server.stop()
  }
  const middle = (values: number[]) =>
    percentile(
      values.sort((a, b) => a - b),
      0.5,
    )
  const full = await bench.start()
  await fill(full.port, 10_000)
  await full.settled()
  const filled = full.rssMegabytes()
  await full.stop()
  const again = await bench.start({ root: full.root })
  await again.settled()
  const rows: Row[] = [
    {
      ...{ what: 'start, 20 objects', value: middle(times), unit: 'ms', better: 'lower' },
      note: `worst of ${starts} ${percentile(times, 1).toFixed(0)} ms`,
    },
    { what: 'start, 10,000 objects', value: again.startMs, unit: 'ms', better: 'lower' },
    { what: 'RSS, idle', value: middle(sizes), unit: 'MB', better: 'lower' },
    { what: 'RSS, after 10,000 creates of 1 KB', value: filled, unit: 'MB', better: 'lower' },
    { what: 'RSS, started with 10,000 objects', value: again.rssMegabytes(), unit: 'MB', better: 'lower' },
  ]
  await again.stop()
  return rows
}
