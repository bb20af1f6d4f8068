import type { Log } from '../meta/log.js'

/** Who stops a server waits 10 s: what has not ended by then is in the journal. */
const patience = 9_500

/**
 * Takes SIGINT and SIGTERM: the first closes what `calls` was given (waiting for it if the start is still going on)
 * and ends the process with 0, the second ends it at once with 1.
 */
export function onStopSignal(log: Log): { calls(close: () => Promise<void>): void } {
  let close: (() => Promise<void>) | undefined
  let signalled = false
  const end = async (close: () => Promise<void>) => {
    try {
      await close()
      process.exit(0)
    } catch (error) {
      log.error('stopped, but not cleanly', { reason: (error as Error).message })
      process.exit(1)
    }
  }
  const onSignal = (signal: NodeJS.Signals) => {
    if (signalled) process.exit(1)
    signalled = true
    log.info('stopping', { signal })
    setTimeout(() => {
      log.error('gave up waiting for a clean stop')
      process.exit(1)
    }, patience).unref()
    if (close) void end(close)
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  return {
    calls(given) {
      close = given
      if (signalled) void end(given)
    },
  }
}
