import { cpSync, existsSync, rmSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { silentLog } from '../../src/meta/log.js'
import { decodeStored } from '../../src/store/encode.js'
import { type Disk, realDisk } from '../../src/store/file/disk.js'
import type { FileStore } from '../../src/store/file/file-store.js'
import { openFileStore } from '../../src/store/file/open-file-store.js'
import { folder, key, manifest, pizza, put } from './pizza-files.js'
import { simpleIngest } from './simple-ingest.js'

let root: string
let store: FileStore
let ingest: ReturnType<typeof simpleIngest>
let missing: Set<string>

async function open(watchFiles = true): Promise<void> {
  store = await openFileStore({ root, watchFiles, log: silentLog })
  ingest = simpleIngest(store, missing)
  await store.start(ingest.handler)
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'wukong-restarts-'))
  missing = new Set()
  await open()
})
afterEach(async () => {
  await store.close()
  await rm(root, { recursive: true })
})

const file = (name: string) => join(root, folder, `${name}.yaml`)

async function specOf(name: string): Promise<unknown> {
  const stored = await store.get(key(name))
  return stored && decodeStored(stored).spec
}

const changesSeen = () => ingest.seen.flat().length

it('goes on when its state folder is deleted while it runs, and loses nothing', async () => {
  await store.create(key('a'), pizza('a', { size: 1 }))
  await store.settled()
  await rm(join(root, '.wukong'), { recursive: true })
  const answered = new Map<string, number>()
  let tries = 0
  const write = async () => {
    const name = `b${tries++}`
    const stored = await store.create(key(name), pizza(name, { size: 2 }))
    answered.set(stored.key, stored.revision)
    return stored
  }
  await expect.poll(() => write().catch(() => undefined), { timeout: 5000, interval: 50 }).toBeDefined()
  expect(store.health()).toBeUndefined()
  await store.close()
  await open()
  expect(await specOf('a')).toEqual({ size: 1 })
  for (const [name, revision] of answered) expect((await store.get(name))?.revision).toBe(revision)
  expect(changesSeen()).toBe(0)
})

it('takes nothing for a deletion while the root is away', async () => {
  for (let i = 0; i < 5; i++) await store.create(key(`n${i}`), pizza(`n${i}`, { size: i }))
  await store.settled()
  await rename(root, `${root}-away`)
  await new Promise((resolve) => setTimeout(resolve, 400))
  expect(store.health()).toMatch(/vanished/)
  await rename(`${root}-away`, root)
  await store.settled()
  await expect.poll(() => store.health(), { timeout: 3000 }).toBeUndefined()
  expect((await store.list('')).items).toHaveLength(5)
  await store.create(key('again'), pizza('again', {}))
})

it('takes in at a start what was changed while it was down, in an order that makes sense', async () => {
  await store.create(key('a'), pizza('a', { size: 1 }))
  await store.create(key('b'), pizza('b', { size: 1 }))
  await store.close()
  await put(join(root, 'registry/core/namespaces/new.yaml'), 'apiVersion: v1\nkind: Namespace\n')
  await writeFile(file('a'), manifest(5))
  await rm(file('b'))
  await put(file('c'), manifest(6))
  await open()
  const order = ingest.seen.flat().map((c) => `${c.text === undefined ? '-' : '+'}${c.path.split('/').at(-1)}`)
  expect(order).toEqual(['+new.yaml', '+a.yaml', '+c.yaml', '-b.yaml'])
  expect(await store.get(key('b'))).toBeUndefined()
  expect(await specOf('a')).toEqual({ size: 5 })
})

it('starts from the files alone, with every revision above the earlier ones', async () => {
  const { revision } = await store.create(key('a'), pizza('a', { size: 1 }))
  await store.close()
  await rm(join(root, '.wukong'), { recursive: true })
  await open()
  expect(ingest.seen.flat()).toHaveLength(1)
  expect(await specOf('a')).toEqual({ size: 1 })
  expect(await store.oldestRevision()).toBeGreaterThan(revision)
  expect(await store.currentRevision()).toBeGreaterThan(revision)
  expect(await store.currentRevision()).toBeLessThan(2 ** 53)
})

