import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { test as it } from '../support/kubectl-test.js'
import { configMaps, containersOf, deployments, managersOf, readWeb, webManifest } from '../support/web-deployment.js'

const configMap = (data: Record<string, string>) =>
  JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' }, data })

describe('kubectl apply', () => {
  it('merges containers, leaves alone what others set, and removes what it set', async ({
    kubectl,
    server,
    namespace,
  }) => {
    const apply = (input: string) => kubectl.ok(`-n ${namespace} apply -f -`, { input })
    expect(await apply(webManifest({ web: 'web:1', side: 'side:1' }))).toBe('deployment.apps/web created\n')
    expect(await apply(webManifest({ web: 'web:1', side: 'side:1' }))).toBe('deployment.apps/web unchanged\n')
    const injected = { spec: { template: { spec: { containers: [{ name: 'injected', image: 'i:1' }] } } } }
    await server.api.patch(`${deployments(namespace)}/web`, injected, {
      'content-type': 'application/strategic-merge-patch+json',
    })
    expect(await apply(webManifest({ web: 'web:2', log: 'log:1' }))).toBe('deployment.apps/web configured\n')
    const after = await readWeb(server.api, namespace)
    expect(containersOf(after).sort()).toEqual(['injected=i:1', 'log=log:1', 'web=web:2'])
    expect(managersOf(after)).toContain('kubectl-client-side-apply Update')
  })

  it('shows the difference first', async ({ kubectl, namespace }) => {
    await kubectl.ok(`-n ${namespace} apply -f -`, { input: webManifest({ web: 'web:1' }) })
    const diff = (input: string, more = '') => kubectl.run(`-n ${namespace} diff ${more} -f -`, { input })
    expect(await diff(webManifest({ web: 'web:1' }))).toMatchObject({ code: 0, stdout: '' })
    for (const more of ['', '--server-side --force-conflicts']) {
      const { code, stdout, stderr } = await diff(webManifest({ web: 'web:2' }), more)
      expect(code, stderr).toBe(1)
      expect(stdout).toMatch(/^-\s+- image: web:1$/m)
      expect(stdout).toMatch(/^\+\s+- image: web:2$/m)
    }
  })

  it('--server-side: conflicts, force, and what is left out goes', async ({ kubectl, server: { api }, namespace }) => {
    const apply = (manager: string, data: Record<string, string>, more = '') =>
      kubectl.run(`-n ${namespace} apply --server-side --field-manager=${manager} ${more} -f -`, {
        input: configMap(data),
      })
    const applied = { code: 0, stdout: 'configmap/c serverside-applied\n', stderr: '' }
    expect(await apply('cook', { a: '1', b: '1' })).toEqual(applied)
    expect(await apply('waiter', { a: '1', c: '1' })).toEqual(applied)
    const conflict = await apply('waiter', { a: '2' })
    expect(conflict.code).toBe(1)
    expect(conflict.stderr).toMatch(/^error: Apply failed with 1 conflict: conflict with "cook": \.data\.a\n/)
    expect(await apply('waiter', { a: '2' }, '--force-conflicts')).toEqual(applied)
    const stored = (await api.get(`${configMaps(namespace)}/c`)).json()
    expect(stored.data).toEqual({ a: '2', b: '1' })
    expect(managersOf(stored).sort()).toEqual(['cook Apply', 'waiter Apply'])
  })

  it('--server-side takes over what was applied by the client', async ({ kubectl, server: { api }, namespace }) => {
    await kubectl.ok(`-n ${namespace} apply -f -`, { input: webManifest({ web: 'web:1', side: 'side:1' }) })
    const input = webManifest({ web: 'web:2' })
    expect(await kubectl.ok(`-n ${namespace} apply --server-side -f -`, { input })).toBe(
      'deployment.apps/web serverside-applied\n',
    )
    const after = await readWeb(api, namespace)
    expect(containersOf(after)).toEqual(['web=web:2'])
    // In order of their times: a slow kubectl takes more than a second for its requests.
    expect(managersOf(after).sort()).toEqual(['kubectl Apply', 'kubectl-last-applied Apply'])
  })
})

