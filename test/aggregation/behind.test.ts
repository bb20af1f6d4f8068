import { writeFileSync } from 'node:fs'
import { get } from 'node:https'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { apiServicesPath, becomes, clientCertificate, register, serviceCertificate } from '../support/api-services.js'
import { findKubectl } from '../support/client-programs.js'
import { eventually } from '../support/eventually.js'
import { created, done } from '../support/expect-answer.js'
import { freePort } from '../support/free-port.js'
import { httpClient, type ListBody } from '../support/http.js'
import { kubectlFor } from '../support/kubectl.js'
import { test as rbac } from '../support/rbac-test.js'
import { requireProgram } from '../support/require-program.js'
import { startServer } from '../support/server.js'
import { adminToken, plainToken } from '../support/server-test.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const group = 'hello.zeng.dev'
const foos = (namespace: string) => `/apis/${group}/v1/namespaces/${namespace}/foos`
const foo = (name: string) => ({
  apiVersion: `${group}/v1`,
  kind: 'Foo',
  metadata: { name },
  spec: { msg: 'hello', msg1: 'world' },
})

interface Namespace {
  readonly status?: { readonly conditions?: { readonly type: string; readonly message: string }[] }
}

/** A server of hello.zeng.dev behind `server`, which decides for it; told of by an APIService. */
const it = rbac.extend('behind', { scope: 'file' }, async ({ api, server }, { onCleanup }) => {
  const folder = temporaryFolder()
  const certificate = await serviceCertificate('hello-zeng-dev')
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  const kubeconfig = file(
    'kubeconfig',
    JSON.stringify({
      'current-context': 'front',
      contexts: [{ name: 'front', context: { cluster: 'front', user: 'admin' } }],
      clusters: [{ name: 'front', cluster: { server: server.secureUrl, 'insecure-skip-tls-verify': true } }],
      users: [{ name: 'admin', user: { tokenFile: file('token', `${adminToken}\n`) } }],
    }),
  )
  const args = [
    ...['--apis=examples/hello', `--kubeconfig=${kubeconfig}`, '--authn-allow-localhost=false', '--controllers='],
    `--tls-cert-file=${file('tls.crt', certificate.cert)}`,
    `--tls-private-key-file=${file('tls.key', certificate.key)}`,
  ]
  const ports = [await freePort(), await freePort()] as const
  const name = await register(api, group, ports[1], { caBundle: Buffer.from(certificate.ca).toString('base64') })
  const root = join(folder, 'root')
  const start = () => startServer({ args, ports, root })
  const known = { name, running: await start(), start }
  onCleanup(async () => {
    await known.running.stop()
  })
  await becomes(api, name, 'Passed')
  return known
})

