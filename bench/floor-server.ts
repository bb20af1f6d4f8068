import { createServer, type ServerResponse } from 'node:http'
import Koa from 'koa'

/**
 * The least code that can do the same: `node floor-server.js <port> <bytes>`. Any GET is answered with a Buffer of
 * that size by Koa; GET /watch stays open, and POST /emit writes one shared Buffer to all who watch.
 */
const [port, size] = process.argv.slice(2).map(Number)
const body = Buffer.alloc(size ?? 0, 'x')
const event = Buffer.concat([body.subarray(2), Buffer.from('}\n')])
const watchers = new Set<ServerResponse>()

const app = new Koa()
app.use((ctx) => {
  ctx.type = 'application/json'
  ctx.body = body
})
const koa = app.callback()

const server = createServer((request, response) => {
  if (request.url === '/watch') {
    watchers.add(response)
    response.on('close', () => watchers.delete(response))
    response.writeHead(200, { 'content-type': 'application/json' })
    response.flushHeaders()
  } else if (request.url === '/emit') {
    for (const watcher of watchers) watcher.write(event)
    response.end('{}')
  } else void koa(request, response)
})
server.keepAliveTimeout = 95_000
server.listen(port, '127.0.0.1')
process.once('SIGTERM', () => process.exit(0))