describe('kubectl edit', () => {
  it('merges what the editor leaves', async ({ kubectl, server: { api }, namespace }) => {
    await kubectl.ok(`-n ${namespace} create -f -`, { input: webManifest({ web: 'web:1', side: 'side:1' }) })
    const editor = join(kubectl.home, 'builtin-editor')
    writeFileSync(editor, `#!/bin/sh\nsed -i 's/image: side:1/image: side:2/' "$1"\n`)
    chmodSync(editor, 0o755)
    const edited = await kubectl.ok(`-n ${namespace} edit deploy web`, { env: { KUBE_EDITOR: editor } })
    expect(edited).toBe('deployment.apps/web edited\n')
    expect(containersOf(await readWeb(api, namespace))).toEqual(['web=web:1', 'side=side:2'])
    expect(managersOf(await readWeb(api, namespace))).toContain('kubectl-edit Update')
  })
})

describe('kubectl on a deployment', () => {
  it.beforeEach(async ({ kubectl, namespace }) => {
    await kubectl.ok(`-n ${namespace} create -f -`, { input: webManifest({ web: 'web:1', side: 'side:1' }) })
  })

  it('scales it', async ({ kubectl, server: { api }, namespace }) => {
    expect(await kubectl.ok(`-n ${namespace} scale deploy web --replicas=5`)).toBe('deployment.apps/web scaled\n')
    const wrong = await kubectl.run(`-n ${namespace} scale deploy web --replicas=6 --current-replicas=4`)
    expect(wrong).toMatchObject({ code: 1, stderr: 'error: Expected replicas to be 4, was 5\n' })
    await kubectl.ok(`-n ${namespace} scale deploy web --replicas=7 --current-replicas=5`)
    const { spec, metadata } = await readWeb(api, namespace)
    expect([spec.replicas, metadata.generation]).toEqual([7, 3])
    expect(await kubectl.ok(`-n ${namespace} get deploy web --subresource=scale -o jsonpath={.spec.replicas}`)).toBe(
      '7',
    )
  })

  it('sets images and environment', async ({ kubectl, server: { api }, namespace }) => {
    const image = await kubectl.ok(`-n ${namespace} set image deploy/web side=side:2`)
    expect(image).toBe('deployment.apps/web image updated\n')
    expect(await kubectl.ok(`-n ${namespace} set image deploy/web side=side:2`)).toBe('')
    await kubectl.ok(`-n ${namespace} set env deploy/web -c side LEVEL=debug`)
    const after = await readWeb(api, namespace)
    expect(containersOf(after)).toEqual(['web=web:1', 'side=side:2'])
    expect(after.spec.template.spec.containers[1]?.env).toEqual([{ name: 'LEVEL', value: 'debug' }])
  })

  it('labels and annotates it', async ({ kubectl, server: { api }, namespace }) => {
    expect(await kubectl.ok(`-n ${namespace} label deploy web tier=front`)).toBe('deployment.apps/web labeled\n')
    expect(await kubectl.ok(`-n ${namespace} annotate deploy web note=hi`)).toBe('deployment.apps/web annotated\n')
    const { labels, annotations } = (await readWeb(api, namespace)).metadata
    expect({ labels, annotations }).toEqual({ labels: { app: 'web', tier: 'front' }, annotations: { note: 'hi' } })
  })

  it('restarts, pauses and describes it', async ({ kubectl, namespace }) => {
    expect(await kubectl.ok(`-n ${namespace} rollout restart deploy/web`)).toBe('deployment.apps/web restarted\n')
    expect(await kubectl.ok(`-n ${namespace} rollout pause deploy/web`)).toBe('deployment.apps/web paused\n')
    const again = await kubectl.run(`-n ${namespace} rollout pause deploy/web`)
    expect(again.stderr).toContain('is already paused')
    const described = await kubectl.ok(`-n ${namespace} describe deploy web`)
    expect(described).toMatch(/^Replicas: +2 desired \| 0 updated \| 0 total/m)
  })

  it('deletes it', async ({ kubectl, server: { api }, namespace }) => {
    expect(await kubectl.ok(`-n ${namespace} delete deploy web`)).toMatch(/^deployment\.apps "web" deleted/)
    expect((await api.get(`${deployments(namespace)}/web`)).status).toBe(404)
  })

  it('explains its fields', async ({ kubectl }) => {
    const spec = await kubectl.ok('explain deployment.spec')
    expect(spec).toMatch(/^GROUP: +apps\nKIND: +Deployment\nVERSION: +v1\n\nFIELD: spec </)
    for (const field of ['replicas\t<integer>', 'selector\t<', 'template\t<']) expect(spec).toContain(`\n  ${field}`)
    const ports = await kubectl.ok('explain deploy.spec.template.spec.containers.ports')
    expect(ports).toMatch(/^ {2}containerPort\t<integer>/m)
  })
})
