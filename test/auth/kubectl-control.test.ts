import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { load } from 'js-yaml'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkKubectl, type KubectlControl } from '../../src/auth/kubectl-control.js'
import type { JsonObject } from '../../src/meta/object.js'
import { created } from '../support/expect-answer.js'
import { httpClient } from '../support/http.js'
import { runCommand, startServer, type TestServer } from '../support/server.js'
import { plainToken, writeTokens } from '../support/server-test.js'

describe('who counts as kubectl', () => {
  const plain = { name: 'a', groups: [] }
  const cases: [control: KubectlControl, userAgent: string | undefined, refused: boolean][] = [
    ['allowed', 'kubectl/v1.33.1 (linux/amd64) kubernetes/abc', false],
    ['disabled', 'kubectl/v1.33.1 (linux/amd64) kubernetes/abc', true],
    ['disabled', 'kubectl.1.33/v1.33.1', true],
    ['disabled', 'KUBECTL', true],
    ['disabled', 'kubectl-neat/1', true],
    ['disabled', 'curl/8', false],
    ['disabled', 'Go-http-client/2.0 kubectl', false],
    ['disabled', undefined, false],
    ['ephemeral', 'kubectl/v1.33.1', true],
    ['ephemeral', 'curl/8', false],
  ]
  test.each(cases)('%s: %s', (control, userAgent, refused) => {
    const check = () => checkKubectl(control, userAgent, plain)
    if (refused) expect(check).toThrow(/^forbidden: kubectl /)
    else expect(check).not.toThrow()
  })
})

describe('tokens made for the moment', () => {
  let server: TestServer
  beforeAll(async () => {
    const flags = ['--kubectl-ephemeral-token', '--kubectl-ephemeral-duration=30m', '--authn-allow-localhost=false']
    server = await startServer({ args: [`--token-auth-file=${writeTokens()}`, ...flags] })
  })
  afterAll(() => server.stop())

  const kubectl = { 'user-agent': 'kubectl/v1.35.0' }
  const as = (token: string) => httpClient(server.url, { headers: { authorization: `Bearer ${token}` } })
  const whoami = '/apis/authentication.k8s.io/v1/selfsubjectreviews'
  const user = async (token: string) => created(await as(token).post(whoami, {}, kubectl)).status as JsonObject
  const make = async (args: string) =>
    (await runCommand(['token', 'create', `--file-rootpath=${server.root}`, ...args.split(' ')])).stdout.trim()

  test('are what kubectl needs; others need none', async () => {
    const refused = await as(plainToken).get('/api', kubectl)
    expect(refused.json()).toMatchObject({ code: 403, reason: 'Forbidden', details: {} })
    expect(refused.text).toContain('wukong-apiserver token create')
    expect((await as(plainToken).get('/api')).status).toBe(200)
  })

  test('are made by who may read the root', async () => {
    expect(await user(await make('--duration=10m'))).toMatchObject({
      userInfo: { username: 'admin', groups: ['system:masters', 'system:authenticated'] },
    })
    const other = await user(await make('--user=eve --groups=devs,qa'))
    expect(other).toMatchObject({ userInfo: { username: 'eve', groups: ['devs', 'qa', 'system:authenticated'] } })
    const nowhere = join(server.root, 'nowhere')
    const refused = await runCommand(['token', 'create', `--file-rootpath=${nowhere}`])
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining(`${nowhere} does not exist: start the`) })
    expect(existsSync(nowhere)).toBe(false)
  })

  test('are made by POST for the caller, and make no others', async () => {
    const answer = created<{ token: string; expirationTimestamp: string } & JsonObject>(
      (await as(plainToken).post('/wukong/token', { duration: '10m' })) as never,
    )
    const left = Date.parse(answer.expirationTimestamp) - Date.now()
    expect(left).toBeGreaterThan(500_000)
    expect(left).toBeLessThanOrEqual(600_000)
    expect(await user(answer.token)).toMatchObject({
      userInfo: { username: 'plain', uid: '2', groups: ['staff', 'kitchen', 'system:authenticated'] },
    })
    expect((await as(answer.token).post('/wukong/token', '')).status).toBe(403)
    const refused: [body: unknown, code: number][] = [
      [{ duration: '31m' }, 400],
      [{ duration: 5 }, 400],
      [{ duration: '-1m' }, 400],
      ['[', 400],
      ['[]', 400],
    ]
    for (const [body, code] of refused) expect((await as(plainToken).post('/wukong/token', body)).status).toBe(code)
    expect((await httpClient(server.url).post('/wukong/token', '')).status).toBe(403)
  })

  test('end', async () => {
    const token = await make('--duration=1s')
    for (let status = 0; status !== 401; ) status = (await as(token).get('/api')).status
    const review = { spec: { token } }
    const path = '/apis/authentication.k8s.io/v1/tokenreviews'
    const { status } = created(await as(plainToken).post(path, review)) as unknown as { status: object }
    expect(status).toEqual({ user: {}, error: '[invalid bearer token, the token made for the moment has expired]' })
  })

  test('a kubeconfig can be of a service account', async () => {
    created(await as(plainToken).post('/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'robot' } }))
    const flags = ['kubeconfig', `--file-rootpath=${server.root}`, `--server=${server.secureUrl}`]
    const run = await runCommand([...flags, '--serviceaccount=default/robot', '--duration=20m'])
    expect(run.code, run.stderr).toBe(0)
    const config = load(run.stdout) as { users: [{ user: { token: string } }] }
    const { token } = config.users[0].user
    const review = created(await as(token).post(whoami, {})).status
    expect(review).toMatchObject({ userInfo: { username: 'system:serviceaccount:default:robot' } })
    const missing = await runCommand([...flags, '--serviceaccount=default/nobody'])
    expect(missing.stderr).toBe(`error: ${server.secureUrl}: serviceaccounts "nobody" not found\n`)
    const gone = [...flags.slice(0, 2), '--server=https://127.0.0.1:1', '--serviceaccount=default/robot']
    expect((await runCommand(gone)).stderr).toMatch(/^error: no answer from https:\/\/127\.0\.0\.1:1: .*\n$/)
  })
})
