import { createHmac, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { kindType } from '../../src/apis/facts/kind-types.js'
import { decodeProtobuf, encodeProtobuf } from '../../src/codec/protobuf/protobuf.js'
import type { JsonObject, KubeObject } from '../../src/meta/object.js'
import { created, done } from '../support/expect-answer.js'
import { type HttpClient, httpClient } from '../support/http.js'
import { startAgain, startServer, type TestServer } from '../support/server.js'
import { writeTokens } from '../support/server-test.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const issuer = 'https://kubernetes.default.svc.cluster.local'
const accounts = '/api/v1/namespaces/default/serviceaccounts'
const secrets = '/api/v1/namespaces/default/secrets'
const whoami = '/apis/authentication.k8s.io/v1/selfsubjectreviews'
const reviews = '/apis/authentication.k8s.io/v1/tokenreviews'

let server: TestServer
let api: HttpClient
const args = [`--token-auth-file=${writeTokens()}`, '--authn-allow-localhost=false', '--controllers=']
const admin = { headers: { authorization: 'Bearer test-admin-token' } }
beforeAll(async () => {
  server = await startServer({ args })
  api = httpClient(server.url, admin)
  for (const name of ['robot', 'other']) created(await api.post(accounts, { metadata: { name } }))
})
afterAll(() => server.stop())

interface TokenRequest extends KubeObject {
  readonly spec: { readonly audiences: string[]; readonly expirationSeconds: number }
  readonly status: { readonly token: string; readonly expirationTimestamp: string }
}

async function request(spec: object = {}, account = 'robot'): Promise<TokenRequest> {
  return created<TokenRequest>(await api.post(`${accounts}/${account}/token`, { spec }))
}
const part = (token: string, index: number) =>
  JSON.parse(Buffer.from(token.split('.')[index] ?? '', 'base64url').toString()) as JsonObject
const as = (token: string) => httpClient(server.url, { headers: { authorization: `Bearer ${token}` } })
const statusOf = async (token: string) => (await as(token).post(whoami, {})).status
const review = async (token: string, audiences?: string[]) =>
  created(await api.post(reviews, { spec: { token, ...(audiences ? { audiences } : {}) } })).status as JsonObject

describe('U06: tokens of service accounts', () => {
  test('say whose they are and for how long', async () => {
    const { metadata, spec, status } = await request({ expirationSeconds: 600 })
    const account = done(await api.get(`${accounts}/robot`))
    const { uid } = account.metadata
    expect(metadata).toMatchObject({ name: 'robot', namespace: 'default', uid })
    expect(metadata.managedFields).toMatchObject([
      { subresource: 'token', fieldsV1: { 'f:spec': { 'f:expirationSeconds': {} } } },
    ])
    expect(spec).toEqual({ audiences: [issuer], expirationSeconds: 600, boundObjectRef: null })
    expect(part(status.token, 0)).toEqual({ alg: 'ES256', kid: expect.any(String) })
    const claims = part(status.token, 1)
    expect(claims).toEqual({
      ...{ aud: [issuer], iss: issuer, sub: 'system:serviceaccount:default:robot', jti: expect.any(String) },
      ...{ iat: expect.any(Number), nbf: claims.iat, exp: Number(claims.iat) + 600 },
      'kubernetes.io': { namespace: 'default', serviceaccount: { name: 'robot', uid } },
    })
    expect(Date.parse(status.expirationTimestamp) / 1000).toBe(claims.exp)
  })

  test('let the account in, with its groups', async () => {
    const { status } = await request()
    const { userInfo } = created(await as(status.token).post(whoami, {})).status as JsonObject
    expect(userInfo).toEqual({
      username: 'system:serviceaccount:default:robot',
      uid: expect.any(String),
      groups: ['system:serviceaccounts', 'system:serviceaccounts:default', 'system:authenticated'],
      extra: { 'authentication.kubernetes.io/credential-id': [`JTI=${part(status.token, 1).jti}`] },
    })
    expect(await review(status.token)).toMatchObject({ authenticated: true, audiences: [issuer] })
  })

  test('for others do not open this server, and are known to it', async () => {
    const { status } = await request({ audiences: ['vault', 'x'] })
    expect(await statusOf(status.token)).toBe(401)
    expect(await review(status.token, ['vault', 'y'])).toMatchObject({ authenticated: true, audiences: ['vault'] })
    expect(await review(status.token)).toEqual({
      user: {},
      error: `[invalid bearer token, token audiences ["vault" "x"] is invalid for the target audiences ["${issuer}"]]`,
    })
  })

  test('end with the account, and with the secret they are bound to', async () => {
    created(await api.post(accounts, { metadata: { name: 'brief' } }))
    const { status } = await request({}, 'brief')
    expect(await statusOf(status.token)).toBe(201)
    done(await api.delete(`${accounts}/brief`))
    expect(await statusOf(status.token)).toBe(401)
    created(await api.post(accounts, { metadata: { name: 'brief' } }))
    expect(await statusOf(status.token)).toBe(401)
    expect((await review(status.token)).error).toMatch(/service account UID \(.*\) does not match claim/)

    const { uid } = created(await api.post(secrets, { metadata: { name: 'bond' } })).metadata
    const boundObjectRef = { kind: 'Secret', apiVersion: 'v1', name: 'bond', uid }
    const bound = (await request({ boundObjectRef })).status.token
    expect(part(bound, 1)['kubernetes.io']).toMatchObject({ secret: { name: 'bond', uid } })
    expect(await statusOf(bound)).toBe(201)
    done(await api.delete(`${secrets}/bond`))
    expect(await statusOf(bound)).toBe(401)
    expect((await review(bound)).error).toBe('[invalid bearer token, service account token has been invalidated]')
  })

  test('C03: are asked for and given in protobuf', async () => {
    const media = 'application/vnd.kubernetes.protobuf'
    const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { audiences: ['a'] } }
    const headers = { 'content-type': media, accept: media }
    const answer = await api.request('POST', `${accounts}/robot/token`, encodeProtobuf(body, kindType), headers)
    expect(answer.status).toBe(201)
    const { spec } = decodeProtobuf(answer.bytes, kindType) as unknown as TokenRequest
    expect(spec).toMatchObject({ audiences: ['a'], expirationSeconds: 3600 })
  })

  const ref = (kind: string, more: object = {}) => ({ boundObjectRef: { kind, apiVersion: 'v1', name: 'no', ...more } })
  const span = 'TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: '
  const refused: [body: object, account: string, code: number, message: string][] = [
    [{ spec: {} }, 'none', 404, 'serviceaccounts "none" not found'],
    [{ spec: { expirationSeconds: 5 } }, 'robot', 422, `${span}5: may not specify a duration less than 10 minutes`],
    [
      { spec: { expirationSeconds: 4294967297 } },
      'robot',
      422,
      `${span}4294967297: may not specify a duration larger than 2^32 seconds`,
    ],
    [{ spec: ref('Secret') }, 'robot', 404, 'secrets "no" not found'],
    [{ spec: ref('Pod') }, 'robot', 404, 'pods "no" not found'],
    [{ spec: ref('Node') }, 'robot', 404, 'nodes "no" not found'],
    [{ spec: ref('ConfigMap') }, 'robot', 400, 'cannot bind token to object of type /v1, Kind=ConfigMap'],
    [
      { metadata: { name: 'x' }, spec: {} },
      'robot',
      422,
      'TokenRequest.authentication.k8s.io "robot" is invalid: metadata.name: Invalid value: "x": must match the service account name if specified',
    ],
  ]
  test.each(refused)('are not given for %j of %s', async (body, account, code, message) => {
    expect((await api.post(`${accounts}/${account}/token`, body)).json()).toMatchObject({ code, message })
  })

  test('are only created', async () => {
    expect((await api.get(`${accounts}/robot/token`)).status).toBe(405)
    const { resources } = done<KubeObject & { resources: object[] }>(await api.get('/api/v1'))
    expect(resources).toContainEqual(
      expect.objectContaining({ name: 'serviceaccounts/token', kind: 'TokenRequest', verbs: ['create'] }),
    )
  })
})

