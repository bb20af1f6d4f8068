import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { serviceCertificate } from './api-services.js'
import { testAlone } from './server-test.js'

/** As in an APIResourceList. */
export const things = { name: 'things', singularName: 'thing', namespaced: true, kind: 'Thing', verbs: ['get', 'list'] }

/** What a server has seen of a request. */
export interface Seen {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly rawHeaders: string[]
  readonly authorized: boolean
  readonly body: string
}

type Answering = (request: IncomingMessage, response: ServerResponse, group: string) => void

const list = (group: string) => ({
  ...{ kind: 'APIResourceList', apiVersion: 'v1', groupVersion: `${group}/v1` },
  resources: [things, { name: 'things/status', singularName: '', namespaced: true, kind: 'Thing', verbs: ['get'] }],
})

/** Serves discovery of every group it is asked for, says what it has seen, and does what a path asks for. */
export const wellBehaved: Answering = (request, response, group) => {
  const json = (value: unknown) => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(value))
  }
  const { pathname } = new URL(request.url ?? '', 'https://x')
  if (pathname === `/apis/${group}/v1`) return json(list(group))
  if (pathname.endsWith('/redirect')) return void response.writeHead(302, { location: 'https://x.example/' }).end()
  if (pathname.endsWith('/cut')) return void request.socket.destroy()
  if (pathname.endsWith('/hang')) return
  if (!pathname.startsWith(`/apis/${group}/`)) return void response.writeHead(404).end()
  let body = ''
  request.setEncoding('utf8').on('data', (chunk: string) => {
    body += chunk
  })
  request.on('end', () => {
    const { method = '', url = '', headers, rawHeaders, socket } = request
    const { authorized } = socket as unknown as { authorized: boolean }
    json({ method, url, headers, rawHeaders, authorized, body } satisfies Seen)
  })
}

/** Tests with a server, and others that they have listen. */
export const test = testAlone.extend('listen', { scope: 'file' }, async ({ server: _ }, { onCleanup }) => {
  const servers: Server[] = []
  const certificate = await serviceCertificate('any')
  onCleanup(() => {
    for (const server of servers) {
      server.close()
      server.closeAllConnections()
    }
  })
  return async (group: string, answering: Answering, prepare: (server: Server) => void = () => {}) => {
    const server = createServer({ ...certificate, requestCert: true, rejectUnauthorized: false }, (request, response) =>
      answering(request, response, group),
    )
    prepare(server)
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
    return (server.address() as AddressInfo).port
  }
})
