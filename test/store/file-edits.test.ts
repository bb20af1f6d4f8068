import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { decodeStored } from '../../src/store/encode.js'
import { folder, key, manifest, pizza, put } from './pizza-files.js'
import { pizzaStoreForEach } from './pizza-store.js'

const pizzas = pizzaStoreForEach()

it('writes an object as a file that a person reads, 0600 in folders of 0700', async () => {
  await pizzas.store.create(key('a'), pizza('a', { size: 1 }))
  await pizzas.store.settled()
  expect(await readFile(pizzas.file('a'), 'utf8')).toBe(
    'apiVersion: restaurant.wukong.com/v1beta1\nkind: Pizza\nmetadata:\n  name: a\n  namespace: default\n  uid: uid-a\nspec:\n  size: 1\n',
  )
  expect((await stat(pizzas.file('a'))).mode & 0o777).toBe(0o600)
  expect((await stat(dirname(pizzas.file('a')))).mode & 0o777).toBe(0o700)
  expect(pizzas.changesSeen).toBe(0)
})

it('does not take its own writes for edits', async () => {
  for (let i = 0; i < 50; i++) {
    const stored = await pizzas.store.create(key(`n${i}`), pizza(`n${i}`, { size: i }))
    const second = await pizzas.store.update(key(`n${i}`), pizza(`n${i}`, { size: i + 1 }), stored.revision)
    if (i % 2) await pizzas.store.delete(key(`n${i}`), second.revision)
  }
  await pizzas.store.settled()
  // Told in order: what the server's own writes could have been taken for would be there by then.
  await put(pizzas.file('by-hand'), manifest(1))
  await expect.poll(() => pizzas.store.get(key('by-hand')), { timeout: 60_000 }).toBeDefined()
  expect(pizzas.changesSeen).toBe(1)
  expect((await readdir(dirname(pizzas.file('x')))).length).toBe(26)
})

it('takes in an edited, a new and a removed file', async () => {
  await pizzas.store.create(key('a'), pizza('a', { size: 1 }))
  await pizzas.store.create(key('b'), pizza('b', { size: 1 }))
  await pizzas.store.settled()
  const text = await readFile(pizzas.file('a'), 'utf8')
  await writeFile(pizzas.file('a'), text.replace('size: 1', 'size: 5'))
  await put(pizzas.file('c'), manifest(7))
  await rm(pizzas.file('b'))
  await pizzas.store.settled()
  expect(await pizzas.specOf('a')).toEqual({ size: 5 })
  expect(await pizzas.specOf('c')).toEqual({ size: 7 })
  expect(await pizzas.store.get(key('b'))).toBeUndefined()
  expect(await readFile(pizzas.file('c'), 'utf8')).toContain('uid:')
})

it('sees an edit without being asked, also in a new folder', async () => {
  const soon = { interval: 5, timeout: 20_000 }
  await put(join(pizzas.root, 'registry/restaurant.wukong.com/pizzas/other/d.yaml'), manifest(3))
  await expect.poll(() => pizzas.store.get('restaurant.wukong.com/pizzas/other/d'), soon).toBeDefined()
  await put(pizzas.file('e'), manifest(4))
  await expect.poll(() => pizzas.store.get(key('e')), soon).toBeDefined()
  await put(pizzas.file('e'), manifest(5))
  await expect.poll(() => pizzas.specOf('e'), soon).toEqual({ size: 5 })
})

it('keeps a refused file as it is, lists it, and takes it once it is right', async () => {
  await pizzas.store.create(key('a'), pizza('a', { size: 1 }))
  await pizzas.store.settled()
  await writeFile(pizzas.file('a'), 'kind: [')
  await pizzas.store.settled()
  expect(pizzas.store.problems()).toMatchObject([
    { path: `${folder}/a.yaml`, outcome: 'refused', serverAhead: false, line: 2 },
  ])
  const current = await pizzas.store.get(key('a'))
  await pizzas.store.update(key('a'), pizza('a', { size: 2 }), current?.revision ?? 0)
  await pizzas.store.settled()
  expect(pizzas.store.problems()).toMatchObject([{ serverAhead: true }])
  expect(await readFile(pizzas.file('a'), 'utf8')).toBe('kind: [')
  await writeFile(pizzas.file('a'), manifest(9))
  await pizzas.store.settled()
  expect(pizzas.store.problems()).toEqual([])
  expect(await pizzas.specOf('a')).toEqual({ size: 9 })
})

