import { cpSync, existsSync, readdirSync, rmSync } from 'node:fs'
import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { silentLog } from '../../src/meta/log.js'
import { decodeStored } from '../../src/store/encode.js'
import { type Disk, realDisk } from '../../src/store/file/disk.js'
import { openFileStore } from '../../src/store/file/open-file-store.js'
import { folder, key, manifest, pizza, put } from './pizza-files.js'
import { pizzaStoreForEach } from './pizza-store.js'
import { simpleIngest } from './simple-ingest.js'

const pizzas = pizzaStoreForEach()

it('goes on when its state folder is deleted while it runs, and loses nothing', async () => {
  await pizzas.store.create(key('a'), pizza('a', { size: 1 }))
  await pizzas.store.settled()
  await rm(join(pizzas.root, '.wukong'), { recursive: true })
  const answered = new Map<string, number>()
  let tries = 0
  const write = async () => {
    const name = `b${tries++}`
    const stored = await pizzas.store.create(key(name), pizza(name, { size: 2 }))
    answered.set(stored.key, stored.revision)
    return stored
  }
  await expect.poll(() => write().catch(() => undefined), { timeout: 5000, interval: 50 }).toBeDefined()
  expect(pizzas.store.health()).toBeUndefined()
  await pizzas.store.close()
  await pizzas.open()
  expect(await pizzas.specOf('a')).toEqual({ size: 1 })
  for (const [name, revision] of answered) expect((await pizzas.store.get(name))?.revision).toBe(revision)
  expect(pizzas.changesSeen).toBe(0)
})

it('takes nothing for a deletion while the root is away', async () => {
  for (let i = 0; i < 5; i++) await pizzas.store.create(key(`n${i}`), pizza(`n${i}`, { size: i }))
  await pizzas.store.settled()
  await rename(pizzas.root, `${pizzas.root}-away`)
  await expect.poll(() => pizzas.store.health(), { timeout: 60_000 }).toMatch(/vanished/)
  await rename(`${pizzas.root}-away`, pizzas.root)
  await pizzas.store.settled()
  await expect.poll(() => pizzas.store.health(), { timeout: 60_000 }).toBeUndefined()
  expect((await pizzas.store.list('')).items).toHaveLength(5)
  await pizzas.store.create(key('again'), pizza('again', {}))
})

it('takes in at a start what was changed while it was down, in an order that makes sense', async () => {
  await pizzas.store.create(key('a'), pizza('a', { size: 1 }))
  await pizzas.store.create(key('b'), pizza('b', { size: 1 }))
  await pizzas.store.close()
  await put(join(pizzas.root, 'registry/core/namespaces/new.yaml'), 'apiVersion: v1\nkind: Namespace\n')
  await writeFile(pizzas.file('a'), manifest(5))
  await rm(pizzas.file('b'))
  await put(pizzas.file('c'), manifest(6))
  await pizzas.open()
  const order = pizzas.ingest.seen.flat().map((c) => `${c.text === undefined ? '-' : '+'}${c.path.split('/').at(-1)}`)
  expect(order).toEqual(['+new.yaml', '+a.yaml', '+c.yaml', '-b.yaml'])
  expect(await pizzas.store.get(key('b'))).toBeUndefined()
  expect(await pizzas.specOf('a')).toEqual({ size: 5 })
})

it('starts from the files alone, with every revision above the earlier ones', async () => {
  const { revision } = await pizzas.store.create(key('a'), pizza('a', { size: 1 }))
  await pizzas.store.close()
  await rm(join(pizzas.root, '.wukong'), { recursive: true })
  await pizzas.open()
  expect(pizzas.ingest.seen.flat()).toHaveLength(1)
  expect(await pizzas.specOf('a')).toEqual({ size: 1 })
  expect(await pizzas.store.oldestRevision()).toBeGreaterThan(revision)
  expect(await pizzas.store.currentRevision()).toBeGreaterThan(revision)
  expect(await pizzas.store.currentRevision()).toBeLessThan(2 ** 53)
})

it('killed behind a checkpoint that removed a file, does not bring its object back', async () => {
  await pizzas.store.close()
  const copy = `${pizzas.root}-copy`
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
      if (isRemoved && to.endsWith('/snapshot') && !existsSync(copy)) cpSync(pizzas.root, copy, { recursive: true })
    },
  }
  const [watchFiles, log] = [false, silentLog]
  pizzas.store = await openFileStore({ root: pizzas.root, watchFiles, log, disk, checkpointAfter: 20_000 })
  await pizzas.store.start(simpleIngest(pizzas.store).handler)
  const { revision } = await pizzas.store.create(key('a'), pizza('a', { size: 1 }))
  await pizzas.store.settled()
  const large = pizza('b', { text: 'x'.repeat(20_000) })
  await Promise.all([pizzas.store.delete(key('a'), revision), pizzas.store.create(key('b'), large)])
  await expect.poll(() => existsSync(copy)).toBe(true)
  await expectUntouched(copy)
})

