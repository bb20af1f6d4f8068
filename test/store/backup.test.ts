import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { silentLog } from '../../src/meta/log.js'
import type { KubeObject } from '../../src/meta/object.js'
import { decodeStored } from '../../src/store/encode.js'
import { backup, restore } from '../../src/store/file/backup.js'
import type { FileStore } from '../../src/store/file/file-store.js'
import { fsck } from '../../src/store/file/fsck.js'
import { openFileStore } from '../../src/store/file/open-file-store.js'
import { simpleIngest } from './simple-ingest.js'

let base: string
let root: string

const folder = 'restaurant.wukong.com/pizzas/default'
const object = (name: string, n: number): KubeObject => ({
  apiVersion: 'restaurant.wukong.com/v1beta1',
  kind: 'Pizza',
  metadata: { name, namespace: 'default', uid: `uid-${name}` },
  spec: { n, padding: 'x'.repeat(300) },
})

/** Checkpoints come all the time. */
async function start(at: string): Promise<{ store: FileStore; edits: () => string[] }> {
  const store = await openFileStore({ root: at, watchFiles: false, log: silentLog, checkpointAfter: 20_000 })
  const ingest = simpleIngest(store)
  await store.start(ingest.handler)
  return { store, edits: () => ingest.seen.flat().map(({ path }) => path) }
}

/** One key: its values in the order they were asked for, and how many were answered. */
class Writer {
  readonly values: (number | null)[] = [null]
  answered = 0

  constructor(
    readonly name: string,
    private readonly store: FileStore,
  ) {}

  async run(goesOn: () => boolean): Promise<void> {
    const key = `${folder}/${this.name}`
    for (let n = 1; goesOn(); n++) {
      const current = await this.store.get(key)
      const deletes = current !== undefined && n % 5 === 0
      this.values.push(deletes ? null : n)
      if (deletes) await this.store.delete(key, current.revision)
      else if (current) await this.store.update(key, object(this.name, n), current.revision)
      else await this.store.create(key, object(this.name, n))
      this.answered = this.values.length - 1
      await setImmediate()
    }
  }
}

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'wukong-backup-'))
  root = join(base, 'root')
})
afterEach(() => rm(base, { recursive: true }))

it('is of one moment, between writes and checkpoints', async () => {
  const { store } = await start(root)
  const writers = Array.from({ length: 12 }, (_, i) => new Writer(`w${i}`, store))
  let goesOn = true
  const running = Promise.all(writers.map((writer) => writer.run(() => goesOn)))
  const copies: { before: number[]; after: number[] }[] = []
  for (let n = 0; n < 6; n++) {
    const target = copies.length * 25
    while (writers.some(({ answered }) => answered < target)) await setImmediate()
    const before = writers.map(({ answered }) => answered)
    await backup(root, join(base, `copy-${n}`))
    copies.push({ before, after: writers.map(({ values }) => values.length - 1) })
  }
  goesOn = false
  await running
  const newest = await store.currentRevision()
  await store.close()

  for (const [n, { before, after }] of copies.entries()) {
    await restore(join(base, `copy-${n}`), join(base, `root-${n}`))
    const restored = await start(join(base, `root-${n}`))
    // No file of the copy is taken for somebody's edit or deletion.
    expect(restored.edits()).toEqual([])
    for (const [w, { name, values }] of writers.entries()) {
      const stored = await restored.store.get(`${folder}/${name}`)
      const value = stored ? (decodeStored(stored).spec as { n: number }).n : null
      expect(values.slice(before[w], (after[w] ?? 0) + 1), `${name} in copy ${n}`).toContain(value)
    }
    expect(await restored.store.oldestRevision()).toBeGreaterThan(newest)
    await restored.store.settled()
    expect(restored.store.problems()).toEqual([])
    await restored.store.close()
    expect(fsck(join(base, `root-${n}`))).toMatchObject({ damage: [], differing: [], temporary: [], openToOthers: [] })
  }
}, 120_000)

it('keeps the texts of people: comments, and what is refused', async () => {
  const { store } = await start(root)
  await store.create(`${folder}/a`, object('a', 1))
  await store.settled()
  await store.close()
  const file = (at: string, name: string) => join(at, 'registry', folder, `${name}.yaml`)
  await writeFile(file(root, 'a'), `# mine\n${await readFile(file(root, 'a'), 'utf8')}`)
  await writeFile(file(root, 'torn'), 'a: [')
  await backup(root, join(base, 'copy'))
  await restore(join(base, 'copy'), join(base, 'new'))
  const { store: restored, edits } = await start(join(base, 'new'))
  expect(
    edits()
      .map((path) => path.split('/').at(-1))
      .sort(),
  ).toEqual(['a.yaml', 'torn.yaml'])
  await restored.settled()
  expect(await readFile(file(join(base, 'new'), 'a'), 'utf8')).toContain('# mine')
  expect(await readFile(file(join(base, 'new'), 'torn'), 'utf8')).toBe('a: [')
  expect(restored.problems().map(({ path }) => path.split('/').at(-1))).toEqual(['torn.yaml'])
  await restored.close()
})

it('of a damaged root is refused, with file and offset', async () => {
  const { store } = await start(root)
  await store.create(`${folder}/a`, object('a', 1))
  await store.close()
  await writeFile(join(root, '.wukong/snapshot'), 'nothing of ours')
  await expect(backup(root, join(base, 'copy'))).rejects.toThrow(/snapshot is damaged at byte 0/)
})
