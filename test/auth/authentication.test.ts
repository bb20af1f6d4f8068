import { describe, expect, test } from 'vitest'
import { createAuthenticator } from '../../src/auth/authentication.js'
import type { AuthenticationRequest } from '../../src/auth/authentication-request.js'
import { createTokenAuthentication } from '../../src/auth/bearer-tokens.js'
import { StatusError } from '../../src/meta/status.js'
import { certificateWith, requestWith } from './requests.js'

const tokens = createTokenAuthentication(
  [
    {
      authenticateToken: (token: string) =>
        token === 'first' ? { user: { name: 'alice', uid: 'u1', groups: ['devs'] } } : undefined,
    },
    {
      authenticateToken: async (token: string) =>
        token === 'second' ? { user: { name: 'bob', groups: ['system:authenticated', 'qa'] } } : undefined,
    },
  ],
  ['here'],
)
const authenticate = createAuthenticator({ tokens, allowLocalhost: false, allowAnonymous: true, now: () => 1500 })

const bearer = (authorization: string, changes: Partial<AuthenticationRequest> = {}) =>
  requestWith({ headers: { host: '127.0.0.1:6080', authorization }, ...changes })

describe('who a request is from', () => {
  const carol = {
    name: 'carol',
    groups: ['devs', 'qa', 'system:authenticated'],
    extra: { 'authentication.kubernetes.io/credential-id': ['X509SHA256=ab12'] },
  }
  const alice = { name: 'alice', uid: 'u1', groups: ['devs', 'system:authenticated'] }
  const anonymous = { name: 'system:anonymous', groups: ['system:unauthenticated'] }
  const shown = (changes: Parameters<typeof certificateWith>[0]) =>
    requestWith({ secure: true, clientCertificate: certificateWith(changes) })
  const cases: [string, AuthenticationRequest, object | 401][] = [
    ['a token', bearer('Bearer first'), alice],
    ['the scheme in another case, more space', bearer('  bEARER first  '), alice],
    ['more after the token', bearer('Bearer first and more'), alice],
    ['a token of the second source', bearer('Bearer second'), { name: 'bob', groups: ['system:authenticated', 'qa'] }],
    ['a token nobody knows', bearer('Bearer third'), 401],
    ['a token in another case', bearer('Bearer FIRST'), 401],
    ['no token behind the scheme', bearer('Bearer '), anonymous],
    ['two spaces before the token, as upstream', bearer('Bearer  first'), anonymous],
    ['an empty header', bearer(''), anonymous],
    ['basic authentication is not known', bearer('Basic YTpi'), anonymous],
    ['no credentials', requestWith(), anonymous],
    ['a certificate', shown({}), carol],
    ['a certificate with a UID', shown({ uids: ['u-7'] }), { ...carol, uid: 'u-7' }],
    ['a certificate with two UIDs', shown({ uids: ['a', 'b'] }), 401],
    ['a certificate without groups', shown({ organizations: [] }), { ...carol, groups: ['system:authenticated'] }],
    ['a certificate without a name', shown({ commonName: '' }), anonymous],
    ['a certificate of another authority', shown({ authorized: false }), 401],
    ['a certificate that expired during the connection', shown({ validTo: 1499 }), 401],
    ['a certificate that front proxies have', shown({ authorities: new Set(['front proxy']) }), 401],
    ['a certificate from the future', shown({ validFrom: 1501 }), 401],
    ['a good certificate before a token', bearer('Bearer first', { clientCertificate: certificateWith() }), carol],
    ['a good certificate beside a bad token', bearer('Bearer x', { clientCertificate: certificateWith() }), carol],
    [
      'a bad certificate beside a good token',
      bearer('Bearer first', { clientCertificate: certificateWith({ validTo: 1 }) }),
      alice,
    ],
    [
      'a bad certificate beside a bad token',
      bearer('Bearer x', { clientCertificate: certificateWith({ validTo: 1 }) }),
      401,
    ],
  ]
  test.each(cases)('%s', async (_name, request, expected) => {
    const answer = (async () => authenticate(request))()
    if (expected !== 401) return expect(await answer).toEqual(expected)
    await expect(answer).rejects.toThrow(StatusError)
    await expect(answer).rejects.toThrow('Unauthorized')
  })
})

