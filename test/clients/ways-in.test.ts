import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { describe, expect } from 'vitest'
import { type CertificatePair, issueAuthority, issueCertificate } from '../../src/certs/issue.js'
import type { JsonObject } from '../../src/meta/object.js'
import type { Program } from '../support/client-programs.js'
import { eventually } from '../support/eventually.js'
import { created, done } from '../support/expect-answer.js'
import { buildGoProgram } from '../support/go-program.js'
import { httpClient } from '../support/http.js'
import { kubeconfig } from '../support/kubectl.js'
import { pythonWith } from '../support/python.js'
import { requireProgram } from '../support/require-program.js'
import { startServer } from '../support/server.js'
import { adminToken, test as base, plainToken } from '../support/server-test.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const hour = 3_600_000
const validity = { notBefore: new Date(Date.now() - hour), notAfter: new Date(Date.now() + hour) }

interface Authorities {
  readonly folder: string
  readonly clients: CertificatePair
  readonly proxies: CertificatePair
}

/** A server with authorities of its own for clients and for front proxies. */
const it = base
  .extend('authorities', { scope: 'file' }, async (): Promise<Authorities> => {
    const folder = temporaryFolder()
    const [clients, proxies] = [await issueAuthority('clients', validity), await issueAuthority('proxies', validity)]
    writeFileSync(join(folder, 'clients.crt'), clients.cert)
    writeFileSync(join(folder, 'proxies.crt'), proxies.cert)
    return { folder, clients, proxies }
  })
  .extend('server', { scope: 'file' }, async ({ tokenFile, authorities: { folder } }, { onCleanup }) => {
    const authorities = [
      `--client-ca-file=${join(folder, 'clients.crt')}`,
      `--requestheader-client-ca-file=${join(folder, 'proxies.crt')}`,
    ]
    const flags = [
      `--token-auth-file=${tokenFile}`,
      '--requestheader-allowed-names=front',
      '--authn-allow-localhost=false',
    ]
    const server = await startServer({ args: ['--backend=memory', ...flags, ...authorities] })
    onCleanup(async () => {
      await server.stop()
    })
    return server
  })
  .extend('api', { scope: 'file' }, ({ server }) =>
    httpClient(server.url, { headers: { authorization: `Bearer ${adminToken}` } }),
  )

type Run = (config: string, headers: string) => Promise<{ code: number | null; stdout: string; stderr: string }>

function runner(program: string, args: (config: string) => string[]): Run {
  return (config, headers) =>
    new Promise((resolve, reject) => {
      const env = { ...process.env, REMOTE_HEADERS: headers }
      const child = spawn(program, args(config), { env, stdio: ['ignore', 'pipe', 'pipe'] })
      let [stdout, stderr] = ['', '']
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        stdout += text
      })
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        stderr += text
      })
      child.on('error', reject)
      child.on('close', (code) => resolve({ code, stdout, stderr }))
    })
}

const folder = import.meta.dirname
const clients: readonly {
  name: string
  impersonates: boolean
  find: () => Program
  args: (config: string) => string[]
}[] = [
  {
    name: 'client-go',
    impersonates: true,
    find: () => buildGoProgram(join(folder, 'client-go')),
    args: (config) => [`--kubeconfig=${config}`, 'whoami'],
  },
  {
    name: "Python's client",
    // It does not read it off a kubeconfig.
    impersonates: false,
    find: () => pythonWith(join(folder, 'python', 'requirements.txt')),
    args: (config) => [join(folder, 'python', 'whoami.py'), config],
  },
]

const base64 = (text: string) => Buffer.from(text).toString('base64')
const embedded = ({ cert, key }: CertificatePair) => ({
  ...{ 'client-certificate-data': base64(cert), 'client-key-data': base64(key) },
})
const known = 'system:authenticated'
const remote = 'X-Remote-User: dave\nX-Remote-Group: g9\nX-Remote-Extra-Scopes: s'

