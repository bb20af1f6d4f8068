import { describe, expect } from 'vitest'
import type { KubeObject } from '../../src/meta/object.js'
import { eventually } from '../support/eventually.js'
import { freePort } from '../support/free-port.js'
import { httpClient } from '../support/http.js'
import { restaurant, topping } from '../support/restaurant.js'
import { startManager } from '../support/run-controllers.js'
import { startServer } from '../support/server.js'
import { adminToken, plainToken, testAlone } from '../support/server-test.js'

/** Served by the server itself, and by a process that it passes requests on to. */
const it = testAlone.extend('servers', { scope: 'file' }, async ({ tokenFile }, { onCleanup }) => {
  const flags = [`--token-auth-file=${tokenFile}`, '--authorization-mode=RBAC', '--controllers=']
  const port = await freePort()
  const own = await startServer({ args: [...flags, '--apiexts=examples/menu'] })
  const proxying = await startServer({ args: [...flags, `--apiext-url=http://127.0.0.1:${port}`] })
  const manager = startManager(proxying.url, ['--apiexts=examples/menu', `--apiext-addr=127.0.0.1:${port}`])
  const address = `http://127.0.0.1:${port}`
  await eventually('extensions are served', () => fetch(`${address}/wukong/menu`).then(() => true))
  onCleanup(async () => {
    expect(await manager.kill('SIGTERM')).toBe(0)
    await Promise.all([own.stop(), proxying.stop()])
  })
  const as = (url: string, token: string) => httpClient(url, { headers: { authorization: `Bearer ${token}` } })
  for (const { url } of [own, proxying]) {
    const admin = as(url, adminToken)
    await admin.post(restaurant.toppings, topping('basil', 2))
    const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'guests' } }
    const rules = [
      { nonResourceURLs: ['/wukong/*'], verbs: ['*'] },
      { apiGroups: ['restaurant.wukong.com'], resources: ['toppings'], verbs: ['list'] },
    ]
    await admin.post('/apis/rbac.authorization.k8s.io/v1/clusterroles', { ...role, rules })
    await admin.post('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
      ...{ apiVersion: role.apiVersion, kind: 'ClusterRoleBinding', metadata: { name: 'guests' } },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'guests' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'plain' }],
    })
  }
  return { own, proxying, address, as }
})

describe.for(['own', 'proxying'] as const)('an extension of a module, %s', (which) => {
  it('does what its caller may do, as the caller', async ({ servers }) => {
    const { url } = servers[which]
    const [admin, guest] = [servers.as(url, adminToken), servers.as(url, plainToken)]
    expect((await guest.get('/wukong/menu')).json()).toEqual({ toppings: { basil: 2 } })
    const order = { toppings: ['basil'] }
    const refused = await guest.post('/wukong/menu/default/a', order)
    expect(refused.status).toBe(403)
    expect(refused.headers['content-type']).toBe('application/problem+json')
    expect(refused.json<{ detail: string }>().detail).toContain('User "plain" cannot create resource "pizzas"')
    const made = await admin.post('/wukong/menu/default/a', order)
    expect(made.json()).toEqual({ name: 'a', orderedBy: 'test-admin' })
    const pizza = (await admin.get(`${restaurant.pizzas('default')}/a`)).json<KubeObject>()
    expect(pizza.metadata.annotations).toMatchObject({ 'restaurant.wukong.com/ordered-by': 'test-admin' })
  })

  it('refuses what it has no route for, and what it throws', async ({ servers }) => {
    const admin = servers.as(servers[which].url, adminToken)
    expect((await admin.get('/wukong/menu/a')).status).toBe(404)
    expect((await admin.put('/wukong/menu', {})).status).toBe(405)
    const wrong = await admin.post('/wukong/menu/default/b', { toppings: 1 })
    expect(wrong.json()).toMatchObject({ status: 400, detail: 'toppings: must be a list of names' })
  })
})

describe('who has no token', () => {
  it('is nobody, although the process there would be let in as the admin', async ({ servers }) => {
    const answer = await fetch(`${servers.address}/wukong/menu`)
    expect(answer.status).toBe(403)
    expect(await answer.text()).toContain('system:anonymous')
    const wrong = await fetch(`${servers.address}/wukong/menu`, { headers: { authorization: 'Bearer wrong' } })
    expect(wrong.status).toBe(401)
  })
})