describe('D64: others can check them', () => {
  test('with the keys that are published', async () => {
    const { status } = await request()
    const configuration = await api.get('/.well-known/openid-configuration')
    expect(configuration.json<JsonObject>()).toMatchObject({ issuer, jwks_uri: `${server.url}/openid/v1/jwks` })
    expect(configuration.headers['cache-control']).toBe('public, max-age=3600')
    const answer = await api.get('/openid/v1/jwks')
    expect(answer.headers['content-type']).toBe('application/jwk-set+json')
    const { keys } = answer.json<{ keys: JsonObject[] }>()
    const key = keys.find(({ kid }) => kid === part(status.token, 0).kid) as JsonObject
    const [head, body, signature = ''] = status.token.split('.')
    const publicKey = createPublicKey({ key, format: 'jwk' })
    const bytes = Buffer.from(signature, 'base64url')
    const options = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const
    expect(verify('sha256', Buffer.from(`${head}.${body}`), options, bytes)).toBe(true)
    expect(keys).not.toContainEqual(expect.objectContaining({ d: expect.anything() }))
  })
})

describe('forged tokens', () => {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const signed = (header: object, claims: object) => {
    const text = `${encode(header)}.${encode(claims)}`
    const options = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const
    return `${text}.${sign('sha256', Buffer.from(text), options).toString('base64url')}`
  }
  test('are refused', async () => {
    const { token } = (await request()).status
    const [header, claims] = [part(token, 0), part(token, 1)]
    const [head = '', body = '', signature = ''] = token.split('.')
    const admin = { ...claims, sub: 'system:serviceaccount:kube-system:admin' }
    const pem = readFileSync(join(server.root, 'cert', 'ca.crt'))
    const hmac = `${encode({ ...header, alg: 'HS256' })}.${body}`
    const forged = [
      `${head}.${encode(admin)}.${signature}`,
      signed(header, claims),
      signed({ ...header, kid: 'other' }, claims),
      signed({ alg: 'ES256' }, claims),
      `${encode({ ...header, alg: 'none' })}.${body}.`,
      `${hmac}.${createHmac('sha256', pem).update(hmac).digest('base64url')}`,
      signed({ ...header, crit: ['x'], x: 1 }, claims),
      `${head}.${body}.${signature}x`,
      `${head}.${body}`,
      `${head}.${body}.${signature}.x`,
      `${head}.${encode({ ...claims, iss: 'x' })}.${signature}`,
      `${head}.${Buffer.from('null').toString('base64url')}.${signature}`,
      `${'a'.repeat(100_000)}.${body}.${signature}`,
      '..',
    ]
    for (const one of forged.filter((text) => text.length < 10_000)) expect(await statusOf(one), one).toBe(401)
    for (const one of forged) expect((await review(one)).authenticated, one.slice(0, 80)).toBeUndefined()
    expect(await statusOf(token)).toBe(201)
  })
})

