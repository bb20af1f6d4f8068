import { type ChildProcess, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { atExit } from './at-exit.js'
import { type Credentials, kubeconfig } from './kubectl.js'
import type { TestServer } from './server.js'
import { temporaryFolder } from './temporary-folder.js'

export interface GoRun {
  readonly lines: () => readonly string[]
  readonly ended: Promise<{ code: number | null; stderr: string }>
  /** Closes its stdin, which ends a scenario that follows changes. */
  finish(): GoRun['ended']
  /** Sends the signal and waits for the end. */
  kill(signal: NodeJS.Signals): GoRun['ended']
}

const going = new Set<ChildProcess>()
atExit(() => {
  for (const child of going) child.kill('SIGKILL')
})

/** Runs a scenario of test/clients/client-go; `path` is the built program. */
export function startClientGo(
  path: string,
  scenario: string,
  server: TestServer,
  namespace: string,
  credentials: Credentials,
): GoRun {
  return startGoProgram(path, [`--namespace=${namespace}`, scenario], server, credentials)
}

/** Runs a Go program that takes a kubeconfig, and `args` behind it. */
export function startGoProgram(
  path: string,
  args: readonly string[],
  server: TestServer,
  credentials: Credentials,
): GoRun {
  const config = join(temporaryFolder(), 'config')
  writeFileSync(config, JSON.stringify(kubeconfig(server, credentials)), { mode: 0o600 })
  const child = spawn(path, [`--kubeconfig=${config}`, ...args], { stdio: ['pipe', 'pipe', 'pipe'] })
  going.add(child)
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const ended: GoRun['ended'] = new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      going.delete(child)
      resolve({ code, stderr })
    })
  })
  const finish = () => {
    child.stdin.end()
    return ended
  }
  const kill = (signal: NodeJS.Signals) => {
    child.kill(signal)
    return ended
  }
  return { lines: () => stdout.split('\n').filter((line) => line !== ''), ended, finish, kill }
}
