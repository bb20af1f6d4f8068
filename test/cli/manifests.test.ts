import { X509Certificate } from 'node:crypto'
import { describe, expect } from 'vitest'
import { parseCommandLine } from '../../src/cli/command-line.js'
import { parseYaml } from '../../src/codec/yaml.js'
import type { KubeObject } from '../../src/meta/object.js'
import { apiServicesPath, becomes } from '../support/api-services.js'
import { created } from '../support/expect-answer.js'
import type { HttpClient } from '../support/http.js'
import { runCommand } from '../support/server.js'
import { testAlone as it } from '../support/server-test.js'

const args = ['manifests', '--apis=examples/hello', '--image=registry.example.com/hello:1', '--namespace=hello']

async function printed(...more: string[]): Promise<KubeObject[]> {
  const { code, stdout, stderr } = await runCommand([...args, ...more])
  expect(code, stderr).toBe(0)
  return stdout.split('---\n').map((text) => parseYaml(text).value as KubeObject)
}

async function create(api: HttpClient, object: KubeObject): Promise<void> {
  const { apiVersion, kind, metadata } = object
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
  const plural = `${kind.toLowerCase()}s`
  const namespace = metadata.namespace ? `/namespaces/${metadata.namespace}` : ''
  created(await api.post(`${root}${namespace}/${plural}?fieldValidation=Strict`, object))
}

interface Deployment extends KubeObject {
  readonly spec: { replicas: number; template: { spec: { containers: { args: string[] }[] } } }
}

describe('manifests', () => {
  it('are what a server takes, with a certificate that fits the service', async ({ api }) => {
    const objects = await printed()
    expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      ...['Namespace hello', 'ServiceAccount wukong-apiserver'],
      'ClusterRoleBinding hello:wukong-apiserver:auth-delegator',
      'RoleBinding hello:wukong-apiserver:authentication-reader',
      ...['ClusterRole hello:wukong-apiserver', 'ClusterRoleBinding hello:wukong-apiserver'],
      ...['Secret wukong-apiserver-tls', 'PersistentVolumeClaim wukong-apiserver', 'Deployment wukong-apiserver'],
      ...['Service wukong-apiserver', 'APIService v2.hello.zeng.dev', 'APIService v1.hello.zeng.dev'],
    ])
    for (const object of objects) await create(api, object)
    const secret = objects.find(({ kind }) => kind === 'Secret')?.data as Record<string, string>
    const service = objects.at(-1)?.spec as { caBundle: string }
    const pem = (text: string | undefined) => new X509Certificate(Buffer.from(text ?? '', 'base64'))
    expect(pem(secret['tls.crt']).checkHost('wukong-apiserver.hello.svc')).toBeDefined()
    expect(pem(secret['tls.crt']).verify(pem(service.caBundle).publicKey)).toBe(true)
    expect((await becomes(api, 'v1.hello.zeng.dev', 'EndpointsNotFound')).message).toContain('in "hello"')
    expect((await api.get(`${apiServicesPath}/v1.hello.zeng.dev`)).status).toBe(200)
  })

  it('start the server with flags that it has, on a volume or over etcd', async () => {
    const output = { out: () => {}, err: () => {} }
    for (const more of [[], ['--etcd-servers=http://etcd:2379']]) {
      const deployment = (await printed(...more)).find(({ kind }) => kind === 'Deployment') as Deployment
      const { flags } = parseCommandLine(deployment.spec.template.spec.containers[0]?.args ?? [], output)
      expect(flags).toMatchObject({ kubeconfig: 'in-cluster', apis: ['examples/hello'], insecurePort: 0 })
      expect(flags).toMatchObject({ backend: more.length > 0 ? 'etcd' : 'file', authnAllowLocalhost: false })
      expect(deployment.spec.replicas).toBe(more.length > 0 ? 2 : 1)
    }
  })
})
