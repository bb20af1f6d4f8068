import { request } from './connection.js'
import { drive } from './load.js'
import { untilFiles } from './object-files.js'
import { pizzaBody, pizzaPath } from './pizzas.js'
import type { Row, Scenario } from './scenario.js'

const objects = 20_000

/** A burst of creates: how fast they are answered, how long until all are files, and what that makes in the long run. */
export const drain: Scenario = async (bench) => {
  const server = await bench.start()
  const next = (n: number) => request('POST', pizzaPath, pizzaBody(`c${n}`))
  const begin = performance.now()
  await drive({ port: server.port, connections: 64, next, seconds: 300, atMost: objects })
  const burst = performance.now() - begin
  const drained = await untilFiles(server, objects)
  await server.stop()
  const rows: Row[] = [
    { what: `burst of ${objects} CREATE`, value: objects / (burst / 1000), unit: 'requests/s', better: 'higher' },
    { what: 'drain: last answer → all are files', value: drained / 1000, unit: 's', better: 'lower' },
    {
      ...{ what: 'sustained: until all are files', value: objects / ((burst + drained) / 1000) },
      ...{ unit: 'objects/s', better: 'higher' },
    },
  ]
  return rows
}
