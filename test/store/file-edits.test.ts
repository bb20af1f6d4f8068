import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { silentLog } from '../../src/meta/log.js'
import { decodeStored } from '../../src/store/encode.js'
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
  root = await mkdtemp(join(tmpdir(), 'wukong-edits-'))
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

it('writes an object as a file that a person reads, 0600 in folders of 0700', async () => {
  await store.create(key('a'), pizza('a', { size: 1 }))
  await store.settled()
  expect(await readFile(file('a'), 'utf8')).toBe(
    'apiVersion: restaurant.wukong.com/v1beta1\nkind: Pizza\nmetadata:\n  name: a\n  namespace: default\n  uid: uid-a\nspec:\n  size: 1\n',
  )
  expect((await stat(file('a'))).mode & 0o777).toBe(0o600)
  expect((await stat(dirname(file('a')))).mode & 0o777).toBe(0o700)
  expect(changesSeen()).toBe(0)
})

it('does not take its own writes for edits', async () => {
  for (let i = 0; i < 50; i++) {
    const stored = await store.create(key(`n${i}`), pizza(`n${i}`, { size: i }))
    const second = await store.update(key(`n${i}`), pizza(`n${i}`, { size: i + 1 }), stored.revision)
    if (i % 2) await store.delete(key(`n${i}`), second.revision)
  }
  await store.settled()
  await new Promise((resolve) => setTimeout(resolve, 400))
  expect(changesSeen()).toBe(0)
  expect((await readdir(dirname(file('x')))).length).toBe(25)
})

it('takes in an edited, a new and a removed file', async () => {
  await store.create(key('a'), pizza('a', { size: 1 }))
  await store.create(key('b'), pizza('b', { size: 1 }))
  await store.settled()
  const text = await readFile(file('a'), 'utf8')
  await writeFile(file('a'), text.replace('size: 1', 'size: 5'))
  await put(file('c'), manifest(7))
  await rm(file('b'))
  await store.settled()
  expect(await specOf('a')).toEqual({ size: 5 })
  expect(await specOf('c')).toEqual({ size: 7 })
  expect(await store.get(key('b'))).toBeUndefined()
  expect(await readFile(file('c'), 'utf8')).toContain('uid:')
})

it('sees an edit without being asked, also in a new folder', async () => {
  const soon = { interval: 5, timeout: 20_000 }
  await put(join(root, 'registry/restaurant.wukong.com/pizzas/other/d.yaml'), manifest(3))
  await expect.poll(() => store.get('restaurant.wukong.com/pizzas/other/d'), soon).toBeDefined()
  await put(file('e'), manifest(4))
  await expect.poll(() => store.get(key('e')), soon).toBeDefined()
  await put(file('e'), manifest(5))
  await expect.poll(() => specOf('e'), soon).toEqual({ size: 5 })
})

it('keeps a refused file as it is, lists it, and takes it once it is right', async () => {
  await store.create(key('a'), pizza('a', { size: 1 }))
  await store.settled()
  await writeFile(file('a'), 'kind: [')
  await store.settled()
  expect(store.problems()).toMatchObject([
    { path: `${folder}/a.yaml`, outcome: 'refused', serverAhead: false, line: 2 },
  ])
  const current = await store.get(key('a'))
  await store.update(key('a'), pizza('a', { size: 2 }), current?.revision ?? 0)
  await store.settled()
  expect(store.problems()).toMatchObject([{ serverAhead: true }])
  expect(await readFile(file('a'), 'utf8')).toBe('kind: [')
  await writeFile(file('a'), manifest(9))
  await store.settled()
  expect(store.problems()).toEqual([])
  expect(await specOf('a')).toEqual({ size: 9 })
})

it('leaves a refused file when its object is deleted, and does not bring the object back', async () => {
  const { revision } = await store.create(key('a'), pizza('a', { size: 1 }))
  await store.settled()
  await writeFile(file('a'), 'kind: [')
  await store.settled()
  await store.delete(key('a'), revision)
  await store.settled()
  expect(await readFile(file('a'), 'utf8')).toBe('kind: [')
  await store.close()
  await open()
  expect(await store.get(key('a'))).toBeUndefined()
  expect(store.problems()).toMatchObject([{ path: `${folder}/a.yaml`, outcome: 'refused' }])
  expect(await readFile(file('a'), 'utf8')).toBe('kind: [')
})

it('lets a file wait and looks again when asked', async () => {
  missing.add('later')
  await put(join(root, 'registry/restaurant.wukong.com/pizzas/later/a.yaml'), manifest(1))
  await store.settled()
  expect(store.problems()).toMatchObject([{ outcome: 'waiting', reason: 'namespaces "later" not found' }])
  missing.clear()
  store.reconsider()
  await store.settled()
  expect(store.problems()).toEqual([])
  expect(await store.get('restaurant.wukong.com/pizzas/later/a')).toBeDefined()
})

it('merges against what the file told, though the object has moved on', async () => {
  const first = await store.create('core/events/default/a', pizza('a', { size: 1 }))
  await store.settled()
  const path = join(root, 'registry/core/events/default/a.yaml')
  const text = await readFile(path, 'utf8')
  // Events reach their files seconds later: the file tells an older state.
  await store.update('core/events/default/a', { ...pizza('a', { size: 1 }), status: { cost: 3 } }, first.revision)
  await writeFile(path, text.replace('size: 1', 'size: 2'))
  await expect.poll(changesSeen, { interval: 10, timeout: 2000 }).toBe(1)
  const base = ingest.seen[0]?.[0]?.base
  expect(base && decodeStored({ key: '', revision: 0, json: base }).status).toBeUndefined()
  await store.settled()
  const object = await store.get('core/events/default/a')
  expect(object && decodeStored(object)).toMatchObject({ spec: { size: 2 }, status: { cost: 3 } })
  expect(await readFile(path, 'utf8')).toContain('cost: 3')
})

it('keeps comments and order, and changes only the lines that must change', async () => {
  const text =
    '# my pizza\nkind: Pizza # a kind\napiVersion: restaurant.wukong.com/v1beta1\nspec:\n  # big\n  size: 1\n'
  await put(file('a'), text)
  await store.settled()
  const completed = await readFile(file('a'), 'utf8')
  for (const line of text.trimEnd().split('\n')) expect(completed.split('\n')).toContain(line)
  expect(completed).toContain('uid:')
  const current = await store.get(key('a'))
  const object = current && decodeStored(current)
  await store.update(key('a'), { ...pizza('a', { size: 2 }), metadata: object?.metadata ?? {} }, current?.revision ?? 0)
  await store.settled()
  expect(await readFile(file('a'), 'utf8')).toBe(completed.replace('size: 1', 'size: 2'))
  expect(changesSeen()).toBe(1)
})

it('brings a file with finalizers back, with its deletion time', async () => {
  const object = pizza('a', { size: 1 })
  object.metadata.finalizers = ['x/y']
  await store.create(key('a'), object)
  await store.settled()
  await rm(file('a'))
  await store.settled()
  expect(await readFile(file('a'), 'utf8')).toContain('deletionTimestamp')
})
