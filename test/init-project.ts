/*
 * A new project, as a user's first five minutes: the package is packed, `init` of what was packed writes a project, which is
 * installed, tested, checked, started and asked by kubectl, all without an edit. Run by .ci/run; packages come from
 * wherever npm is configured to look, and from its cache where they are there.
 */
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findKubectl } from './support/client-programs.js'
import { eventually } from './support/eventually.js'
import { freePort } from './support/free-port.js'

const folder = mkdtempSync(join(tmpdir(), 'wukong-init-'))
const project = join(folder, 'widgets')

/** What goes wrong is shown, what goes well is not. */
function run(program: string, args: readonly string[], cwd: string): string {
  const began = performance.now()
  const output = execFileSync(program, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
  process.stdout.write(`${((performance.now() - began) / 1000).toFixed(1)} s  ${program} ${args.join(' ')}\n`)
  return output
}

async function startAndAsk(): Promise<void> {
  const kubectl = findKubectl()
  if ('missing' in kubectl) throw new Error(kubectl.missing)
  const port = await freePort()
  const flags = [`--insecure-port=${port}`, '--secure-port=0']
  const server = spawn('npm', ['start', '--', ...flags], { cwd: project, detached: true, stdio: 'inherit' })
  const ended = new Promise<never>((_, reject) => {
    server.once('exit', (code) => reject(new Error(`npm start ended with ${code}`)))
  })
  const ask = (...args: string[]) =>
    run(kubectl.path, ['--kubeconfig=/dev/null', `--server=http://127.0.0.1:${port}`, ...args], project)
  const ready = () => fetch(`http://127.0.0.1:${port}/readyz`).then(({ ok }) => ok)
  try {
    await Promise.race([eventually('the server is ready', ready), ended])
    ask('apply', '-f', 'widget.yaml')
    const table = ask('get', 'widgets')
    if (!/^NAME +SIZE +PHASE +AGE\nexample +20 /.test(table)) throw new Error(`kubectl get widgets says\n${table}`)
  } finally {
    server.removeAllListeners('exit')
    // npm and what it started are one group.
    if (server.pid !== undefined && server.exitCode === null) process.kill(-server.pid, 'SIGTERM')
  }
}

try {
  const tarball = run('npm', ['pack', '--silent', '--ignore-scripts', `--pack-destination=${folder}`], process.cwd())
  const packed = join(folder, tarball.trim())
  run('tar', ['xzf', packed], folder)
  const init = ['init', project, '--group=example.com', '--kind=Widget', `--package=file:${packed}`]
  run('node', [join(folder, 'package/bin/wukong-apiserver'), ...init], folder)
  run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'], project)
  run('npm', ['test', '--silent'], project)
  run('npm', ['run', '--silent', 'check'], project)
  await startAndAsk()
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
}
