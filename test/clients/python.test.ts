import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'vitest'
import type { Program } from '../support/client-programs.js'
import { kubeconfig } from '../support/kubectl.js'
import { pythonWith } from '../support/python.js'
import { requireProgram } from '../support/require-program.js'
import { test as base } from '../support/server-test.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const folder = join(import.meta.dirname, 'python')
let program: Program | undefined

const it = base.extend('python', { scope: 'file' }, (): Program => {
  program ??= pythonWith(join(folder, 'requirements.txt'))
  return program
})
it.beforeAll(({ python }) => {
  expect(python).toBeDefined()
}, 300_000)

it.for(['crud', 'deployment', 'watch', 'dynamic'])(
  'the Python client does what it should: %s',
  async (scenario, { python, server, namespace, skip }) => {
    const path = requireProgram(python, { skip })
    const config = join(temporaryFolder(), 'config')
    writeFileSync(config, JSON.stringify(kubeconfig(server, 'client certificate')), { mode: 0o600 })
    const args = [join(folder, 'scenarios.py'), config, namespace, scenario]
    const { stdout } = await promisify(execFile)(path, args, { timeout: 50_000 })
    expect(stdout).toBe('done\n')
  },
)
