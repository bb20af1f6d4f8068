import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { test as it } from '../support/kubectl-test.js'
import { configMaps, managersOf, readWeb, webManifest } from '../support/web-deployment.js'

describe('kubectl create of what it makes itself', () => {
  it('sends protobuf', async ({ kubectl, namespace }) => {
    const { code, stderr } = await kubectl.run(`-n ${namespace} create cm c --from-literal=a=1 -v=9`)
    expect(code, stderr).toBe(0)
    expect(stderr).toContain('application/vnd.kubernetes.protobuf')
  })

  it('a namespace, and its end', async ({ kubectl, server: { api } }) => {
    expect(await kubectl.ok('create ns shop')).toBe('namespace/shop created\n')
    expect((await api.get('/api/v1/namespaces/shop')).json()).toMatchObject({
      metadata: { labels: { 'kubernetes.io/metadata.name': 'shop' } },
      spec: { finalizers: ['kubernetes'] },
      status: { phase: 'Active' },
    })
    expect(await kubectl.ok('delete ns shop --wait=false')).toBe('namespace "shop" deleted\n')
  })

  it('config maps, also of bytes', async ({ kubectl, server: { api }, namespace }) => {
    writeFileSync(join(kubectl.home, 'bytes'), Buffer.from([0, 255, 128]))
    writeFileSync(join(kubectl.home, 'text'), 'one: 1\nzwei: "zwei"\n')
    const from = '--from-literal=a=1 --from-file=bytes --from-file=text'
    expect(await kubectl.ok(`-n ${namespace} create cm c ${from}`)).toBe('configmap/c created\n')
    const stored = (await api.get(`${configMaps(namespace)}/c`)).json()
    expect(stored).toMatchObject({ data: { a: '1', text: 'one: 1\nzwei: "zwei"\n' }, binaryData: { bytes: 'AP+A' } })
    expect(managersOf(stored)).toEqual(['kubectl-create Update'])
    const again = await kubectl.run(`-n ${namespace} create cm c`)
    expect(again.stderr).toBe('error: failed to create configmap: configmaps "c" already exists\n')
    const misnamed = await kubectl.run(`-n ${namespace} create cm C`)
    expect(misnamed.stderr).toContain('ConfigMap "C" is invalid: metadata.name: Invalid value: "C": a lowercase')
  })

  it('secrets of each type', async ({ kubectl, server: { api }, namespace }) => {
    const create = (args: string) => kubectl.ok(`-n ${namespace} create secret ${args}`)
    expect(await create('generic s --from-literal=p=hunter2')).toBe('secret/s created\n')
    expect(await create('docker-registry r --docker-username=u --docker-password=p')).toBe('secret/r created\n')
    const stored = await api.get(`/api/v1/namespaces/${namespace}/secrets/s`)
    expect(stored.json()).toMatchObject({ type: 'Opaque', data: { p: 'aHVudGVyMg==' } })
    const { stderr } = await kubectl.run(`-n ${namespace} create secret generic t --type=kubernetes.io/tls`)
    expect(stderr).toBe(
      'error: failed to create secret Secret "t" is invalid: [data[tls.crt]: Required value, data[tls.key]: Required value]\n',
    )
  })

  it('a service account and a deployment, with defaults', async ({ kubectl, server: { api }, namespace }) => {
    expect(await kubectl.ok(`-n ${namespace} create sa robot`)).toBe('serviceaccount/robot created\n')
    const create = `-n ${namespace} create deployment web --image=nginx:1 --replicas=3 --port=80`
    expect(await kubectl.ok(create)).toBe('deployment.apps/web created\n')
    expect(await readWeb(api, namespace)).toMatchObject({
      metadata: { generation: 1, labels: { app: 'web' } },
      spec: {
        replicas: 3,
        revisionHistoryLimit: 10,
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
        template: {
          spec: {
            restartPolicy: 'Always',
            dnsPolicy: 'ClusterFirst',
            containers: [
              { name: 'nginx', imagePullPolicy: 'IfNotPresent', ports: [{ containerPort: 80, protocol: 'TCP' }] },
            ],
          },
        },
      },
    })
  })

  it('only asks with --dry-run=server', async ({ kubectl, server: { api }, namespace }) => {
    const asked = await kubectl.ok(`-n ${namespace} create cm asked --dry-run=server -o jsonpath={.metadata.uid}`)
    expect(asked).toMatch(/^[0-9a-f-]{36}$/)
    expect((await api.get(`${configMaps(namespace)}/asked`)).status).toBe(404)
  })
})

