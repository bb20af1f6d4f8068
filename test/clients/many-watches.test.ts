import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { findProgram, type Program } from '../support/client-programs.js'
import { core, lease } from '../support/core-objects.js'
import { eventually } from '../support/eventually.js'
import { created } from '../support/expect-answer.js'
import { buildGoProgram } from '../support/go-program.js'
import { projectFolder } from '../support/project-folder.js'
import { requireProgram } from '../support/require-program.js'
import { adminToken, test as it } from '../support/server-test.js'

const folder = join(projectFolder, 'test', 'clients', 'many-watches')
interface Client {
  readonly count: number
  readonly program: () => Program
  /** What the program is started with, and what it reads. */
  args(url: string, authority: string, count: number): { args: string[]; input?: string }
}

const clients: Readonly<Record<string, Client>> = {
  'Go, on one connection': {
    count: 500,
    program: () => buildGoProgram(folder),
    args: (url, authority, count) => ({ args: [url, adminToken, authority, String(count)] }),
  },
  'Python, on a connection each': {
    count: 500,
    program: () => findProgram('python3'),
    args: (url, authority, count) => ({
      args: [join(folder, 'many_watches.py'), url, adminToken, authority, String(count)],
    }),
  },
  // What curl takes for granted to be allowed on one connection.
  'curl, on one connection': {
    count: 100,
    program: () => findProgram('curl'),
    args: (url, authority, count) => ({
      args: ['-sSN', '--http2', '--no-progress-meter', '--parallel', '--cacert', authority, '--config', '-'].concat([
        ...['--parallel-max', String(count)],
      ]),
      input: `header = "Authorization: Bearer ${adminToken}"\nurl = "${url}"\n`.repeat(count),
    }),
  },
}

function run(program: string, args: readonly string[], input = ''): ChildProcess {
  const child = spawn(program, args, { stdio: 'pipe' })
  child.stdin?.end(input)
  return child
}

describe('many watches at once', () => {
  it.for(Object.entries(clients))('of %s', async ([name, client], { skip, server, api, namespace }) => {
    const url = `${server.secureUrl}${core.leases(namespace)}?watch=1`
    const authority = join(server.root, 'cert', 'ca.crt')
    const { args, input } = client.args(url, authority, client.count)
    const child = run(requireProgram(client.program(), { skip }), args, input)
    let [output, complaints] = ['', '']
    child.stdout?.on('data', (data) => {
      output += data
    })
    child.stderr?.on('data', (data) => {
      complaints += data
    })
    const isCurl = name.startsWith('curl')
    const wanted = client.count
    await eventually('all are open', async () => {
      if (complaints !== '') throw new Error(complaints)
      const { text } = await api.get('/metrics')
      const open = /^apiserver_longrunning_requests\{.*resource="leases".*\} (\d+)$/m.exec(text)?.[1]
      return Number(open) === wanted
    })
    created(await api.post(core.leases(namespace), lease('x')))
    await eventually('each has told', () =>
      isCurl ? output.split('"type":"ADDED"').length - 1 === wanted : output.includes('told'),
    )
    child.kill()
    expect(complaints).toBe('')
    await eventually(
      'all are closed',
      async () => !/resource="leases".*\} [1-9]/.test(longRunning((await api.get('/metrics')).text)),
    )
  })
})

function longRunning(text: string): string {
  return text
    .split('\n')
    .filter((line) => line.startsWith('apiserver_longrunning_requests'))
    .join('\n')
}