describe('keys', () => {
  test('the one that is made is for its owner only, and stays', async () => {
    const { token } = (await request()).status
    const path = join(server.root, 'cert', 'service-account.key')
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600)
    await server.stop()
    server = await startAgain(server, { args })
    expect(await statusOf(token)).toBe(201)
  })

  test('of files sign, and those of before stay good', async () => {
    const before = (await request()).status.token
    const folder = temporaryFolder()
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const signing = join(folder, 'rsa.key')
    writeFileSync(signing, rsa.privateKey.export({ type: 'pkcs1', format: 'pem' }))
    const own = join(server.root, 'cert', 'service-account.key')
    const flags = [`--service-account-signing-key-file=${signing}`, `--service-account-key-file=${own}`]
    const issuers = `--service-account-issuer=https://tokens.example,${issuer}`
    await server.stop()
    server = await startAgain(server, { args: [...args, ...flags, issuers, `--api-audiences=${issuer},api`] })
    const { token } = (await request()).status
    expect(part(token, 0).alg).toBe('RS256')
    expect(part(token, 1)).toMatchObject({ iss: 'https://tokens.example', aud: [issuer, 'api'] })
    expect(await statusOf(token)).toBe(201)
    expect(await statusOf(before)).toBe(201)
    await server.stop()
    server = await startAgain(server, { args })
    expect(await statusOf(token)).toBe(401)
    expect(await statusOf(before)).toBe(201)
  })
})
