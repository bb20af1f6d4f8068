import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Row } from './scenario.js'
import { figure } from './table.js'

const project = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..', '..')
const [scenario, before, after, rounds = '5', ...more] = process.argv.slice(2)
if (scenario === undefined || before === undefined || after === undefined) {
  console.error('usage: bench/compare SCENARIO REVISION REVISION [ROUNDS] [flags of npm run bench]')
  process.exit(1)
}

/** A checkout of the revision with its own packages, built; kept for the next comparison. */
function built(revision: string): string {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: project, encoding: 'utf8' }).trim()
  const commit = git('rev-parse', '--verify', `${revision}^{commit}`)
  const folder = join(project, '.cache', 'compare', commit)
  if (existsSync(folder)) return folder
  mkdirSync(dirname(folder), { recursive: true })
  git('worktree', 'prune')
  git('worktree', 'add', '--quiet', '--detach', folder, commit)
  const run = spawnSync('npm', ['ci', '--no-progress'], { cwd: folder, encoding: 'utf8' })
  if (run.status === 0) return folder
  git('worktree', 'remove', '--force', folder)
  console.error(`${revision} can't be built:\n${run.stdout}${run.stderr}`)
  process.exit(1)
}

function measure(server: string): Row[] {
  const run = fileURLToPath(new URL('./run.js', import.meta.url))
  const args = [run, '--json', '--no-floors', `--server=${server}`, ...more, scenario ?? '']
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }))
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? (sorted[middle] ?? Number.NaN) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
}

// The driver is this checkout's for both. Their order turns round each time: a machine that gets slower favours none.
const servers = [built(before), built(after)] as const
const found: [Row[][], Row[][]] = [[], []]
for (let round = 0; round < Number(rounds); round++) {
  for (const which of round % 2 ? ([1, 0] as const) : ([0, 1] as const)) found[which].push(measure(servers[which]))
  console.error(`round ${round + 1} of ${rounds}`)
}
console.log(`medians of ${rounds}: ${before} → ${after}`)
for (const [index, { what, unit, better }] of (found[0][0] ?? []).entries()) {
  const [old, fresh] = found.map((runs) => median(runs.map((rows) => rows[index]?.value ?? Number.NaN)))
  const ratio = (fresh ?? Number.NaN) / (old ?? Number.NaN)
  console.log(
    `${what}: ${figure(old ?? 0)} → ${figure(fresh ?? 0)} ${unit} (×${ratio.toFixed(2)}, ${better} is better)`,
  )
}