describe.for(clients)('$name is let in', ({ name, impersonates, find, args }) => {
  it('in every way', { timeout: 600_000 }, async ({ server, api, authorities, skip }) => {
    const run = runner(requireProgram(find(), { skip }), args)
    const whoami = async (user: JsonObject, headers = '') => {
      const config = join(temporaryFolder(), 'config')
      writeFileSync(config, JSON.stringify(kubeconfig(server, user)), { mode: 0o600 })
      const { code, stdout, stderr } = await run(config, headers)
      return code === 0 ? (JSON.parse(stdout) as JsonObject) : stderr
    }
    const plain = { username: 'plain', uid: '2', groups: ['staff', 'kitchen', known] }
    expect(await whoami({ token: plainToken })).toEqual(plain)
    expect(await whoami({ token: 'wrong' })).toMatch(/[Uu]nauthorized/)

    const client = { client: { user: 'carol', groups: ['devs', 'qa'] } }
    const carol = embedded(await issueCertificate(authorities.clients, client, validity))
    expect(await whoami(carol)).toMatchObject({ username: 'carol', groups: ['devs', 'qa', known] })

    const account = `robot-${name.length}`
    const accounts = '/api/v1/namespaces/default/serviceaccounts'
    created(await api.post(accounts, { metadata: { name: account } }))
    const { status } = created(await api.post(`${accounts}/${account}/token`, { spec: {} }))
    const robot = `system:serviceaccount:default:${account}`
    expect(await whoami({ token: (status as JsonObject).token })).toMatchObject({
      ...{ username: robot, groups: ['system:serviceaccounts', 'system:serviceaccounts:default', known] },
    })

    const eve = { username: 'eve', groups: ['devs', known] }
    if (impersonates) expect(await whoami({ token: adminToken, as: 'eve', 'as-groups': ['devs'] })).toEqual(eve)
    expect(await whoami({ token: adminToken }, 'Impersonate-User: eve\nImpersonate-Group: devs')).toEqual(eve)

    const proxy = { client: { user: 'front', groups: [] } }
    const front = embedded(await issueCertificate(authorities.proxies, proxy, validity))
    expect(await whoami(front, remote)).toEqual({ username: 'dave', groups: ['g9', known], extra: { scopes: ['s'] } })
    expect(await whoami(front)).toMatch(/[Uu]nauthorized/)
    expect(await whoami({ token: plainToken }, remote)).toEqual(plain)
    expect(await whoami(carol, remote)).toMatchObject({ username: 'carol' })
  })
})

describe('A05: API servers behind this one', () => {
  it('are told whom to believe', async ({ api, authorities }) => {
    const path = '/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication'
    const { data } = (await api.get(path)).json()
    expect(data).toEqual({
      'client-ca-file': authorities.clients.cert,
      'requestheader-client-ca-file': readFileSync(join(authorities.folder, 'proxies.crt'), 'utf8'),
      'requestheader-allowed-names': '["front"]',
      'requestheader-username-headers': '["X-Remote-User"]',
      'requestheader-uid-headers': '["X-Remote-Uid"]',
      'requestheader-group-headers': '["X-Remote-Group"]',
      'requestheader-extra-headers-prefix': '["X-Remote-Extra-"]',
    })
  })

  it('are told what others say too, and again what was taken away', async ({ api, authorities }) => {
    const path = '/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication'
    const { data: own } = done<{ data: Record<string, string> }>(await api.get(path))
    const ca = 'requestheader-client-ca-file'
    const said = async () => done<{ data: Record<string, string> }>(await api.get(path)).data
    const other = { [ca]: authorities.clients.cert, 'requestheader-allowed-names': '["other"]', more: 'x' }
    done(await api.patch(path, { data: other }))
    const both = { ...own, more: 'x', [ca]: authorities.clients.cert + own[ca] }
    const names = { 'requestheader-allowed-names': '["other","front"]' }
    await eventually('both are said', async () => isDeepStrictEqual(await said(), { ...both, ...names }))
    done(await api.delete(path))
    await eventually('it is there again', async () => {
      const answer = await api.get(path)
      return answer.status === 200 && isDeepStrictEqual(answer.json().data, own)
    })
  })
})
