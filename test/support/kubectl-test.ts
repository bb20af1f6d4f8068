import { findKubectl, type Program } from './client-programs.js'
import { type Kubectl, kubectlFor } from './kubectl.js'
import { requireProgram } from './require-program.js'
import { adminToken, test as base } from './server-test.js'

let program: Program | undefined

/** Tests with a server for their file, and a kubectl that talks to it over HTTPS with a token. */
export const test = base
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