describe('the local admin', () => {
  const localAuthenticate = createAuthenticator({
    ...{ tokens, allowLocalhost: true, allowAnonymous: true, now: () => 1500 },
  })
  const isAdmin = async (request: AuthenticationRequest) => (await localAuthenticate(request)).name === 'admin'
  const headers = (more: Record<string, string>) => requestWith({ headers: { host: '127.0.0.1:6080', ...more } })
  const from = (remoteAddress: string | undefined) => requestWith({ remoteAddress })
  const host = (name: string | undefined) => requestWith({ headers: name === undefined ? {} : { host: name } })
  const cases: [string, AuthenticationRequest, boolean][] = [
    ['curl', requestWith(), true],
    ['over IPv6', requestWith({ remoteAddress: '::1', headers: { host: '[::1]:6080' } }), true],
    ['IPv4 on a socket for both', from('::ffff:127.0.0.1'), true],
    ['another address of the loopback net', from('127.3.2.1'), true],
    ['another machine', from('192.0.2.1'), false],
    ['another machine, mapped', from('::ffff:192.0.2.1'), false],
    ['an address that only starts like it', from('127.0.0.1.example'), false],
    ['a connection that is gone', from(undefined), false],
    ['localhost', host('localhost:6080'), true],
    ['localhost without a port', host('localhost'), true],
    ['LOCALHOST', host('LOCALHOST:1'), true],
    ['IPv6 without a port', host('[::1]'), true],
    ['a name that resolves to 127.0.0.1', host('evil.example:6080'), false],
    ['a name that starts like localhost', host('localhost.evil.example'), false],
    ['a user before the host', host('localhost@evil.example'), false],
    ['another loopback address as host', host('127.0.0.2:6080'), false],
    ['no Host', host(undefined), false],
    ['an empty Host', host(''), false],
    ['HTTP/2 names it :authority', requestWith({ headers: { ':authority': 'localhost:8443' }, secure: true }), true],
    ['a foreign :authority', requestWith({ headers: { ':authority': 'evil.example' }, secure: true }), false],
    ['two that differ', requestWith({ headers: { ':authority': 'localhost:1', host: 'evil.example' } }), false],
    ['a page served here', headers({ origin: 'http://127.0.0.1:6080' }), true],
    ['a page of another port', headers({ origin: 'http://127.0.0.1:3000' }), false],
    ['a page of the other scheme', headers({ origin: 'https://127.0.0.1:6080' }), false],
    ['a page of another name of this machine', headers({ origin: 'http://localhost:6080' }), false],
    ['a page elsewhere', headers({ origin: 'https://evil.example' }), false],
    ['a sandboxed page', headers({ origin: 'null' }), false],
    ['an empty Origin', headers({ origin: '' }), false],
    ['typed into the browser', headers({ 'sec-fetch-site': 'none' }), true],
    ['a script of the page served here', headers({ 'sec-fetch-site': 'same-origin' }), true],
    ['an image in a page of another port', headers({ 'sec-fetch-site': 'same-site' }), false],
    ['a link in a page elsewhere', headers({ 'sec-fetch-site': 'cross-site' }), false],
    ['Forwarded', headers({ forwarded: 'for=192.0.2.1' }), false],
    ['X-Forwarded-For', headers({ 'x-forwarded-for': '192.0.2.1' }), false],
    ['X-Forwarded-Proto, empty', headers({ 'x-forwarded-proto': '' }), false],
    ['X-Real-IP', headers({ 'x-real-ip': '127.0.0.1' }), false],
    ['Via', headers({ via: '1.1 proxy' }), false],
    ['basic authentication', headers({ authorization: 'Basic YTpi' }), false],
    ['a nameless certificate', requestWith({ clientCertificate: certificateWith({ commonName: '' }) }), false],
  ]
  test.each(cases)('%s: %s', async (_name, request, expected) => expect(await isAdmin(request)).toBe(expected))

  test('is in system:masters', () => {
    expect(localAuthenticate(requestWith())).toEqual({
      name: 'admin',
      groups: ['system:masters', 'system:authenticated'],
    })
  })
  test('a wrong token is 401 here too', async () => {
    await expect((async () => localAuthenticate(bearer('Bearer wrong')))()).rejects.toThrow('Unauthorized')
  })
  test('only where it is allowed', () =>
    expect(authenticate(requestWith())).toMatchObject({ name: 'system:anonymous' }))
})

