import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { cp, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
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

const key = (name: string) => `restaurant.wukong.com/pizzas/default/${name}`
const file = (name: string) => join(root, 'registry/restaurant.wukong.com/pizzas/default', `${name}.yaml`)
const pizza = (name: string, spec: unknown): KubeObject => ({
  apiVersion: 'restaurant.wukong.com/v1beta1',
  kind: 'Pizza',
  metadata: { name, namespace: 'default', uid: `uid-${name}` },
  spec,
})

async function start(at = root): Promise<{ store: FileStore; seen: () => string[]; adopted: () => string[] }> {
  const store = await openFileStore({ root: at, watchFiles: false, log: silentLog, checkpointAfter: 30_000 })
  const ingest = simpleIngest(store)
  await store.start(ingest.handler)
  const changes = () => ingest.seen.flat()
  return {
    store,
    seen: () => changes().map((c) => c.path),
    adopted: () =>
      changes()
        .filter((c) => c.adopting)
        .map((c) => c.path),
  }
}

async function contents(store: FileStore): Promise<Record<string, unknown>> {
  return Object.fromEntries((await store.list('')).items.map((s) => [s.key, decodeStored(s).spec]))
}

/** Writes without a clean stop: what a copy of a root that is being served looks like. */
async function copyWhileServing(store: FileStore, to: string): Promise<void> {
  await store.settled()
  await cp(root, to, { recursive: true })
  await rm(join(to, '.wukong/lock'), { recursive: true })
  await rm(join(to, '.wukong/holder'))
}

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'wukong-upkeep-'))
  root = join(base, 'root')
})
afterEach(() => rm(base, { recursive: true }))

describe('backup and restore', () => {
  it('copies a root while it is written to, and makes a new one of the copy', async () => {
    const { store } = await start()
    let stop = false
    const told = new Map<string, number>()
    const writer = async (w: number) => {
      for (let n = 0; !stop; n++) {
        const current = await store.get(key(`w${w}-${n % 7}`))
        const object = pizza(`w${w}-${n % 7}`, { n, padding: 'x'.repeat(300) })
        if (current && n % 5 === 0) await store.delete(current.key, current.revision)
        else if (current) await store.update(current.key, object, current.revision)
        else await store.create(key(`w${w}-${n % 7}`), object)
        told.set(`${w}`, n)
        await new Promise((resolve) => setTimeout(resolve, 1))
      }
    }
    const writers = [0, 1, 2].map(writer)
    await new Promise((resolve) => setTimeout(resolve, 300))
    const before = new Map(told)
    await backup(root, join(base, 'copy'))
    await new Promise((resolve) => setTimeout(resolve, 100))
    stop = true
    await Promise.all(writers)
    const newest = await store.currentRevision()
    await store.close()

    await restore(join(base, 'copy'), join(base, 'new'))
    const restored = await start(join(base, 'new'))
    expect(restored.seen()).toEqual([])
    const state = await contents(restored.store)
    for (const [w, n] of before) {
      const newestN = Math.max(
        ...Object.entries(state).map(([k, s]) => (k.includes(`/w${w}-`) ? (s as { n: number }).n : 0)),
      )
      expect(newestN).toBeGreaterThanOrEqual(n - 2)
    }
    expect(await restored.store.currentRevision()).toBeGreaterThan(newest)
    expect(await restored.store.oldestRevision()).toBeGreaterThan(newest)
    await restored.store.settled()
    expect(restored.store.problems()).toEqual([])
    await restored.store.close()
    expect((await fsck(join(base, 'new'), { repair: false, files: true })).files).toEqual([])
  })
})

describe('fsck', () => {
  it('has nothing to say of a sound root', async () => {
    const { store } = await start()
    await store.create(key('a'), pizza('a', {}))
    await store.close()
    expect(await fsck(root, { repair: false, files: true })).toMatchObject({ objects: 1, damage: [], files: [] })
  })

  it('names what is damaged, which no server starts on, and repairs it without losing an object', async () => {
    const { store } = await start()
    for (let i = 0; i < 8; i++) await store.create(key(`n${i}`), pizza(`n${i}`, { i, padding: 'x'.repeat(200) }))
    const uids = await contents(store)
    const newest = await store.currentRevision()
    await copyWhileServing(store, join(base, 'copy'))
    await store.close()
    root = join(base, 'copy')
    const segment = readdirSync(join(root, '.wukong/journal')).find((name) =>
      readFileSync(join(root, '.wukong/journal', name)).includes('"n2"'),
    )
    const path = join(root, '.wukong/journal', segment ?? '')
    const handle = await open(path, 'r+')
    await handle.write(Buffer.from('?'), 0, 1, (await readFile(path)).indexOf('"n2"') + 1)
    await handle.close()
    await expect(start()).rejects.toThrow(new RegExp(`${segment} is damaged at byte \\d+`))
    const report = await fsck(root, { repair: true, files: false })
    expect(report.damage).toHaveLength(1)
    expect(report.repaired).toHaveLength(1)
    const repaired = await start()
    expect(await contents(repaired.store)).toEqual(uids)
    expect(repaired.adopted().length).toBeGreaterThan(0)
    expect(await repaired.store.currentRevision()).toBeGreaterThan(newest)
    await repaired.store.close()
    expect((await fsck(root, { repair: false, files: true })).damage).toEqual([])
  })

  it('lists files that would be refused', async () => {
    const { store } = await start()
    await store.create(key('a'), pizza('a', {}))
    await store.close()
    await writeFile(file('b'), 'a: [')
    await writeFile(file('c'), 'apiVersion: v1\nkind: Pizza\nmetadata: {name: d}\n')
    await writeFile(file('E'), 'apiVersion: v1\nkind: Pizza\n')
    await writeFile(join(file('f').replace(/yaml$/, 'yml')), '')
    const { files } = await fsck(root, { repair: false, files: true })
    expect(files.map(({ path, reason }) => `${path.split('/').at(-1)}: ${reason}`).sort()).toEqual([
      'E.yaml: the name must be spelled "%65"'.replace('%65', '%45'),
      expect.stringContaining('b.yaml: '),
      'c.yaml: metadata.name must be c',
      'f.yml: the file name must end with .yaml',
    ])
  })
})

describe('a root', () => {
  it('is held by one store at a time', async () => {
    const { store } = await start()
    await expect(start()).rejects.toThrow(`is held by this process (${process.pid})`)
    await store.close()
    const { store: second } = await start()
    await second.close()
  })

  it('of a newer format is refused', async () => {
    const { store } = await start()
    await store.close()
    await writeFile(join(root, '.wukong/format'), '2\n')
    await expect(start()).rejects.toThrow('format "2"')
  })

  it('suggests what git should not see', async () => {
    const { store } = await start()
    await store.close()
    expect(await readFile(join(root, '.gitignore'), 'utf8')).toContain('leases')
    expect(await readFile(join(root, '.wukong/.gitignore'), 'utf8')).toBe('*\n')
    expect(existsSync(join(root, 'registry'))).toBe(true)
  })
})
