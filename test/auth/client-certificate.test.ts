import { connect, createSecureServer, type Http2SecureServer } from 'node:http2'
import { request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createAuthenticator } from '../../src/auth/authentication.js'
import { readAuthenticationRequest } from '../../src/auth/authentication-request.js'
import { createTokenAuthentication } from '../../src/auth/bearer-tokens.js'
import { fingerprintsOf } from '../../src/auth/client-certificate.js'
import { type CertificatePair, issueAuthority, issueCertificate } from '../../src/certs/issue.js'
import type { UserInfo } from '../../src/meta/user.js'

const hour = 3_600_000
const from = (start: number, end: number) => ({
  notBefore: new Date(Date.now() + start * hour),
  notAfter: new Date(Date.now() + end * hour),
})
const valid = from(-1, 24)

let server: Http2SecureServer
let port: number
let authority: CertificatePair
let clients: Record<string, CertificatePair | undefined>

beforeAll(async () => {
  authority = await issueAuthority('test', from(-100, 100))
  const other = await issueAuthority('test', from(-100, 100))
  const carol = { client: { user: 'carol', groups: ['devs', 'o=qa, x+y'] } }
  const names = { server: { commonName: 'carol', dnsNames: ['localhost'], addresses: ['127.0.0.1'] } }
  const serving = await issueCertificate(authority, names, valid)
  clients = {
    none: undefined,
    good: await issueCertificate(authority, carol, valid),
    foreign: await issueCertificate(other, carol, valid),
    expired: await issueCertificate(authority, carol, from(-50, -1)),
    early: await issueCertificate(authority, carol, from(1, 50)),
    'for servers': serving,
  }
  const authorities = { clients: fingerprintsOf(authority.cert), frontProxies: new Set<string>() }
  const authenticate = createAuthenticator({
    tokens: createTokenAuthentication([], []),
    allowLocalhost: false,
    allowAnonymous: true,
    now: Date.now,
  })
  server = createSecureServer({
    ...{ cert: serving.cert, key: serving.key, ca: authority.cert },
    ...{ requestCert: true, rejectUnauthorized: false, allowHTTP1: true },
  })
  server.on('request', (message, response) => {
    try {
      response.end(JSON.stringify(authenticate(readAuthenticationRequest(message, authorities))))
    } catch (error) {
      response.end(JSON.stringify({ name: (error as Error).message }))
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
afterAll(() => server.close())

function viaHttp1(client: CertificatePair | undefined): Promise<UserInfo[]> {
  return new Promise((resolve, reject) => {
    const options = { ca: authority.cert, ...client, agent: false as const }
    const sent = request(`https://127.0.0.1:${port}/`, options, async (response) => {
      let text = ''
      for await (const chunk of response.setEncoding('utf8')) text += chunk
      resolve([JSON.parse(text) as UserInfo])
    })
    sent.on('error', reject).end()
  })
}

/** Two requests over one connection. */
async function viaHttp2(client: CertificatePair | undefined): Promise<UserInfo[]> {
  const session = connect(`https://127.0.0.1:${port}`, { ca: authority.cert, ...client })
  try {
    const users: UserInfo[] = []
    for (const path of ['/1', '/2']) {
      let text = ''
      for await (const chunk of session.request({ ':path': path }).setEncoding('utf8')) text += chunk
      users.push(JSON.parse(text) as UserInfo)
    }
    return users
  } finally {
    session.close()
  }
}

describe.each([
  ['HTTP/1.1', viaHttp1],
  ['HTTP/2', viaHttp2],
])('client certificates over %s', (_protocol, ask) => {
  test.each([
    ['none', 'system:anonymous'],
    ['good', 'carol'],
    ['foreign', 'Unauthorized'],
    ['expired', 'Unauthorized'],
    ['early', 'Unauthorized'],
    ['for servers', 'Unauthorized'],
  ])('%s: %s', async (client, name) => {
    for (const user of await ask(clients[client])) expect(user.name).toBe(name)
  })

  test('every O is a group, whatever it is made of', async () => {
    for (const user of await ask(clients.good))
      expect(user.groups).toEqual(['devs', 'o=qa, x+y', 'system:authenticated'])
  })
})