describe('kubectl create -f', () => {
  it('refuses unknown and doubled fields when it is strict, tells them when it is not', async ({
    kubectl,
    namespace,
  }) => {
    const input = webManifest({ web: 'web:1' }, 2, '  replicass: 2\n')
    const strict = await kubectl.run(`-n ${namespace} create --validate=strict -f -`, { input })
    expect(strict.code).toBe(1)
    expect(strict.stderr).toBe(
      'Error from server (BadRequest): error when creating "STDIN": Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "spec.replicass"\n',
    )
    const warned = await kubectl.run(`-n ${namespace} create --validate=warn -f -`, { input })
    expect(warned).toEqual({
      code: 0,
      stdout: 'deployment.apps/web created\n',
      stderr: 'Warning: unknown field "spec.replicass"\n',
    })
  })

  it('says all that is wrong with a deployment', async ({ kubectl, namespace }) => {
    const input = webManifest({ Web: '' }, -1).replace('matchLabels: {app: web}', 'matchLabels: {app: other}')
    const { code, stderr } = await kubectl.run(`-n ${namespace} create -f -`, { input })
    expect(code).toBe(1)
    expect(stderr.split('\n').slice(0, -1)).toEqual([
      'The Deployment "web" is invalid: ',
      '* spec.replicas: Invalid value: -1: must be greater than or equal to 0',
      expect.stringMatching(
        /^\* spec\.template\.metadata\.labels: Invalid value: .*: `selector` does not match template/,
      ),
      expect.stringMatching(
        /^\* spec\.template\.spec\.containers\[0\]\.name: Invalid value: "Web": a lowercase RFC 1123/,
      ),
      '* spec.template.spec.containers[0].image: Required value',
    ])
  })
})

describe('kubectl get', () => {
  it('prints the columns of each kind', async ({ kubectl, namespace }) => {
    await kubectl.ok(`-n ${namespace} create cm c --from-literal=a=1 --from-literal=b=2`)
    await kubectl.ok(`-n ${namespace} create secret generic s --from-literal=a=1`)
    await kubectl.ok(`-n ${namespace} create -f -`, { input: webManifest({ web: 'web:1', side: 'side:1' }) })
    const cells = async (args: string) => {
      const lines = (await kubectl.ok(`-n ${namespace} get ${args}`)).trimEnd().split('\n')
      return lines.map((line) => line.replace(/\b\d+s\b/, 'AGE').split(/ {2,}/))
    }
    expect(await cells('cm c')).toEqual([
      ['NAME', 'DATA', 'AGE'],
      ['c', '2', 'AGE'],
    ])
    expect(await cells('secrets')).toEqual([
      ['NAME', 'TYPE', 'DATA', 'AGE'],
      ['s', 'Opaque', '1', 'AGE'],
    ])
    expect(await cells('deploy -o wide')).toEqual([
      ['NAME', 'READY', 'UP-TO-DATE', 'AVAILABLE', 'AGE', 'CONTAINERS', 'IMAGES', 'SELECTOR'],
      ['web', '0/2', '0', '0', 'AGE', 'web,side', 'web:1,side:1', 'app=web'],
    ])
    expect(await kubectl.ok(`-n ${namespace} get all -o name`)).toBe('deployment.apps/web\n')
    expect(await kubectl.ok(`-n ${namespace} get secrets --field-selector type=Opaque -o name`)).toBe('secret/s\n')
    expect(await kubectl.ok(`-n ${namespace} get cm c -o jsonpath={.data.b}`)).toBe('2')
  })
})
