import { execFileSync, spawn } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, it } from 'vitest'
import { silentLog } from '../../src/meta/log.js'
import { decodeStored } from '../../src/store/encode.js'
import type { FileStore } from '../../src/store/file/file-store.js'
import { openFileStore } from '../../src/store/file/open-file-store.js'
import { projectFolder } from '../support/project-folder.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { crashSize, historyLimit } from './crash-size.js'

const { kills } = crashSize
const longestRun = 30_000

/** Every step of a write and of a checkpoint, before it and after it; the number says at which occurrence. */
const steps = [
  '-writeDurably:9',
  '+writeDurably:9',
  '+writeDurably:30',
  '-create@tmp:5',
  '+create@tmp:5',
  '-rename@aside:3',
  '+rename@aside:3',
  '-link:4',
  '+link:4',
  '+unlink@tmp:4',
  '-syncFileSystem:1',
  '+syncFileSystem:1',
  '-open@snapshot:1',
  '+rename@snapshot:1',
  '-rename@snapshot:2',
  '+syncDirectory@wukong:4',
  '-unlink@journal:1',
  '+unlink@journal:1',
]

interface Line {
  readonly ready?: number
  readonly asks?: string
  readonly told?: string
  readonly value?: string | null
  readonly revision?: number
  readonly edit?: string
  readonly reached?: string
}

/** What clients know: of each key the last answered state, and those asked for since. */
class Known {
  readonly states = new Map<string, { told: string | null; asked: (string | null)[] }>()
  newest = 0
  readonly reached: string[] = []
  readonly edits: string[] = []

  take(line: Line): void {
    const key = line.asks ?? line.told
    if (line.edit !== undefined) this.edits.push(line.edit)
    if (line.reached !== undefined) this.reached.push(line.reached)
    if (key === undefined) return
    const state = this.states.get(key) ?? { told: null, asked: [] }
    this.states.set(key, state)
    const value = line.value ?? null
    if (line.asks !== undefined) state.asked.push(value)
    else {
      expect(line.revision).toBeGreaterThan(this.newest === 0 ? 0 : 1)
      this.newest = Math.max(this.newest, line.revision ?? 0)
      state.told = value
      state.asked = []
    }
  }
}

/** Makes the writers into something that Node runs; answers with its path. */
function builtWriters(): string {
  const folder = temporaryFolder()
  execFileSync(process.execPath, ['src/build.mjs', folder, 'test/crash/writers.ts'], { cwd: projectFolder })
  return join(folder, 'test/crash/writers.js')
}

/** Runs the writers until they are killed, at a step or after some time. */
async function runAndKill(script: string, root: string, run: number, step: string, known: Known): Promise<void> {
  const args = [script, root, String(run), step]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = new Promise((resolve) => child.once('exit', resolve))
  // A step that never comes must not hold the test up.
  const killAfter = (milliseconds: number) => setTimeout(() => child.kill('SIGKILL'), milliseconds)
  const timers = [killAfter(longestRun)]
  for await (const text of createInterface({ input: child.stdout })) {
    const line = JSON.parse(text) as Line
    if (line.ready !== undefined && step === '') timers.push(killAfter(Math.random() * 250))
    known.take(line)
  }
  await exited
  for (const timer of timers) clearTimeout(timer)
}

async function compare(store: FileStore, known: Known): Promise<void> {
  const found = new Map<string, string>()
  for (const stored of (await store.list('')).items) {
    const { spec } = decodeStored(stored) as unknown as { spec: { value: string } }
    found.set(stored.key, spec.value)
  }
  for (const [key, { told, asked }] of known.states) {
    expect([told, ...asked], key).toContain(found.get(key) ?? null)
    // What was found is the truth from now on.
    known.states.set(key, { told: found.get(key) ?? null, asked: [] })
  }
  for (const key of found.keys()) expect(known.states.has(key)).toBe(true)
  expect(await store.currentRevision()).toBeGreaterThanOrEqual(known.newest)
  known.newest = await store.currentRevision()
}

it(`loses nothing and repeats nothing, killed ${kills} times`, { timeout: 20_000 + kills * 15_000 }, async () => {
  const script = builtWriters()
  const root = await mkdtemp(join(tmpdir(), 'wukong-killed-'))
  const known = new Known()
  const first = Math.floor(Math.random() * steps.length)
  for (let run = 0; run < kills; run++) {
    const step = run % 2 === 0 ? '' : (steps[(first + (run - 1) / 2) % steps.length] ?? '')
    await runAndKill(script, root, run, step, known)
    expect(known.reached.splice(0)).toEqual(step === '' ? [] : [step])
    const edits: string[] = []
    const store = await openFileStore({ root, watchFiles: false, log: silentLog, historyLimit })
    await store.start(async (changes) => {
      for (const { path, text } of changes) edits.push(`${path}: ${text}`)
      return changes.map(() => ({ outcome: 'refused', reason: 'nobody edits here' }))
    })
    await compare(store, known)
    await store.settled()
    // No text of the server's own was taken for a person's, and none was torn.
    expect(edits, step).toEqual([])
    expect(known.edits, step).toEqual([])
    expect(store.problems()).toEqual([])
    const files = await readdir(join(root, 'registry/restaurant.wukong.com/pizzas/default')).catch(() => [])
    const keys = (await store.list('')).items.map((s) => `${s.key.split('/').at(-1)}.yaml`)
    expect(files.sort()).toEqual(keys.sort())
    await store.close()
    expect(await readdir(join(root, '.wukong/tmp'))).toEqual([])
    expect(await readdir(join(root, '.wukong/aside'))).toEqual([])
  }
  await rm(root, { recursive: true })
})
