import { type ChildProcess, spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { atExit } from './at-exit.js'
import { findProgram, type Program } from './client-programs.js'
import { eventually } from './eventually.js'
import { freePort } from './free-port.js'
import { temporaryFolder } from './temporary-folder.js'

/** One member of etcd, in a process of its own. */
export interface EtcdMember {
  readonly url: string
  /** SIGKILL, and waits for the end. */
  kill(): Promise<void>
  /** The same member with the same data again. */
  start(): Promise<void>
  /** Takes its data away while it is dead. */
  empty(): void
  /** Stops and continues it without its knowing. */
  pause(): void
  resume(): void
}

export interface EtcdCluster {
  readonly members: readonly EtcdMember[]
  /** As --etcd-servers takes them. */
  readonly servers: string[]
  stop(): Promise<void>
}

const running = new Set<ChildProcess>()
atExit(() => {
  for (const child of running) child.kill('SIGKILL')
})

/** The etcd to use: ETCD_BINARY, else the one on PATH. */
export function findEtcd(): Program {
  return process.env.ETCD_BINARY ? { path: process.env.ETCD_BINARY } : findProgram('etcd')
}

/** Starts that many members on free ports and waits until they serve. `flags` come after those for addresses. */
export async function startEtcd(binary: string, count = 1, flags: readonly string[] = []): Promise<EtcdCluster> {
  const scheme = flags.some((flag) => flag.startsWith('--cert-file')) ? 'https' : 'http'
  const places = await Promise.all(
    Array.from({ length: count }, async (_, n) => ({
      name: `m${n}`,
      url: `${scheme}://127.0.0.1:${await freePort()}`,
      peer: `http://127.0.0.1:${await freePort()}`,
      folder: join(temporaryFolder(), 'etcd'),
    })),
  )
  const cluster = places.map(({ name, peer }) => `${name}=${peer}`).join()
  const members = places.map(({ name, url, peer, folder }) =>
    member(binary, url, folder, [
      ...[`--name=${name}`, `--data-dir=${folder}`, `--initial-cluster=${cluster}`],
      ...[`--listen-client-urls=${url}`, `--advertise-client-urls=${url}`],
      ...[`--listen-peer-urls=${peer}`, `--initial-advertise-peer-urls=${peer}`],
      ...['--logger=zap', '--log-level=error', ...flags],
    ]),
  )
  await Promise.all(members.map((m) => m.start()))
  return {
    members,
    servers: members.map(({ url }) => url),
    stop: async () => {
      for (const m of members) await m.kill()
    },
  }
}

function member(binary: string, url: string, folder: string, flags: readonly string[]): EtcdMember {
  let child: ChildProcess | undefined
  let said = ''
  const ended = () => child?.exitCode !== null || child.signalCode !== null
  return {
    url,
    async start() {
      const started = spawn(binary, flags, { stdio: ['ignore', 'ignore', 'pipe'] })
      child = started
      running.add(started)
      started.stderr?.setEncoding('utf8').on('data', (text: string) => {
        said = (said + text).slice(-4_000)
      })
      started.once('close', () => running.delete(started))
      if (url.startsWith('https:')) return
      await eventually(`etcd serves: ${said}`, async () => {
        if (ended()) throw new Error(`etcd has ended: ${said}`)
        return (await fetch(`${url}/health`)).ok
      })
    },
    async kill() {
      if (!child || ended()) return
      const gone = new Promise((resolve) => child?.once('close', resolve))
      child.kill('SIGKILL')
      await gone
    },
    empty: () => rmSync(folder, { recursive: true }),
    pause: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
  }
}

/** Flags of a server over `cluster`. Each prefix is a world of its own. */
export function overEtcd(cluster: Pick<EtcdCluster, 'servers'>, prefix = '/registry'): string[] {
  return ['--backend=etcd', `--etcd-servers=${cluster.servers.join()}`, `--etcd-prefix=${prefix}`]
}
