import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestServer } from './server.js'
import { temporaryFolder } from './temporary-folder.js'

export interface Run {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A command that goes on: `get -w`. */
export interface RunningCommand {
  readonly stdout: () => string
  readonly stderr: () => string
  readonly ended: Promise<Run>
  stop(): Promise<Run>
}

export interface RunOptions {
  readonly input?: string
  readonly env?: Readonly<Record<string, string>>
}

/** Runs kubectl as one user of one server, with a home and caches of its own. */
export interface Kubectl {
  /** What a person would call with; the arguments as one text are split at blanks. */
  run(args: string | readonly string[], options?: RunOptions): Promise<Run>
  /** As `run`, and its stdout. @throws when the exit code is not 0 */
  ok(args: string | readonly string[], options?: RunOptions): Promise<string>
  start(args: string | readonly string[], options?: RunOptions): RunningCommand
  readonly home: string
}

/** Or the fields of a user in a kubeconfig: `token`, `as`, … */
export type Credentials = Readonly<Record<string, unknown>> | 'client certificate' | 'none'

export function kubectlFor(program: string, server: TestServer, credentials: Credentials): Kubectl {
  const home = temporaryFolder()
  const config = join(home, 'config')
  writeFileSync(config, JSON.stringify(kubeconfig(server, credentials)), { mode: 0o600 })
  return kubectlWith(program, config, home)
}

/** With a kubeconfig that somebody else wrote. */
export function kubectlWith(program: string, config: string, home = temporaryFolder()): Kubectl {
  const start = (args: string | readonly string[], options: RunOptions = {}) => {
    const list = typeof args === 'string' ? args.split(' ').filter((arg) => arg !== '') : args
    const env = { PATH: process.env.PATH ?? '', HOME: home, KUBECONFIG: config, TZ: 'UTC', ...options.env }
    return running(spawn(program, list, { cwd: home, env, stdio: ['pipe', 'pipe', 'pipe'] }), options.input ?? '')
  }
  const run = (args: string | readonly string[], options?: RunOptions) => start(args, options).ended
  const ok = async (args: string | readonly string[], options?: RunOptions) => {
    const { code, stdout, stderr } = await run(args, options)
    if (code !== 0) throw new Error(`kubectl ${args} ended with ${code}: ${stderr}`)
    return stdout
  }
  return { run, ok, start, home }
}

function running(child: ChildProcess, input: string): RunningCommand {
  let [stdout, stderr] = ['', '']
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  child.stdin?.on('error', () => {})
  child.stdin?.end(input)
  const ended = new Promise<Run>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, stdout, stderr }))
  })
  const stop = () => {
    child.kill('SIGTERM')
    return ended
  }
  return { stdout: () => stdout, stderr: () => stderr, ended, stop }
}

/** What a kubeconfig file says for one user of one server; JSON is YAML. */
export function kubeconfig(server: TestServer, credentials: Credentials): unknown {
  const inRoot = (name: string) => readFileSync(join(server.root, 'cert', name)).toString('base64')
  const user =
    credentials === 'client certificate'
      ? { 'client-certificate-data': inRoot('client.crt'), 'client-key-data': inRoot('client.key') }
      : credentials === 'none'
        ? {}
        : credentials
  const cluster =
    credentials === 'none'
      ? { server: server.url }
      : { server: server.secureUrl, 'certificate-authority-data': inRoot('ca.crt') }
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster }],
    users: [{ name: 'test', user }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
    'current-context': 'test',
  }
}
