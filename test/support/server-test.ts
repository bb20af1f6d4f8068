import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test as base } from 'vitest'
import { startServer } from './server.js'
import { temporaryFolder } from './temporary-folder.js'

export const adminToken = 'test-admin-token'
/** A user who is authenticated and in no group of power. */
export const plainToken = 'test-plain-token'

/** Path of a token file with both. */
export function writeTokens(): string {
  const path = join(temporaryFolder(), 'tokens.csv')
  writeFileSync(path, `${adminToken},test-admin,1,"system:masters"\n${plainToken},plain,2,"staff,kitchen"\n`)
  return path
}

let namespaces = 0

/** Tests with one server for their file, and on demand a namespace for each test. */
export const test = base
  .extend('tokenFile', { scope: 'file' }, writeTokens())
  .extend('server', { scope: 'file' }, async ({ tokenFile }, { onCleanup }) => {
    const server = await startServer({ args: [`--token-auth-file=${tokenFile}`] })
    onCleanup(async () => {
      await server.stop()
    })
    return server
  })
  .extend('api', { scope: 'file' }, ({ server }) => server.api)
  .extend('namespace', async ({ api }) => {
    const name = `test-${++namespaces}`
    const answer = await api.post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
    if (answer.status !== 201) throw new Error(answer.text)
    return name
  })

/** As `test`, of a server without controllers: nothing is made or removed but by the tests. */
export const testAlone = test.extend('server', { scope: 'file' }, async ({ tokenFile }, { onCleanup }) => {
  const server = await startServer({ args: [`--token-auth-file=${tokenFile}`, '--controllers='] })
  onCleanup(async () => {
    await server.stop()
  })
  return server
})
