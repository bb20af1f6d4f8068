import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { becomes, register, serviceCertificate } from '../support/api-services.js'
import { findProgram } from '../support/client-programs.js'
import { test as it } from '../support/kubectl-test.js'
import { requireProgram } from '../support/require-program.js'
import { temporaryFolder } from '../support/temporary-folder.js'

describe('a tiny server in Python, which nobody can check', () => {
  it('is served with insecureSkipTLSVerify, to kubectl too', async ({ api, kubectl, skip }) => {
    const python = findProgram('python3')
    requireProgram(python, { skip })
    if (!('path' in python)) return
    const folder = temporaryFolder()
    const { cert, key } = await serviceCertificate('nobody')
    writeFileSync(join(folder, 'tls.crt'), cert)
    writeFileSync(join(folder, 'tls.key'), key)
    const script = join(import.meta.dirname, 'tiny-server.py')
    const server = spawn(python.path, [script, join(folder, 'tls.crt'), join(folder, 'tls.key')])
    try {
      const [port] = (await once(server.stdout, 'data')) as [Buffer]
      await becomes(api, await register(api, 'tiny.example.com', Number(port)), 'Passed')
      expect(await kubectl.ok('get d -o name')).toBe('dot.tiny.example.com/one\ndot.tiny.example.com/for-test-admin\n')
      expect(await kubectl.ok('api-resources --api-group=tiny.example.com --no-headers')).toMatch(
        /^dots +d +tiny\.example\.com\/v1 +true +Dot\n$/,
      )
    } finally {
      server.kill()
    }
  })
})
