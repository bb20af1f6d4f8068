import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect } from 'vitest'
import { findProgram } from '../support/client-programs.js'
import { httpClient } from '../support/http.js'
import { kubectlFor, kubectlWith } from '../support/kubectl.js'
import { test as it } from '../support/kubectl-test.js'
import { projectFolder } from '../support/project-folder.js'
import { requireProgram } from '../support/require-program.js'
import { pizza, restaurant } from '../support/restaurant.js'
import { runCommand, startServer, type TestServer } from '../support/server.js'
import { adminToken } from '../support/server-test.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const run = promisify(execFile)

describe('a caller with', () => {
  it('a token is let in by kubectl', async ({ kubectl }) => {
    expect(await kubectl.ok('get pizzas')).toBe('')
  })

  it('a client certificate is let in by kubectl', async ({ sharedKubectl, server, skip }) => {
    const kubectl = kubectlFor(requireProgram(sharedKubectl.program, { skip }), server, 'client certificate')
    expect((await kubectl.run('get ns default -o name')).stdout).toBe('namespace/default\n')
  })

  it('no credentials is the local admin over plain HTTP', async ({ sharedKubectl, server, skip }) => {
    const kubectl = kubectlFor(requireProgram(sharedKubectl.program, { skip }), server, 'none')
    expect((await kubectl.run('get ns default -o name')).stdout).toBe('namespace/default\n')
  })

  it('a wrong token is told so', async ({ sharedKubectl, server, skip }) => {
    const kubectl = kubectlFor(requireProgram(sharedKubectl.program, { skip }), server, { token: 'wrong' })
    expect((await kubectl.run('get pizzas')).stderr).toMatch(/^error: You must be logged in to the server /m)
  })

  it('the bundled kubeconfig is let in', async ({ sharedKubectl, skip }) => {
    const program = requireProgram(sharedKubectl.program, { skip })
    const server = await startServer({ args: ['--token-auth-file=configs/token.csv'] })
    try {
      const config = join(temporaryFolder(), 'config')
      const bundled = readFileSync(join(projectFolder, 'configs', 'kubeconfig'), 'utf8')
      expect(bundled).toContain('https://127.0.0.1:8443')
      writeFileSync(config, bundled.replace('https://127.0.0.1:8443', server.secureUrl))
      expect(await kubectlWith(program, config).ok('get pizzas -A')).toBe('')
    } finally {
      await server.stop()
    }
  })

  it('the kubeconfig that the command prints is let in', async ({ sharedKubectl, server, skip }) => {
    const program = requireProgram(sharedKubectl.program, { skip })
    const { code, stdout } = await runCommand([
      'kubeconfig',
      `--file-rootpath=${server.root}`,
      `--secure-port=${portOf(server)}`,
    ])
    expect(code).toBe(0)
    expect(stdout).toContain('certificate-authority-data')
    const config = join(temporaryFolder(), 'config')
    writeFileSync(config, stdout)
    expect(await kubectlWith(program, config).ok('get ns default -o name')).toBe('namespace/default\n')
  })
})

describe('curl', () => {
  it('gets in with the p12 file', async ({ server, skip }) => {
    const curl = requireProgram(findProgram('curl'), { skip })
    await server.api.post(restaurant.pizzas(), pizza('curled'))
    const client = `${join(server.root, 'cert', 'client.p12')}:P@ssw0rd`
    const url = `${server.secureUrl}${restaurant.v1alpha1}/pizzas`
    const { stdout } = await run(curl, ['-sS', '-k', '--cert-type', 'P12', '--cert', client, url])
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'PizzaList', items: [{ metadata: { name: 'curled' } }] })
    const checked = ['-sS', '--cacert', join(server.root, 'cert', 'ca.crt'), '--cert-type', 'P12', '--cert', client]
    expect(JSON.parse((await run(curl, [...checked, url])).stdout)).toMatchObject({ kind: 'PizzaList' })
  })
})

describe('certificates', () => {
  it('name the caller: CN is the user, O the groups', async ({ server }) => {
    const file = (name: string) => readFileSync(join(server.root, 'cert', name), 'utf8')
    const tls = { ca: file('ca.crt'), cert: file('client.crt'), key: file('client.key') }
    const api = httpClient(server.secureUrl, tls)
    expect((await api.get('/apis')).status).toBe(200)
    const token = { authorization: `Bearer ${adminToken}` }
    expect((await httpClient(server.secureUrl, { ca: tls.ca }).get('/apis', token)).status).toBe(200)
  })
})

const portOf = (server: TestServer) => new URL(server.secureUrl).port
