import { httpClient } from './http.js'
import { startServer } from './server.js'
import { adminToken, test as base } from './server-test.js'

/** Tests with one server in mode RBAC; `api` is a member of system:masters, `as` any other token. */
export const test = base
  .extend('server', { scope: 'file' }, async ({ tokenFile }, { onCleanup }) => {
    const flags = [`--token-auth-file=${tokenFile}`, '--authorization-mode=RBAC', '--authn-allow-localhost=false']
    const server = await startServer({ args: ['--backend=memory', ...flags] })
    onCleanup(async () => {
      await server.stop()
    })
    return server
  })
  .extend('as', { scope: 'file' }, ({ server }) => (token: string) => {
    return httpClient(server.url, { headers: { authorization: `Bearer ${token}` } })
  })
  .extend('api', { scope: 'file' }, ({ as }) => as(adminToken))
