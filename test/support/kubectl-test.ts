import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test as base } from 'vitest'
import { findKubectl, type Program } from './client-programs.js'
import { type Kubectl, kubectlFor } from './kubectl.js'
import { requireProgram } from './require-program.js'
import { startServer } from './server.js'
import { temporaryFolder } from './temporary-folder.js'

export const adminToken = 'test-admin-token'

let program: Program | undefined

/** Tests with a server for their file, and a kubectl that talks to it over HTTPS with a token. */
export const test = base
  .extend('server', { scope: 'file' }, async (_context, { onCleanup }) => {
    const tokens = join(temporaryFolder(), 'tokens.csv')
    writeFileSync(tokens, `${adminToken},test-admin,1,"system:masters"\nplain-token,plain,2,"staff"\n`)
    const server = await startServer({ args: [`--token-auth-file=${tokens}`] })
    onCleanup(async () => {
      await server.stop()
    })
    return server
  })
  .extend('sharedKubectl', { scope: 'file' }, ({ server }) => {
    program ??= findKubectl()
    const kubectl = 'path' in program ? kubectlFor(program.path, server, { token: adminToken }) : undefined
    return { program, kubectl }
  })
  .extend('kubectl', ({ sharedKubectl, skip }): Kubectl => {
    requireProgram(sharedKubectl.program, { skip })
    if (!sharedKubectl.kubectl) throw new Error('no kubectl')
    return sharedKubectl.kubectl
  })
