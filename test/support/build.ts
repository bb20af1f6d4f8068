import { spawnSync } from 'node:child_process'
import { type Dirent, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { projectFolder } from './project-folder.js'

declare module 'vitest' {
  interface ProvidedContext {
    /** What the compiler said when dist could not be built; empty when it could. */
    buildFailure: string
    /** Where the first server of a run leaves its certificates, for those that come after it. */
    certificates: string
  }
}

/**
 * Vitest's global setup. The tests drive the built server, so dist is built first when something it is made of is
 * newer. A build that fails stops only the tests that start a server: those of single modules say more.
 */
export function setup(project: TestProject): () => void {
  const made = newest(join(projectFolder, 'dist'))
  const sources = ['src', 'examples', 'package.json', 'tsconfig.json', 'tsconfig.build.json']
  const changed = Math.max(...sources.map((source) => newest(join(projectFolder, source))))
  project.provide('buildFailure', changed > made ? build() : '')
  // Whatever tests and servers of this run put into the folder for temporary files goes with it.
  const ofThisRun = mkdtempSync(join(tmpdir(), 'wukong-test-'))
  process.env.TMPDIR = ofThisRun
  project.provide('certificates', join(ofThisRun, 'cert'))
  return () => rmSync(ofThisRun, { recursive: true, force: true })
}

function build(): string {
  const run = spawnSync('npm', ['run', '--silent', 'build'], { cwd: projectFolder, encoding: 'utf8' })
  return run.status === 0 ? '' : `npm run build failed:\n${run.stdout}${run.stderr}`
}

/** Modification time of the newest file at or below `path`; 0 when there is none. */
function newest(path: string): number {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (!stats) return 0
  if (!stats.isDirectory()) return stats.mtimeMs
  const below = readdirSync(path, { withFileTypes: true }).map((entry: Dirent) => newest(join(path, entry.name)))
  return Math.max(0, ...below)
}
