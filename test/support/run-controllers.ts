import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { atExit } from './at-exit.js'
import { projectFolder } from './project-folder.js'
import { temporaryFolder } from './temporary-folder.js'

/** A kubeconfig that reaches a server over plain HTTP, as the local admin. */
function kubeconfigFor(url: string): string {
  const path = join(temporaryFolder(), 'kubeconfig')
  const config = {
    ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'test' },
    clusters: [{ name: 'test', cluster: { server: url } }],
    contexts: [{ name: 'test', context: { cluster: 'test' } }],
  }
  writeFileSync(path, JSON.stringify(config))
  return path
}

export interface RunningManager {
  readonly stderr: () => string
  readonly exited: Promise<number | null>
  kill(signal: NodeJS.Signals): Promise<number | null>
}

const running = new Set<ReturnType<typeof spawn>>()
atExit(() => {
  for (const child of running) child.kill('SIGKILL')
})

/** The built wukong-controller-manager in a process of its own. */
export function startManager(url: string, flags: readonly string[] = []): RunningManager {
  const command = join(projectFolder, 'bin', 'wukong-controller-manager')
  const child = spawn(process.execPath, [command, `--kubeconfig=${kubeconfigFor(url)}`, ...flags], {
    cwd: projectFolder,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  running.add(child)
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const exited = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      running.delete(child)
      resolve(code)
    })
  })
  const kill = (signal: NodeJS.Signals) => {
    child.kill(signal)
    return exited
  }
  return { stderr: () => stderr, exited, kill }
}