it('killed behind a checkpoint that removed a file, does not bring its object back', async () => {
  await store.close()
  const copy = `${root}-copy`
  let isRemoved = false
  const disk: Disk = {
    ...realDisk,
    // The journal is slow: it has not heard of the removal when the snapshot is there.
    writeDurably: async (...args) => {
      if (isRemoved) await expect.poll(() => existsSync(copy)).toBe(true)
      await realDisk.writeDurably(...args)
    },
    rename: (from, to) => {
      realDisk.rename(from, to)
      isRemoved ||= to.includes('/aside/')
      if (isRemoved && to.endsWith('/snapshot') && !existsSync(copy)) cpSync(root, copy, { recursive: true })
    },
  }
  const [watchFiles, log] = [false, silentLog]
  store = await openFileStore({ root, watchFiles, log, disk, checkpointAfter: 20_000 })
  await store.start(simpleIngest(store).handler)
  const { revision } = await store.create(key('a'), pizza('a', { size: 1 }))
  await store.settled()
  const large = pizza('b', { text: 'x'.repeat(20_000) })
  await Promise.all([store.delete(key('a'), revision), store.create(key('b'), large)])
  await expect.poll(() => existsSync(copy)).toBe(true)
  for (const name of ['lock', 'holder']) rmSync(join(copy, '.wukong', name), { recursive: true })
  const again = await openFileStore({ root: copy, watchFiles, log })
  const { handler, seen } = simpleIngest(again)
  await again.start(handler)
  await again.settled()
  expect(seen.flat()).toEqual([])
  expect(await readdir(join(copy, '.wukong/aside'))).toEqual([])
  await again.close()
  rmSync(copy, { recursive: true })
})

it('goes on counting, remembers and can be watched across restarts', async () => {
  const first = await store.create(key('a'), pizza('a', { size: 1 }))
  const second = await store.update(key('a'), pizza('a', { size: 2 }), first.revision)
  await store.close()
  await open()
  expect(changesSeen()).toBe(0)
  expect(await store.get(key('a'))).toEqual(second)
  const third = await store.update(key('a'), pizza('a', { size: 3 }), second.revision)
  expect(third.revision).toBe(second.revision + 1)
  await store.close()
  // A run in which nothing but a file's time changes, and one in which nothing does.
  await writeFile(file('a'), await readFile(file('a')))
  for (let runs = 0; runs < 2; runs++) {
    await open()
    await store.close()
  }
  await open()
  expect(changesSeen()).toBe(0)
  for await (const events of store.watch('', first.revision, new AbortController().signal)) {
    expect(events.map((e) => [e.type, e.stored.revision, e.previous?.revision])).toEqual([
      ['update', second.revision, first.revision],
      ['update', third.revision, second.revision],
    ])
    break
  }
})

it('writes nothing that lasts when nothing changes, however often it is started', async () => {
  await store.create(key('a'), pizza('a', { size: 1 }))
  await store.close()
  const kept = async () => {
    const names = await readdir(join(root, '.wukong/journal'))
    const sizes = await Promise.all(names.map(async (name) => (await stat(join(root, '.wukong/journal', name))).size))
    const { ino, mtimeMs } = await stat(join(root, '.wukong/snapshot'))
    return { ino, mtimeMs, bytes: sizes.reduce((sum, size) => sum + size, 0) }
  }
  const before = await kept()
  expect(before.bytes).toBeLessThan(10_000)
  for (let runs = 0; runs < 3; runs++) {
    await open()
    await store.settled()
    await store.close()
  }
  expect(await kept()).toEqual(before)
  await open()
  expect(await specOf('a')).toEqual({ size: 1 })
})
