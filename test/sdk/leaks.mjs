/**
 * Starts and stops a hundred servers in this process, which a test runs alone with --expose-gc: its heap and its handles
 * are nobody else's. Says what is left of them.
 */
import { createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { startApiserver } from '../../dist/src/sdk/index.js'

const warmUp = 20
const starts = 100
const ref = { apiVersion: 'v1', kind: 'ConfigMap' }

/** Every tenth server is used as well: an object, and a watch that goes on when the server stops. */
async function startAndStop(n) {
  const isUsed = n % 10 === 0
  const objects = isUsed ? [{ ...ref, metadata: { name: 'a', namespace: 'default' } }] : []
  const server = await startApiserver({ objects })
  const abort = new AbortController()
  if (isUsed) {
    const watch = server.resources(ref).watch({ namespace: 'default' }, abort.signal)
    await watch[Symbol.asyncIterator]().next()
  }
  await server.close()
  abort.abort()
  return Number(new URL(server.url).port)
}

/** Once what goes away a moment after it was told to is away; in bytes. */
async function left() {
  for (let i = 0; i < 10; i++) {
    globalThis.gc()
    await pause(10)
  }
  const handles = process.getActiveResourcesInfo().filter((name) => !/Timeout|Pipe|TTY/.test(name))
  return { handles, heap: process.memoryUsage().heapUsed }
}

for (let n = 0; n < warmUp; n++) await startAndStop(n)
const before = await left()
let port = 0
for (let n = 0; n < starts; n++) port = await startAndStop(n)
const after = await left()
const isFree = await new Promise((resolve) => {
  const probe = createServer().once('error', () => resolve(false))
  probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
})
const bytesPerServer = (after.heap - before.heap) / starts
process.stdout.write(JSON.stringify({ handles: [before.handles, after.handles], bytesPerServer, isFree }))
