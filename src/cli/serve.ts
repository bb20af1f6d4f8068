import { join } from 'node:path'
import { exposureProblem } from '../auth/exposure.js'
import { loadExtensions, loadGroups } from '../sdk/load.js'
import { createServer } from '../server.js'
import type { ServerOptions } from '../server-options.js'
import { banner } from './banner.js'
import type { ServeFlags } from './flags.js'
import { collectEarlier } from './heap.js'
import { createLog } from './log.js'
import { packageFolder } from './package-folder.js'
import { flagConflict, serverOptions } from './server-options.js'
import { describeStartupError } from './startup-error.js'
import { onStopSignal } from './stop.js'

/** Starts the server and returns once it is ready; the process then lives until a signal. */
export async function serve(flags: ServeFlags, fail: (line: string) => never): Promise<void> {
  const conflict = flagConflict(flags)
  if (conflict !== undefined) fail(conflict)
  const folder = process.cwd()
  const log = createLog(flags.v, flags.loggingFormat)
  // From here on a signal waits for what has been started, so that it can be ended cleanly.
  const stop = onStopSignal(log)
  try {
    const groups = await loadGroups(flags.apis, folder)
    const extensions = await loadExtensions(flags.apiexts ?? [], folder)
    const options = serverOptions(flags, { folder, groups, extensions, log })
    await refuseExposure(options)
    const server = await createServer(options)
    stop.calls(() => server.close())
    // Who reads the banner may be gone (`| head -1`); the server stays.
    process.stdout.on('error', () => {})
    process.stdout.write(banner(options, server, folder))
    collectEarlier()
  } catch (error) {
    fail(describeStartupError(error, flags))
  }
}

async function refuseExposure(options: ServerOptions): Promise<void> {
  const problem = await exposureProblem({
    insecureAddress: options.insecure?.address,
    secureAddress: options.secure?.address,
    allowLocalhost: options.authnAllowLocalhost,
    tokenAuthFile: options.tokenAuthFile,
    sampleTokenFile: join(packageFolder(), 'configs', 'token.csv'),
  })
  if (problem !== undefined) throw new Error(problem)
}