describe('without anonymous requests', () => {
  const closed = (allowLocalhost: boolean) =>
    createAuthenticator({ tokens, allowLocalhost, allowAnonymous: false, now: () => 1500 })
  test('who shows nothing is refused', () => {
    expect(() => closed(false)(requestWith())).toThrow('Unauthorized')
  })
  test('the local admin is not', () => expect(closed(true)(requestWith())).toMatchObject({ name: 'admin' }))
})

describe('A05: a front proxy', () => {
  const frontProxy = {
    allowedNames: ['front'],
    usernameHeaders: ['X-Remote-User', 'X-Other-User'],
    uidHeaders: ['X-Remote-Uid'],
    groupHeaders: ['X-Remote-Group'],
    extraHeaderPrefixes: ['X-Remote-Extra-'],
  }
  const asked = (options: typeof frontProxy, certificate: object, headers: Record<string, string | string[]>) => {
    const given = createAuthenticator({
      ...{ tokens, allowLocalhost: false, allowAnonymous: true, now: () => 1500 },
      frontProxy: () => options,
    })
    const clientCertificate = certificateWith({
      ...{ commonName: 'front', authorities: new Set(['front proxy' as const]) },
      ...certificate,
    })
    return (async () => given(requestWith({ secure: true, clientCertificate, headers: { host: 'x', ...headers } })))()
  }
  const dave = { name: 'dave', groups: ['system:authenticated'] }
  const cases: [string, object, Record<string, string | string[]>, object | 401][] = [
    ['says for whom it asks', {}, { 'x-remote-user': 'dave' }, dave],
    ['by any of its headers', {}, { 'X-Other-User': 'dave' }, dave],
    [
      'with UID, groups and more',
      {},
      {
        ...{ 'X-Remote-User': 'dave', 'X-Remote-Uid': 'u9', 'X-Remote-Group': ['g1', '', 'g2'] },
        ...{ 'X-Remote-Extra-Foo%2fBar': ['v', 'w'], 'x-remote-extra-scopes': 's' },
      },
      {
        ...{ name: 'dave', uid: 'u9', groups: ['g1', 'g2', 'system:authenticated'] },
        extra: { 'foo/bar': ['v', 'w'], scopes: ['s'] },
      },
    ],
    ['of another name is refused', { commonName: 'other' }, { 'X-Remote-User': 'dave' }, 401],
    ['is refused once its certificate has expired', { validTo: 1400 }, { 'X-Remote-User': 'dave' }, 401],
    ['with a bad certificate is refused', { authorized: false }, { 'X-Remote-User': 'dave' }, 401],
    ['that says nothing is refused', {}, {}, 401],
    [
      'is none with a certificate for clients',
      { authorities: new Set(['clients']) },
      { 'X-Remote-User': 'dave' },
      { name: 'front' },
    ],
    [
      'of no good leaves a token good',
      { commonName: 'other' },
      { 'X-Remote-User': 'dave', authorization: 'Bearer first' },
      { name: 'alice' },
    ],
  ]
  test.each(cases)('%s', async (_name, certificate, headers, expected) => {
    const answer = asked(frontProxy, certificate, headers)
    if (expected === 401) await expect(answer).rejects.toThrow('Unauthorized')
    else expect(await answer).toMatchObject(expected)
  })
  test('may have any name where none is asked for', async () => {
    const open = { ...frontProxy, allowedNames: [] }
    expect(await asked(open, { commonName: 'x' }, { 'X-Remote-User': 'dave' })).toMatchObject(dave)
  })
})
