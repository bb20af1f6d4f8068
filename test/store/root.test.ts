import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { cp, mkdtemp, open, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { silentLog } from '../../src/meta/log.js'
import { type Disk, realDisk } from '../../src/store/file/disk.js'
import { openFileStore } from '../../src/store/file/open-file-store.js'

let base: string
let root: string

const key = (name: string) => `restaurant.wukong.com/pizzas/default/${name}`
const start = (at = root) => openFileStore({ root: at, watchFiles: false, log: silentLog })

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'wukong-root-'))
  root = join(base, 'root')
})
afterEach(() => rm(base, { recursive: true }))

it('is held by one store at a time', async () => {
  const store = await start()
  await expect(start()).rejects.toThrow(`is held by this process (${process.pid})`)
  await store.close()
  await (await start()).close()
})

it('taken by another process while a snapshot is written keeps the one that is there', async () => {
  const metadata = { name: 'a', namespace: 'default' }
  const object = { apiVersion: 'restaurant.wukong.com/v1beta1', kind: 'Pizza', metadata }
  const first = await start()
  const { revision } = await first.create(key('a'), object)
  await first.close()
  const snapshot = () => statSync(join(root, '.wukong/snapshot')).ino
  const before = snapshot()
  let taken = false
  const disk: Disk = {
    ...realDisk,
    sync: async (fd) => {
      await realDisk.sync(fd)
      if (!readdirSync(join(root, '.wukong')).includes('snapshot.new')) return
      writeFileSync(join(root, '.wukong/holder'), '{"pid":1}')
      taken = true
    },
  }
  const store = await openFileStore({ root, watchFiles: false, log: silentLog, disk })
  await store.update(key('a'), object, revision)
  await store.close()
  expect(taken).toBe(true)
  expect(snapshot()).toBe(before)
})

it('of a newer format is refused', async () => {
  await (await start()).close()
  await writeFile(join(root, '.wukong/format'), '2\n')
  await expect(start()).rejects.toThrow('"2"')
})

it('is made for its owner only, and says what git should not see', async () => {
  await (await start()).close()
  expect(await readFile(join(root, '.gitignore'), 'utf8')).toContain('leases')
  expect(await readFile(join(root, '.wukong/.gitignore'), 'utf8')).toBe('*\n')
  for (const path of ['', 'registry', '.wukong']) expect((await stat(join(root, path))).mode & 0o777).toBe(0o700)
})

it('whose journal was damaged in the middle is refused, with file and offset', async () => {
  const store = await start()
  for (let i = 0; i < 8; i++) {
    const metadata = { name: `n${i}`, namespace: 'default' }
    await store.create(key(`n${i}`), { apiVersion: 'restaurant.wukong.com/v1beta1', kind: 'Pizza', metadata })
  }
  await store.settled()
  await cp(root, join(base, 'copy'), { recursive: true })
  await store.close()
  root = join(base, 'copy')
  for (const part of ['lock', 'holder']) await rm(join(root, '.wukong', part), { recursive: true })
  const journal = join(root, '.wukong/journal')
  const segment = readdirSync(journal).find((name) => readFileSync(join(journal, name)).includes('"n2"')) ?? ''
  const content = await readFile(join(journal, segment))
  const handle = await open(join(journal, segment), 'r+')
  await handle.write(Buffer.from('?'), 0, 1, content.indexOf('"n2"') + 1)
  await handle.close()
  await expect(start()).rejects.toThrow(new RegExp(`${segment} is damaged at byte \\d+`))
})
