import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Connection, request } from './connection.js'
import { pizzaFolder } from './object-files.js'
import { pizzaBody, pizzaPath } from './pizzas.js'
import type { Row, Scenario } from './scenario.js'

const files = 5_000

async function countObjects(port: number): Promise<number> {
  const list = (await (await fetch(`http://127.0.0.1:${port}${pizzaPath}`)).json()) as { items: unknown[] }
  return list.items.length
}

/** Files put there by hand in one burst: none may be lost, and requests must not have to wait for them. */
export const manyEdits: Scenario = async (bench) => {
  const server = await bench.start()
  const connection = await Connection.open(server.port)
  if ((await connection.ask(request('POST', pizzaPath, pizzaBody('first')))) !== 201) throw new Error('no first object')
  let over = false
  let longest = 0
  const asking = async () => {
    for (let before = performance.now(); !over; before = performance.now()) {
      await connection.ask(request('GET', `${pizzaPath}/first`))
      longest = Math.max(longest, performance.now() - before)
      await pause(2)
    }
  }
  const asked = asking()
  const folder = pizzaFolder(server.root)
  mkdirSync(folder, { recursive: true })
  const begin = performance.now()
  for (let n = 0; n < files; n++) {
    writeFileSync(join(folder, `e${n}.yaml`), pizzaBody(`e${n}`))
    // The burst is somebody else's: the requests beside it are not held up by this process.
    if (n % 50 === 0) await pause(0)
  }
  let found = 0
  const end = performance.now() + 60_000
  while (found < files + 1 && performance.now() < end) {
    await pause(250)
    // Counting is a request of its own, and its length is not what is measured.
    found = await countObjects(server.port)
  }
  const seconds = (performance.now() - begin) / 1000
  over = true
  await asked
  connection.close()
  await server.stop()
  const rows: Row[] = [
    { what: `${files} files by hand, lost`, value: files + 1 - found, unit: 'files', better: 'lower' },
    { what: `${files} files by hand, all served after`, value: seconds, unit: 's', better: 'lower' },
    { what: `${files} files by hand, longest GET meanwhile`, value: longest, unit: 'ms', better: 'lower' },
  ]
  return rows
}
