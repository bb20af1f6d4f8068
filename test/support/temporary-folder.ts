import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { atExit } from './at-exit.js'

const made = new Set<string>()
atExit(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true })
})

/** A new, empty folder that is gone when the test process ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'wukong-test-'))
  made.add(folder)
  return folder
}
