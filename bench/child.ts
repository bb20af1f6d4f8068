import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'

/** A server in a process of its own, and what it costs. */
export interface ServerProcess {
  readonly port: number
  readonly root: string
  /** From spawn to the first answer, in milliseconds. */
  readonly startMs: number
  /** CPU seconds used so far, user and system. */
  cpuSeconds(): number
  rssMegabytes(): number
  /** Resolves when what was begun before is done: hardly any CPU time used for a while. */
  settled(): Promise<void>
  stop(): Promise<void>
}

/** 100,000 files without `.wukong/` are parsed one by one; in milliseconds. */
const longestStart = 180_000

const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

export async function startProcess(args: readonly string[], port: number, root: string): Promise<ServerProcess> {
  const begin = performance.now()
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  running.add(child)
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4000)
  })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  await untilReady(port, () => {
    if (child.exitCode !== null) throw new Error(`${args.join(' ')} ended:\n${said}`)
  })
  return {
    port,
    root,
    startMs: performance.now() - begin,
    cpuSeconds: () => cpuSeconds(child.pid ?? 0),
    rssMegabytes: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024,
    settled: () => untilIdle(child.pid ?? 0),
    stop: async () => {
      child.kill('SIGTERM')
      await ended
      running.delete(child)
    },
  }
}

async function untilReady(port: number, check: () => void): Promise<void> {
  const end = performance.now() + longestStart
  while (!(await answers(port))) {
    check()
    if (performance.now() > end) throw new Error(`not ready within ${longestStart} ms`)
    await pause(2)
  }
}

async function untilIdle(pid: number): Promise<void> {
  const end = performance.now() + 60_000
  for (let used = cpuSeconds(pid); performance.now() < end; ) {
    await pause(500)
    const now = cpuSeconds(pid)
    if (now - used <= 0.02) return
    used = now
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request({ port, host: '127.0.0.1', path: '/readyz', agent: false }, (response) => {
      response.resume()
      resolve(response.statusCode === 200)
    })
    asked.on('error', () => resolve(false))
    asked.end()
  })
}

/** Fields 14 and 15 of /proc/<pid>/stat, in ticks of 10 ms; the command's name may hold blanks, so count behind it. */
function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}
