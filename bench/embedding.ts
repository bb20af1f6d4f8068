import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Scenario } from './scenario.js'

/** What embedded-starts.ts measures, in milliseconds. */
export interface EmbeddedStarts {
  readonly first: number
  readonly next: number
  readonly nextProcessor: number
  readonly together: number
}

/** `startApiserver` in a process of its own, in memory, ready to answer: the first one, later ones, 20 at once. */
export const embedding: Scenario = async ({ server }) => {
  const script = fileURLToPath(new URL('./embedded-starts.js', import.meta.url))
  const sdk = join(server, 'dist', 'src', 'sdk', 'index.js')
  const { stdout } = await promisify(execFile)(process.execPath, [script, sdk])
  const { first, next, nextProcessor, together } = JSON.parse(stdout) as EmbeddedStarts
  return [
    { what: 'startApiserver, first in its process', value: first, unit: 'ms', better: 'lower' },
    {
      ...{ what: 'startApiserver, again', value: next, unit: 'ms', better: 'lower' },
      note: `${nextProcessor.toFixed(0)} ms of processor time`,
    },
    { what: 'startApiserver, 20 at once', value: together, unit: 'ms', better: 'lower' },
  ]
}
