import { afterAll, beforeAll, expect, test } from 'vitest'
import type { KubeObject } from '../../src/meta/object.js'
import { created, done } from '../support/expect-answer.js'
import { type HttpClient, httpClient } from '../support/http.js'
import { startAgain, startServer, type TestServer } from '../support/server.js'
import { adminToken, writeTokens } from '../support/server-test.js'

const rbac = '/apis/rbac.authorization.k8s.io/v1'
const autoupdate = 'rbac.authorization.kubernetes.io/autoupdate'
const args = [`--token-auth-file=${writeTokens()}`, '--authorization-mode=RBAC,AlwaysAllow', '--controllers=']
let server: TestServer
let api: HttpClient
const open = () => httpClient(server.url, { headers: { authorization: `Bearer ${adminToken}` } })
beforeAll(async () => {
  server = await startServer({ args })
  api = open()
})
afterAll(() => server.stop())

interface Policy extends KubeObject {
  readonly rules?: readonly object[] | null
  readonly subjects?: readonly object[]
  readonly roleRef?: object
}
const get = async (path: string) => done<Policy>(await api.get(`${rbac}/${path}`))

test('A23: at each start roles and bindings get back what they lack, and keep what was added', async () => {
  const before = await get('clusterroles/system:node-proxier')
  const own = { verbs: ['get'], apiGroups: ['x.io'], resources: ['things'] }
  const friend = { kind: 'User', name: 'friend', apiGroup: 'rbac.authorization.k8s.io' }
  const patch = async (path: string, body: object) => done(await api.patch(`${rbac}/${path}`, body))
  await patch('clusterroles/system:node-proxier', { rules: [own], metadata: { labels: null } })
  await patch('clusterroles/system:monitoring', { rules: [], metadata: { annotations: { [autoupdate]: 'false' } } })
  await patch('clusterrolebindings/system:discovery', { subjects: [friend] })
  done(await api.delete(`${rbac}/clusterrolebindings/system:basic-user`))
  done(await api.delete(`${rbac}/clusterrolebindings/system:volume-scheduler`))
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' }
  created(await api.post(`${rbac}/clusterrolebindings`, { metadata: { name: 'system:volume-scheduler' }, roleRef }))
  const untouched = await get('clusterroles/cluster-admin')

  await server.stop()
  server = await startAgain(server, { args })
  api = open()
  const after = await get('clusterroles/system:node-proxier')
  expect(after.metadata.labels).toEqual(before.metadata.labels)
  expect(after.rules?.[0]).toEqual(own)
  expect(after.rules?.length).toBeGreaterThan(before.rules?.length ?? 0)
  expect((await get('clusterroles/system:monitoring')).rules ?? []).toEqual([])
  const discovery = await get('clusterrolebindings/system:discovery')
  expect(discovery.subjects).toEqual([friend, expect.objectContaining({ kind: 'Group', name: 'system:authenticated' })])
  expect(await get('clusterrolebindings/system:basic-user')).toMatchObject({ roleRef: { name: 'system:basic-user' } })
  expect(await get('clusterrolebindings/system:volume-scheduler')).toMatchObject({
    roleRef: { name: 'system:volume-scheduler' },
  })
  expect(await get('clusterroles/cluster-admin')).toEqual(untouched)
  expect((await get('clusterroles/admin')).rules ?? null).toBe(null)
})
