import { type ChildProcess, spawn } from 'node:child_process'
import { cpSync, existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { inject } from 'vitest'
import { atExit } from './at-exit.js'
import { eventually } from './eventually.js'
import { freePort } from './free-port.js'
import { type HttpClient, httpClient } from './http.js'
import { projectFolder } from './project-folder.js'
import { temporaryFolder } from './temporary-folder.js'

export interface TestServerOptions {
  /** Flags after those for root and ports; a later flag wins over an earlier one. */
  readonly args?: readonly string[]
  /** Default: a new folder. */
  readonly root?: string
  /** For plain HTTP and HTTPS. Default: free ones. */
  readonly ports?: readonly [number, number]
  readonly env?: Readonly<Record<string, string>>
  /** Makes its certificates itself. Default: a new folder is given those of another server of this run, to save the time. */
  readonly ownCertificates?: boolean
}

export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** The built server, running in a process of its own. */
export interface TestServer {
  readonly url: string
  readonly secureUrl: string
  readonly root: string
  /** Plain HTTP without credentials: the local admin. */
  readonly api: HttpClient
  readonly pid: number
  readonly stdout: () => string
  readonly stderr: () => string
  readonly exited: Promise<Exit>
  /** Sends the signal (default SIGTERM) and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<Exit>
  /** SIGKILL. */
  kill(): Promise<Exit>
}

const command = join(projectFolder, 'bin', 'wukong-apiserver')
const running = new Set<ChildProcess>()
atExit(() => {
  for (const child of running) child.kill('SIGKILL')
})

/** Starts the server on free ports and waits until it is ready. @throws when it ends before that, with what it said */
export async function startServer(options: TestServerOptions = {}): Promise<TestServer> {
  const root = options.root ?? temporaryFolder()
  const shares = options.root === undefined && !options.ownCertificates
  if (shares) takeCertificates(root)
  for (let attempt = 1; ; attempt++) {
    const server = await launch(root, options)
    try {
      await ready(server, options.args ?? [])
      if (shares && !options.args) leaveCertificates(root)
      return server
    } catch (error) {
      const collision = /EADDRINUSE|in use/.test(server.stderr())
      await server.kill()
      if (!collision || attempt === 5) throw error
    }
  }
}

function takeCertificates(root: string): void {
  const left = inject('certificates')
  if (existsSync(left)) cpSync(left, join(root, 'cert'), { recursive: true, preserveTimestamps: true })
}

function leaveCertificates(root: string): void {
  const [left, made] = [inject('certificates'), join(root, 'cert')]
  if (existsSync(left) || !existsSync(join(made, 'client.p12'))) return
  const copy = `${left}-${process.pid}`
  cpSync(made, copy, { recursive: true, preserveTimestamps: true })
  try {
    renameSync(copy, left)
  } catch {
    // Another one was quicker.
    rmSync(copy, { recursive: true })
  }
}

/** Starts a server that has ended once more: the same folder under the same addresses, as its clients know it. */
export function startAgain(
  server: TestServer,
  options: Omit<TestServerOptions, 'root' | 'ports'>,
): Promise<TestServer> {
  const ports = [Number(new URL(server.url).port), Number(new URL(server.secureUrl).port)] as const
  return startServer({ ...options, root: server.root, ports })
}

/** Runs the command to its end, or to `end`: for starts that fail, and for commands other than serving. */
export async function runCommand(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  end?: AbortSignal,
): Promise<Exit & { stdout: string; stderr: string }> {
  const process = watchProcess(args, env)
  end?.addEventListener('abort', () => void process.stop())
  const exit = await process.exited
  return { ...exit, stdout: process.stdout(), stderr: process.stderr() }
}

async function launch(root: string, options: TestServerOptions): Promise<TestServer> {
  const [port, securePort] = options.ports ?? [await freePort(), await freePort()]
  const flags = [`--file-rootpath=${root}`, `--insecure-port=${port}`, `--secure-port=${securePort}`]
  const child = watchProcess([...flags, ...(options.args ?? [])], options.env ?? {})
  const url = `http://127.0.0.1:${port}`
  return { ...child, url, secureUrl: `https://127.0.0.1:${securePort}`, root, api: httpClient(url) }
}

function watchProcess(args: readonly string[], env: Readonly<Record<string, string>>) {
  const failure = inject('buildFailure')
  if (failure) throw new Error(failure)
  const child = spawn(process.execPath, [command, ...args], {
    cwd: projectFolder,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.add(child)
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const exited = new Promise<Exit>((resolve) => {
    child.once('close', (code, signal) => {
      running.delete(child)
      resolve({ code, signal })
    })
  })
  const stop = (signal: NodeJS.Signals = 'SIGTERM') => {
    child.kill(signal)
    return exited
  }
  const kill = () => stop('SIGKILL')
  return { pid: child.pid ?? 0, stdout: () => stdout, stderr: () => stderr, exited, stop, kill }
}

/**
 * It has printed its addresses (so nobody else answers there), and both ports answer, as far as they are open; what
 * plain HTTP says alone is tested in process/start.test.ts.
 */
async function ready(server: TestServer, args: readonly string[]): Promise<void> {
  let ended: Exit | undefined
  void server.exited.then((exit) => {
    ended = exit
  })
  const clients = [httpClient(server.secureUrl), ...(args.includes('--insecure-port=0') ? [] : [server.api])]
  const answer = await eventually('the server is ready', async () => {
    if (ended) return 'ended'
    if (!server.stdout().includes(server.secureUrl)) return undefined
    const answers = await Promise.all(clients.map((client) => client.get('/readyz')))
    return answers.every(({ status }) => status === 200) ? 'ready' : undefined
  })
  if (answer === 'ended') {
    throw new Error(`the server ended (code ${ended?.code}, ${ended?.signal}) before it was ready:\n${server.stderr()}`)
  }
}