describe('a server behind another one', () => {
  it('serves who is allowed by the one in front, and tells others as upstream does', async ({ api, as, behind }) => {
    created(await api.post('/api/v1/namespaces', { metadata: { name: 'granted' } }))
    const rbacPath = '/apis/rbac.authorization.k8s.io/v1/namespaces/granted'
    const rules = [{ apiGroups: [group], resources: ['foos'], verbs: ['list', 'create'] }]
    created(await api.post(`${rbacPath}/roles`, { metadata: { name: 'r' }, rules }))
    const binding = { roleRef: { kind: 'Role', name: 'r' }, subjects: [{ kind: 'User', name: 'plain' }] }
    created(await api.post(`${rbacPath}/rolebindings`, { metadata: { name: 'b' }, ...binding }))
    const direct = httpClient(behind.running.url, { headers: { authorization: `Bearer ${plainToken}` } })
    for (const client of [as(plainToken), direct]) {
      created(await client.post(foos('granted'), { ...foo('x'), metadata: { generateName: 'x-' } }))
      done(await client.get(foos('granted')))
      const refused = await client.get(foos('default'))
      expect(refused.status).toBe(403)
      expect(refused.json().message).toBe(
        `foos.${group} is forbidden: User "plain" cannot list resource "foos" in API group "${group}" in the namespace "default"`,
      )
    }
    const nowhere = await api.post(foos('nowhere'), foo('x'))
    expect([nowhere.status, nowhere.json().message]).toEqual([404, 'namespaces "nowhere" not found'])
    expect((await direct.get('/apis', { authorization: 'Bearer nobody' })).status).toBe(401)
    expect((await httpClient(behind.running.url).get('/readyz')).status).toBe(200)
    expect((await httpClient(behind.running.url).get('/apis')).status).toBe(403)
  })

  it('believes a front proxy as soon as the one in front says so', async ({ api, behind }) => {
    const proxy = await clientCertificate('another-proxy')
    const headers = { 'X-Remote-User': 'dave', 'X-Remote-Group': 'system:masters' }
    const ask = () =>
      new Promise<number>((resolve, reject) => {
        const { cert, key } = proxy
        const options = { cert, key, headers, agent: false, rejectUnauthorized: false }
        get(`${behind.running.secureUrl}${foos('default')}`, options, (answer) => {
          answer.resume()
          resolve(answer.statusCode ?? 0)
        }).on('error', reject)
      })
    expect(await ask()).toBe(401)
    const path = '/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication'
    const data = { 'requestheader-client-ca-file': proxy.ca, 'requestheader-allowed-names': '["another-proxy"]' }
    done(await api.patch(path, { data }))
    await eventually('it is believed', async () => (await ask()) === 200)
    await becomes(api, behind.name, 'Passed')
    await eventually('the one in front is believed as before', async () => {
      return (await api.get(foos('default'))).status === 200
    })
  })

  it('is used with kubectl through the one in front', async ({ server, behind, skip }) => {
    const program = findKubectl()
    requireProgram(program, { skip })
    if (!('path' in program) || !behind.running) return
    const kubectl = kubectlFor(program.path, server, { token: adminToken })
    expect(await kubectl.ok('apply -f -', { input: JSON.stringify(foo('first')) })).toBe(`foo.${group}/first created\n`)
    expect(await kubectl.ok('get fo')).toMatch(/^NAME +STATUS +AGE\nfirst +\S+\n$/)
    const watch = kubectl.start('get fo -w -o name')
    await eventually('the watch has begun', () => watch.stdout().includes('first'))
    await kubectl.ok('label fo first a=b')
    await eventually('the change is told', () => watch.stdout().split('first').length > 2)
    await watch.stop()
    expect(await kubectl.ok('explain foos.spec.msg')).toContain('What Foo says.')
    expect(await kubectl.ok('get apiservices v1.hello.zeng.dev')).toMatch(/default\/hello-zeng-dev +True/)
    expect(await kubectl.ok(`get --raw /apis/${group}/v1/healthz`)).toBe('ok')
  })

  it('is emptied of what is in a namespace that goes', async ({ api }) => {
    created(await api.post('/api/v1/namespaces', { metadata: { name: 'doomed' } }))
    const held = { ...foo('held'), metadata: { name: 'held', finalizers: ['example.com/hold'] } }
    for (const object of [foo('free'), held]) created(await api.post(foos('doomed'), object))
    done(await api.delete('/api/v1/namespaces/doomed'))
    const conditions = async () => {
      const { status } = done<Namespace>(await api.get('/api/v1/namespaces/doomed'))
      return new Map((status?.conditions ?? []).map(({ type, message }) => [type, message]))
    }
    const remaining = `Some resources are remaining: foos.${group} has 1 resource instances`
    await eventually('one is left', async () => (await conditions()).get('NamespaceContentRemaining') === remaining)
    expect((await conditions()).get('NamespaceFinalizersRemaining')).toBe(
      'Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances',
    )
    done(await api.patch(`${foos('doomed')}/held`, { metadata: { finalizers: null } }))
    await eventually('it is gone', async () => (await api.get('/api/v1/namespaces/doomed')).status === 404)
    expect(done<ListBody>(await api.get(foos('doomed'))).items).toEqual([])
  })

  it('may be killed, and comes back', async ({ api, behind }) => {
    const stream = await api.watch(`${foos('default')}?watch=true`)
    await behind.running.kill()
    await eventually('it is known to be gone', async () => {
      done(await api.patch(`${apiServicesPath}/${behind.name}`, { metadata: { annotations: { look: 'again' } } }))
      const answer = await api.get(foos('default'))
      return answer.status === 503 && answer.text === 'service unavailable\n'
    })
    const aggregated = { accept: 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList' }
    const { items } = done<ListBody<{ metadata: { name: string }; versions: object[] }>>(
      await api.get('/apis', aggregated),
    )
    expect(items.find(({ metadata }) => metadata.name === group)?.versions).toMatchObject([
      { version: 'v1', freshness: 'Stale', resources: [{ resource: 'foos', shortNames: ['fo'] }] },
    ])
    await expect(stream.ended()).rejects.toThrow()
    created(await api.post('/api/v1/namespaces', { metadata: { name: 'waiting' } }))
    done(await api.delete('/api/v1/namespaces/waiting'))
    const failure = await eventually('what is there can not be known', async () => {
      const { status } = done<Namespace>(await api.get('/api/v1/namespaces/waiting'))
      return status?.conditions?.find(({ type }) => type === 'NamespaceDeletionDiscoveryFailure')
    })
    expect(failure).toMatchObject({
      ...{ status: 'True', reason: 'DiscoveryFailed' },
      message: `Discovery failed for some groups, 1 failing: unable to retrieve the complete list of server APIs: ${group}/v1: stale GroupVersion discovery: ${group}/v1`,
    })
    behind.running = await behind.start()
    await becomes(api, behind.name, 'Passed')
    done(await api.get(`${foos('default')}/first`))
    await eventually('it is gone', async () => (await api.get('/api/v1/namespaces/waiting')).status === 404)
  })
})
