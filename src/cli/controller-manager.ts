import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { hostname } from 'node:os'
import { CommanderError } from 'commander'
import type { Extension } from '../apiexts/modules/extension.js'
import type { Log } from '../meta/log.js'
import type { Connection } from '../reconcile/client.js'
import type { Controller } from '../reconcile/controller.js'
import { ControllerManager } from '../reconcile/controller-manager.js'
import { loadConnection } from '../reconcile/kubeconfig.js'
import type { LeaderElectionOptions } from '../reconcile/leader-election.js'
import { loadExtensions, loadGroups } from '../sdk/load.js'
import { parseControllers } from './controller-choice.js'
import { createLog } from './log.js'
import { type ControllerManagerFlags, parseControllerManagerFlags } from './run-controllers-flags.js'
import { onStopSignal } from './stop.js'

void run()

async function run(): Promise<void> {
  try {
    await main(parseControllerManagerFlags(process.argv.slice(2)))
  } catch (error) {
    if (error instanceof CommanderError) process.exit(error.exitCode)
    process.stderr.write(`error: ${(error as Error).message}\n`)
    process.exit(1)
  }
}

/** Runs until a signal (exit code 0), or until the lease is lost (1): another process is at work then. */
async function main(flags: ControllerManagerFlags): Promise<void> {
  const log = createLog(flags.v)
  const connection = await loadConnection(flags.kubeconfig)
  const extensions = await servedExtensions(flags)
  const controllers = await chosenControllers(flags, extensions.length > 0)
  const manager = new ControllerManager({
    connection,
    controllers,
    log,
    ...(flags.leaderElect ? { leaderElection: leaderElection(flags) } : {}),
  })
  const server = flags.metricsBindAddress && (await serveMetrics(manager, flags.metricsBindAddress))
  const endExtensions = flags.apiextAddr && (await serveAll(extensions, connection, flags.apiextAddr, log))
  const abort = new AbortController()
  // Extensions alone go on until the signal.
  const running = controllers.length > 0 ? manager.run(abort.signal) : once(abort.signal, 'abort')
  onStopSignal(log).calls(async () => {
    abort.abort()
    await Promise.all([running, endExtensions?.()])
    server?.closeAllConnections()
  })
  log.info('controllers', { server: connection.server, names: controllers.map(({ name }) => name).join(',') })
  if ((await running) === 'lost the lease') throw new Error('the lease was lost: another process leads')
}

async function servedExtensions({ apiexts = [], apiextAddr }: ControllerManagerFlags): Promise<readonly Extension[]> {
  if (apiexts.length > 0 !== (apiextAddr !== undefined))
    throw new Error('--apiexts and --apiext-addr need each other: what is served, and where')
  return loadExtensions(apiexts, process.cwd())
}

async function serveAll(
  extensions: readonly Extension[],
  connection: Connection,
  at: NonNullable<ControllerManagerFlags['apiextAddr']>,
  log: Log,
): Promise<() => Promise<void>> {
  const { serveExtensions } = await import('../apiexts/modules/extension-server.js')
  log.info('extensions', { names: extensions.map(({ name }) => name).join(','), address: `${at.address}:${at.port}` })
  return serveExtensions({ extensions, connection, ...at, log })
}

/** `mayBeNone`: there is something else to do. */
async function chosenControllers(
  { apis, controllers }: ControllerManagerFlags,
  mayBeNone: boolean,
): Promise<Controller[]> {
  const groups = await loadGroups(apis, process.cwd())
  const all = (await Promise.all(groups.map((group) => group.controllers?.() ?? []))).flat()
  const names = all.map(({ name }) => name)
  const twice = names.find((name, i) => names.indexOf(name) < i)
  if (twice !== undefined) throw new Error(`two controllers are called ${twice}`)
  const chosen = chosenNames(controllers.join(','), names)
  if (chosen.length === 0 && !mayBeNone)
    throw new Error('no controllers to run: the modules of --apis have none, or none was chosen')
  return all.filter(({ name }) => chosen.includes(name))
}

function chosenNames(text: string, names: readonly string[]): readonly string[] {
  try {
    return parseControllers(text, { byDefault: names, onDemand: [], aliases: {} }).on
  } catch (error) {
    throw new Error(`--controllers: ${(error as Error).message}`, { cause: error })
  }
}

function leaderElection(flags: ControllerManagerFlags): LeaderElectionOptions {
  const { leaderElectLeaseDuration: leaseDuration, leaderElectRenewDeadline: renewDeadline } = flags
  if (renewDeadline >= leaseDuration) {
    throw new Error('--leader-elect-renew-deadline must be less than --leader-elect-lease-duration')
  }
  return {
    namespace: flags.leaderElectResourceNamespace,
    name: flags.leaderElectResourceName,
    identity: `${hostname()}_${randomBytes(8).toString('hex')}`,
    leaseDuration,
    renewDeadline,
    retryPeriod: flags.leaderElectRetryPeriod,
  }
}

function serveMetrics(
  manager: ControllerManager,
  { address, port }: { address: string; port: number },
): Promise<Server> {
  const { registry } = manager.metrics
  const server = createServer(async (request, response) => {
    const path = request.url?.split('?', 1)[0]
    if (path === '/metrics') {
      response.setHeader('Content-Type', registry.contentType)
      response.end(await registry.metrics())
    } else if (path === '/healthz' || path === '/readyz') response.end('ok')
    else response.writeHead(404).end('404 page not found\n')
  })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, address, () => resolve(server))
  })
}