it('takes a file that a power cut left without its successor for no deletion', async () => {
  const { root } = pizzas
  const { revision } = await pizzas.store.create(key('a'), pizza('a', { size: 1 }))
  await pizzas.store.close()
  const copy = `${root}-copy`
  const disk: Disk = {
    ...realDisk,
    // What was set aside is unlinked later: that may be on the disk, and this not.
    link: (from, to) => {
      cpSync(root, copy, { recursive: true })
      for (const name of readdirSync(join(copy, '.wukong/aside'))) rmSync(join(copy, '.wukong/aside', name))
      realDisk.link(from, to)
    },
  }
  pizzas.store = await openFileStore({ root, watchFiles: false, log: silentLog, disk })
  await pizzas.store.start(simpleIngest(pizzas.store).handler)
  await pizzas.store.update(key('a'), pizza('a', { size: 2 }), revision)
  await expect.poll(() => existsSync(copy)).toBe(true)
  expect(existsSync(join(copy, folder, 'a.yaml'))).toBe(false)
  await expectUntouched(copy, { size: 2 })
})

/** In a copy of the root no edit by hand is found; `a` is as wanted, and nothing is left aside. */
async function expectUntouched(copy: string, a?: object): Promise<void> {
  for (const name of ['lock', 'holder']) rmSync(join(copy, '.wukong', name), { recursive: true })
  const again = await openFileStore({ root: copy, watchFiles: false, log: silentLog })
  const { handler, seen } = simpleIngest(again)
  await again.start(handler)
  await again.settled()
  expect(seen.flat()).toEqual([])
  const stored = await again.get(key('a'))
  expect(stored && decodeStored(stored).spec).toEqual(a)
  expect(existsSync(join(copy, folder, 'a.yaml'))).toBe(a !== undefined)
  expect(await readdir(join(copy, '.wukong/aside'))).toEqual([])
  await again.close()
  rmSync(copy, { recursive: true })
}

it('goes on counting, remembers and can be watched across restarts', async () => {
  const first = await pizzas.store.create(key('a'), pizza('a', { size: 1 }))
  const second = await pizzas.store.update(key('a'), pizza('a', { size: 2 }), first.revision)
  await pizzas.store.close()
  await pizzas.open()
  expect(pizzas.changesSeen).toBe(0)
  expect(await pizzas.store.get(key('a'))).toEqual(second)
  const third = await pizzas.store.update(key('a'), pizza('a', { size: 3 }), second.revision)
  expect(third.revision).toBe(second.revision + 1)
  await pizzas.store.close()
  // A run in which nothing but a file's time changes, and one in which nothing does.
  await writeFile(pizzas.file('a'), await readFile(pizzas.file('a')))
  for (let runs = 0; runs < 2; runs++) {
    await pizzas.open()
    await pizzas.store.close()
  }
  await pizzas.open()
  expect(pizzas.changesSeen).toBe(0)
  for await (const events of pizzas.store.watch('', first.revision, new AbortController().signal)) {
    expect(events.map((e) => [e.type, e.stored.revision, e.previous?.revision])).toEqual([
      ['update', second.revision, first.revision],
      ['update', third.revision, second.revision],
    ])
    break
  }
})

it('writes nothing that lasts when nothing changes, however often it is started', async () => {
  await pizzas.store.create(key('a'), pizza('a', { size: 1 }))
  await pizzas.store.close()
  const kept = async () => {
    const names = await readdir(join(pizzas.root, '.wukong/journal'))
    const sizes = await Promise.all(
      names.map(async (name) => (await stat(join(pizzas.root, '.wukong/journal', name))).size),
    )
    const { ino, mtimeMs } = await stat(join(pizzas.root, '.wukong/snapshot'))
    return { ino, mtimeMs, bytes: sizes.reduce((sum, size) => sum + size, 0) }
  }
  const before = await kept()
  expect(before.bytes).toBeLessThan(10_000)
  for (let runs = 0; runs < 3; runs++) {
    await pizzas.open()
    await pizzas.store.settled()
    await pizzas.store.close()
  }
  expect(await kept()).toEqual(before)
  await pizzas.open()
  expect(await pizzas.specOf('a')).toEqual({ size: 1 })
})
