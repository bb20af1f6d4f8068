import type { startApiserver as start } from '../src/sdk/index.js'
import type { EmbeddedStarts } from './embedding.js'
import { percentile } from './load.js'

const { startApiserver } = (await import(process.argv[2] ?? '')) as { startApiserver: typeof start }

/** Milliseconds on the clock and of the processor until a server answers; it is closed after that. */
async function measured(): Promise<[number, number]> {
  const [began, processor] = [performance.now(), process.cpuUsage()]
  const server = await startApiserver()
  const { user, system } = process.cpuUsage(processor)
  const milliseconds = performance.now() - began
  await server.close()
  return [milliseconds, (user + system) / 1000]
}

const middle = (values: number[]) =>
  percentile(
    values.sort((a, b) => a - b),
    0.5,
  )

const [first] = await measured()
const others: [number, number][] = []
for (let i = 0; i < 20; i++) others.push(await measured())
const began = performance.now()
const servers = await Promise.all(Array.from({ length: 20 }, () => startApiserver()))
const together = performance.now() - began
await Promise.all(servers.map((server) => server.close()))
const next = middle(others.map(([milliseconds]) => milliseconds))
const nextProcessor = middle(others.map(([, processor]) => processor))
const found: EmbeddedStarts = { first, next, nextProcessor, together }
console.log(JSON.stringify(found))
