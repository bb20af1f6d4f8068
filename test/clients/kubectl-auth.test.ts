import { describe, expect } from 'vitest'
import { findKubectl, type Program } from '../support/client-programs.js'
import { created } from '../support/expect-answer.js'
import { type Kubectl, kubectlFor } from '../support/kubectl.js'
import { test as base } from '../support/rbac-test.js'
import { requireProgram } from '../support/require-program.js'
import { adminToken, plainToken } from '../support/server-test.js'

let program: Program | undefined

const it = base.extend('kubectlAs', ({ server, skip }) => {
  program ??= findKubectl()
  requireProgram(program, { skip })
  const { path } = program as { path: string }
  return (token: string): Kubectl => kubectlFor(path, server, { token })
})

describe('kubectl and who may what', () => {
  it('auth whoami, also as somebody else', async ({ kubectlAs }) => {
    expect(await kubectlAs(plainToken).ok('auth whoami -o jsonpath={.status.userInfo.groups}')).toBe(
      '["staff","kitchen","system:authenticated"]',
    )
    const admin = kubectlAs(adminToken)
    const asEve = 'auth whoami --as eve --as-group devs --as-uid u1 -o jsonpath={.status.userInfo}'
    expect(JSON.parse(await admin.ok(asEve))).toEqual({
      ...{ username: 'eve', uid: 'u1', groups: ['devs', 'system:authenticated'] },
    })
    const refused = await kubectlAs(plainToken).run('get --raw /api/v1/pods --as admin')
    expect(refused.stderr).toContain('users "admin" is forbidden: User "plain" cannot impersonate resource "users"')
  })

  it('auth can-i, and its list', async ({ kubectlAs, api, namespace }) => {
    const plain = kubectlAs(plainToken)
    expect((await plain.run(`auth can-i get pods -n ${namespace}`)).stdout).toBe('no\n')
    const rbac = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}`
    const rules = [{ apiGroups: [''], resources: ['pods', 'pods/log'], resourceNames: ['a'], verbs: ['get'] }]
    created(await api.post(`${rbac}/roles`, { metadata: { name: 'r' }, rules }))
    const binding = { metadata: { name: 'r' }, subjects: [{ kind: 'Group', name: 'kitchen' }] }
    created(await api.post(`${rbac}/rolebindings`, { ...binding, roleRef: { kind: 'Role', name: 'r' } }))
    expect(await plain.ok(`auth can-i get pods/a -n ${namespace}`)).toBe('yes\n')
    expect(await plain.ok(`auth can-i get pods/a --subresource=log -n ${namespace}`)).toBe('yes\n')
    expect((await plain.run(`auth can-i get pods/b -n ${namespace}`)).stdout).toBe('no\n')
    const list = await plain.ok(`auth can-i --list -n ${namespace}`)
    expect(list).toMatch(/^pods +\[\] +\[a\] +\[get\]$/m)
    expect(list).toMatch(/^selfsubjectreviews\.authentication\.k8s\.io +\[\] +\[\] +\[create\]$/m)
    expect(list).toMatch(/^ +\[\/healthz\] +\[\] +\[get\]$/m)
    expect(await kubectlAs(adminToken).ok(`auth can-i '*' '*' -A`.replaceAll("'", ''))).toContain('yes')
    const other = await kubectlAs(adminToken).run(`auth can-i list secrets --as plain -n ${namespace}`)
    expect(other.stdout).toBe('no\n')
  })

  it('create role, rolebinding, sa and token; auth reconcile', async ({ kubectlAs, namespace }) => {
    const admin = kubectlAs(adminToken)
    const n = `-n ${namespace}`
    await admin.ok(`${n} create sa robot`)
    await admin.ok(`${n} create role watcher --verb=get,list --resource=configmaps`)
    await admin.ok(`${n} create rolebinding watcher --role=watcher --serviceaccount=${namespace}:robot`)
    const token = (await admin.ok(`${n} create token robot --duration=10m`)).trim()
    const robot = kubectlAs(token)
    expect(await robot.ok(`${n} get configmaps -o name`)).toContain('configmap/kube-root-ca.crt')
    expect((await robot.run(`${n} get secrets`)).stderr).toContain(
      `secrets is forbidden: User "system:serviceaccount:${namespace}:robot" cannot list resource "secrets"`,
    )
    await admin.ok(`${n} delete sa robot`)
    expect((await robot.run(`${n} get configmaps`)).stderr).toContain('You must be logged in to the server')
    const roles = await admin.ok('get clusterroles,clusterrolebindings -o name')
    expect(roles).toContain('clusterrole.rbac.authorization.k8s.io/system:discovery')
    const rules = 'rules:\n- apiGroups: [""]\n  resources: [pods]\n  verbs: [get]\n'
    const metadata = `metadata:\n  name: watcher\n  namespace: ${namespace}\n`
    const input = `apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\n${metadata}${rules}`
    expect(await admin.ok('auth reconcile -f -', { input })).toContain('role.rbac.authorization.k8s.io/watcher')
  })
})