it('leaves a refused file when its object is deleted, and does not bring the object back', async () => {
  const { revision } = await pizzas.store.create(key('a'), pizza('a', { size: 1 }))
  await pizzas.store.settled()
  await writeFile(pizzas.file('a'), 'kind: [')
  await pizzas.store.settled()
  await pizzas.store.delete(key('a'), revision)
  await pizzas.store.settled()
  expect(await readFile(pizzas.file('a'), 'utf8')).toBe('kind: [')
  await pizzas.store.close()
  await pizzas.open()
  expect(await pizzas.store.get(key('a'))).toBeUndefined()
  expect(pizzas.store.problems()).toMatchObject([{ path: `${folder}/a.yaml`, outcome: 'refused' }])
  expect(await readFile(pizzas.file('a'), 'utf8')).toBe('kind: [')
})

it('lets a file wait and looks again when asked', async () => {
  pizzas.missing.add('later')
  await put(join(pizzas.root, 'registry/restaurant.wukong.com/pizzas/later/a.yaml'), manifest(1))
  await pizzas.store.settled()
  expect(pizzas.store.problems()).toMatchObject([{ outcome: 'waiting', reason: 'namespaces "later" not found' }])
  pizzas.missing.clear()
  pizzas.store.reconsider()
  await pizzas.store.settled()
  expect(pizzas.store.problems()).toEqual([])
  expect(await pizzas.store.get('restaurant.wukong.com/pizzas/later/a')).toBeDefined()
})

it('merges against what the file told, though the object has moved on', async () => {
  const first = await pizzas.store.create('core/events/default/a', pizza('a', { size: 1 }))
  await pizzas.store.settled()
  const path = join(pizzas.root, 'registry/core/events/default/a.yaml')
  const text = await readFile(path, 'utf8')
  // Events reach their files seconds later: the file tells an older state.
  await pizzas.store.update(
    'core/events/default/a',
    { ...pizza('a', { size: 1 }), status: { cost: 3 } },
    first.revision,
  )
  await writeFile(path, text.replace('size: 1', 'size: 2'))
  await expect.poll(() => pizzas.changesSeen, { interval: 10, timeout: 2000 }).toBe(1)
  const base = pizzas.ingest.seen[0]?.[0]?.base
  expect(base && decodeStored({ key: '', revision: 0, json: base }).status).toBeUndefined()
  await pizzas.store.settled()
  const object = await pizzas.store.get('core/events/default/a')
  expect(object && decodeStored(object)).toMatchObject({ spec: { size: 2 }, status: { cost: 3 } })
  expect(await readFile(path, 'utf8')).toContain('cost: 3')
})

it('keeps comments and order, and changes only the lines that must change', async () => {
  const text =
    '# my pizza\nkind: Pizza # a kind\napiVersion: restaurant.wukong.com/v1beta1\nspec:\n  # big\n  size: 1\n'
  await put(pizzas.file('a'), text)
  await pizzas.store.settled()
  const completed = await readFile(pizzas.file('a'), 'utf8')
  for (const line of text.trimEnd().split('\n')) expect(completed.split('\n')).toContain(line)
  expect(completed).toContain('uid:')
  const current = await pizzas.store.get(key('a'))
  const object = current && decodeStored(current)
  await pizzas.store.update(
    key('a'),
    { ...pizza('a', { size: 2 }), metadata: object?.metadata ?? {} },
    current?.revision ?? 0,
  )
  await pizzas.store.settled()
  expect(await readFile(pizzas.file('a'), 'utf8')).toBe(completed.replace('size: 1', 'size: 2'))
  expect(pizzas.changesSeen).toBe(1)
})

it('brings a file with finalizers back, with its deletion time', async () => {
  const object = pizza('a', { size: 1 })
  object.metadata.finalizers = ['x/y']
  await pizzas.store.create(key('a'), object)
  await pizzas.store.settled()
  await rm(pizzas.file('a'))
  await pizzas.store.settled()
  expect(await readFile(pizzas.file('a'), 'utf8')).toContain('deletionTimestamp')
})
