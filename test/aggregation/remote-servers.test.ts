import type { IncomingMessage } from 'node:http'
import type { Server } from 'node:https'
import { connect } from 'node:net'
import { describe, expect } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { apiServicesPath, becomes, register, serviceCertificate } from '../support/api-services.js'
import { eventually } from '../support/eventually.js'
import { created, done } from '../support/expect-answer.js'
import { httpClient, type ListBody } from '../support/http.js'
import { test as it, type Seen, wellBehaved } from '../support/other-servers.js'
import { adminToken, plainToken } from '../support/server-test.js'

const aggregatedForm = { accept: 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList' }

describe('requests of a group version that another server serves', () => {
  it('are passed on for their user, whoever their headers say they are from', async ({ api, server, listen }) => {
    const port = await listen('seen.io', wellBehaved)
    await becomes(api, await register(api, 'seen.io', port), 'Passed')
    const client = httpClient(server.url, { headers: { authorization: `Bearer ${plainToken}` } })
    const evil = { 'x-remote-user': 'evil', 'X-Remote-Group': 'system:masters', 'X-Remote-Extra-a': 'b', 'x-own': '1' }
    const seen = done<Seen>(await client.get('/apis/seen.io/v1/namespaces/a/things?limit=1&x=a%20b', evil))
    expect(seen).toMatchObject({ method: 'GET', url: '/apis/seen.io/v1/namespaces/a/things?limit=1&x=a%20b', body: '' })
    expect(seen.headers).toMatchObject({ 'x-remote-user': 'plain', 'x-remote-uid': '2', 'x-own': '1' })
    const groups = seen.rawHeaders.filter((_, i) => seen.rawHeaders[i - 1]?.toLowerCase() === 'x-remote-group')
    expect(groups).toEqual(['staff', 'kitchen', 'system:authenticated'])
    expect(Object.keys(seen.headers)).not.toEqual(expect.arrayContaining(['authorization']))
    expect(seen.headers['x-remote-extra-a']).toBeUndefined()
  })

  it('carry their bodies, and are for whom they act as', async ({ server, listen }) => {
    const admin = httpClient(server.url, { headers: { authorization: `Bearer ${adminToken}` } })
    const port = await listen('body.io', wellBehaved)
    await becomes(admin, await register(admin, 'body.io', port), 'Passed')
    const acting = { 'Impersonate-User': 'bob', 'Impersonate-Group': 'cooks', 'Impersonate-Extra-a%2fb': 'x' }
    const body = 'x'.repeat(100_000)
    const seen = done<Seen>(await admin.post('/apis/body.io/v1/things', body, acting))
    expect(seen.body).toBe(body)
    expect(seen.headers).toMatchObject({ 'x-remote-user': 'bob', 'x-remote-extra-a%2fb': 'x' })
    expect(Object.keys(seen.headers).filter((name) => name.startsWith('impersonate'))).toEqual([])
    const deleted = done<Seen>(await admin.delete('/apis/body.io/v1/things/a', { a: 1 }))
    expect(deleted).toMatchObject({ method: 'DELETE', body: '{"a":1}' })
  })

  it('fail as upstream’s do', async ({ api, listen }) => {
    const port = await listen('fail.io', wellBehaved)
    await becomes(api, await register(api, 'fail.io', port), 'Passed')
    const redirected = await api.get('/apis/fail.io/v1/redirect')
    expect([redirected.status, redirected.text.trim()]).toEqual([
      502,
      'the backend attempted to redirect this request, which is not permitted',
    ])
    const cut = await api.get('/apis/fail.io/v1/cut')
    expect([cut.status, cut.text]).toEqual([503, 'error trying to reach service: EOF\n'])
    const late = await api.get('/apis/fail.io/v1/hang?timeout=1s')
    expect(late.status).toBe(504)
    expect(late.json()).toMatchObject({
      message: 'Timeout: request did not complete within the allotted timeout',
      reason: 'Timeout',
    })
  })

  it('may become WebSockets', async ({ api, server, listen }) => {
    const sockets = new WebSocketServer({ noServer: true })
    const echo = (server: Server) =>
      server.on('upgrade', (request, socket, head) => {
        if (request.url?.endsWith('/no')) return void socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n')
        sockets.handleUpgrade(request, socket, head, (ws) => {
          ws.send(`for ${request.headers['x-remote-user']}`)
          ws.on('message', (data) => ws.send(`echo ${data}`))
        })
      })
    const port = await listen('ws.io', wellBehaved, echo)
    await becomes(api, await register(api, 'ws.io', port), 'Passed')
    const headers = { authorization: `Bearer ${plainToken}` }
    const ws = new WebSocket(`${server.url.replace('http', 'ws')}/apis/ws.io/v1/things/a/attach`, { headers })
    const messages: string[] = []
    ws.on('message', (data) => messages.push(String(data)))
    ws.once('message', () => ws.send('one'))
    await eventually('both have spoken', () => messages.length === 2)
    expect(messages).toEqual(['for plain', 'echo one'])
    ws.close()
    const refused = new WebSocket(`${server.url.replace('http', 'ws')}/apis/ws.io/v1/no`, { headers })
    const answer = await new Promise<IncomingMessage>((resolve) => {
      refused.on('unexpected-response', (_request, response) => resolve(response))
    })
    expect(answer.statusCode).toBe(503)
    answer.destroy()
  })

  it('may come to speak any other protocol, as kubectl exec does', async ({ api, server, listen }) => {
    const tunnel = (other: Server) =>
      other.on('upgrade', ({ method, headers, url }, socket, head) => {
        if (url?.endsWith('/gone')) return void socket.end('HTTP/1.1 410 Gone\r\ncontent-length: 3\r\n\r\nwhy')
        const said = `${method} ${headers.upgrade} ${headers.connection} ${headers['x-remote-user']}`
        socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: SPDY/3.1\r\nConnection: Upgrade\r\n')
        socket.write(`X-Stream-Protocol-Version: v4.channel.k8s.io\r\n\r\n${said}\n`)
        socket.write(head)
        socket.pipe(socket)
      })
    const port = await listen('spdy.io', wellBehaved, tunnel)
    await becomes(api, await register(api, 'spdy.io', port), 'Passed')
    const ask = (path: string) => {
      const { hostname, port } = new URL(server.url)
      const socket = connect({ host: hostname, port: Number(port) }).setEncoding('latin1')
      const said = { text: '', ended: false }
      socket.on('data', (text) => {
        said.text += text
      })
      socket.on('close', () => {
        said.ended = true
      })
      const head = ['Host: x', `Authorization: Bearer ${plainToken}`, 'Connection: Upgrade', 'Upgrade: SPDY/3.1']
      socket.write([`POST ${path} HTTP/1.1`, ...head, 'Content-Length: 0', '', 'early'].join('\r\n'))
      return { socket, said }
    }
    const { socket, said } = ask('/apis/spdy.io/v1/things/a/exec')
    const [head, first] = ['HTTP/1.1 101 Switching Protocols\r\n', 'POST SPDY/3.1 upgrade plain\nearly']
    await eventually('what was said early is back', () => said.text.endsWith(first))
    expect(said.text.startsWith(head)).toBe(true)
    expect(said.text).toContain('\r\nX-Stream-Protocol-Version: v4.channel.k8s.io\r\n')
    socket.write(Buffer.from([0x80, 3, 0, 1, 255]))
    await eventually('bytes are back', () => said.text.endsWith(`${first}\x80\x03\x00\x01\xff`))
    socket.end()
    await eventually('both ends are closed', () => said.ended)
    const refused = ask('/apis/spdy.io/v1/things/gone')
    await eventually('the refusal is passed back', () => refused.said.ended)
    expect(refused.said.text).toMatch(/^HTTP\/1\.1 410 Gone\r\n[\s\S]*\r\n\r\nwhy$/)
    const own = ask('/api/v1/namespaces/default/pods/none/exec')
    await eventually('it is no upgrade here', () => own.said.ended)
    expect(own.said.text).toMatch(/^HTTP\/1\.1 40\d /)
  })
})

describe('A81: an APIService of another server', () => {
  const service = (name: string, ports: object[]) => ({ metadata: { name }, spec: { ports } })
  const slice = (name: string, port: string, addresses: string[]) => ({
    metadata: { name: `${name}-a`, labels: { 'kubernetes.io/service-name': name } },
    addressType: 'IPv4',
    ports: [{ name: port, port: 1 }],
    endpoints: addresses.map((address) => ({ addresses: [address] })),
  })

  it('says why it is not available, and is looked at again when that may have changed', async ({ api }) => {
    const spec = { group: 'why.io', version: 'v1', groupPriorityMinimum: 100, versionPriority: 10 }
    const at = { namespace: 'default', name: 'why' }
    const remote = { ...spec, insecureSkipTLSVerify: true, service: at }
    created(await api.post(apiServicesPath, { metadata: { name: 'v1.why.io' }, spec: remote }))
    const message = async (reason: string) => (await becomes(api, 'v1.why.io', reason)).message
    expect(await message('ServiceNotFound')).toBe('service/why in "default" is not present')
    const services = '/api/v1/namespaces/default/services'
    const slices = '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices'
    created(await api.post(services, service('why', [{ name: 'https', port: 8443 }])))
    expect(await message('ServicePortError')).toBe('service/why in "default" is not listening on port 443')
    done(await api.patch(`${services}/why`, { spec: { ports: [{ name: 'https', port: 443 }] } }))
    expect(await message('EndpointsNotFound')).toBe('cannot find endpointslices for service/why in "default"')
    created(await api.post(slices, slice('why', 'http', ['192.0.2.1'])))
    expect(await message('MissingEndpoints')).toBe(
      'endpointslices for service/why in "default" have no addresses with port name "https"',
    )
    const unavailable = await api.get('/apis/why.io/v1/whys')
    expect([unavailable.status, unavailable.text]).toEqual([503, 'service unavailable\n'])
    expect(done<ListBody>(await api.get('/apis', aggregatedForm)).items).toContainEqual({
      metadata: { name: 'why.io' },
      versions: [{ version: 'v1', freshness: 'Stale' }],
    })
    done(await api.patch(`${apiServicesPath}/v1.why.io`, { spec: { service: null, insecureSkipTLSVerify: null } }))
    expect(await message('Local')).toBe('Local APIServices are always available')
  })

  it('is not available when nobody listens there, or nobody is to be trusted', async ({ api, listen }) => {
    const gone = await becomes(api, await register(api, 'gone.io', 1), 'FailedDiscoveryCheck')
    const url = 'https://localhost:1/apis/gone.io/v1'
    expect(gone.message).toBe(
      `failing or missing response from ${url}: Get "${url}": dial tcp localhost:1: connect: connection refused`,
    )
    const { ca } = await serviceCertificate('other')
    const port = await listen('untrusted.io', wellBehaved)
    const more = { caBundle: Buffer.from(ca).toString('base64') }
    const untrusted = await becomes(api, await register(api, 'untrusted.io', port, more), 'FailedDiscoveryCheck')
    expect(untrusted.message).toContain(
      'tls: failed to verify certificate: x509: certificate signed by unknown authority',
    )
  })
})
