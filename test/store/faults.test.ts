import { readdirSync, statSync } from 'node:fs'
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { silentLog } from '../../src/meta/log.js'
import { decodeStored } from '../../src/store/encode.js'
import { type Disk, realDisk } from '../../src/store/file/disk.js'
import type { FileStore } from '../../src/store/file/file-store.js'
import { openFileStore } from '../../src/store/file/open-file-store.js'
import { StoreUnavailable } from '../../src/store/store.js'
import { eventually } from '../support/eventually.js'
import { FailingDisk, type Fault } from './failing-disk.js'

let root: string
let failing: FailingDisk
let store: FileStore

const key = (name: string) => `restaurant.wukong.com/pizzas/default/${name}`
const object = (name: string, value = name) => ({
  apiVersion: 'restaurant.wukong.com/v1beta1',
  kind: 'Pizza',
  metadata: { name, namespace: 'default' },
  spec: { value },
})
const fileOf = (name: string) => join(root, 'registry', `${key(name)}.yaml`)

async function open(watchFiles = false): Promise<FileStore> {
  const opened = await openFileStore({ root, watchFiles, log: silentLog, disk: failing.disk })
  await opened.start(async (changes) =>
    changes.map(({ path }) => ({ outcome: 'refused', reason: `${path}: nobody edits here` })),
  )
  return opened
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'wukong-faults-'))
  failing = new FailingDisk()
  store = await open()
})
afterEach(async () => {
  failing.mend()
  await store.close()
  await rm(root, { recursive: true, force: true })
})

/** The values of all objects by their names, as the store tells them and then as one that is started anew does. */
async function told(of: FileStore): Promise<Record<string, unknown>> {
  const { items } = await of.list('')
  return Object.fromEntries(items.map((s) => [s.key.split('/').at(-1), decodeStored(s).spec])) as Record<
    string,
    unknown
  >
}

/** Keeps trying, as clients do, until a write works. */
const writes = (name: string) =>
  eventually(`${name} is written`, async () => {
    const current = await store.get(key(name))
    if (current) return current
    return store.create(key(name), object(name)).catch((error: unknown) => {
      if (!(error instanceof StoreUnavailable)) throw error
      return undefined
    })
  })

const journalFaults: readonly (readonly [string, Fault, RegExp])[] = [
  ['a full disk', { methods: ['writeDurably', 'write', 'create', 'open'], code: 'ENOSPC' }, /no space left/],
  ['a used up quota', { methods: ['writeDurably', 'write', 'create'], code: 'EDQUOT' }, /quota/],
  [
    'a read-only file system',
    { methods: ['writeDurably', 'write', 'create', 'open', 'rename', 'link', 'unlink', 'mkdir'], code: 'EROFS' },
    /read-only/,
  ],
  [
    'a forbidden folder',
    { methods: ['writeDurably', 'open', 'create', 'rename'], code: 'EACCES' },
    /permission denied/,
  ],
  ['a failing sync', { methods: ['writeDurably', 'sync', 'syncFile', 'syncDirectory'], code: 'EIO' }, /input\/output/],
  ['too many open files', { methods: ['writeDurably', 'open'], code: 'EMFILE' }, /too many open files/],
]

/** The real disk, with room for so many bytes in the state folder. */
function smallDisk(bytes: number): Disk {
  const files = () => [
    ...readdirSync(join(root, '.wukong/journal')).map((name) => join('journal', name)),
    ...readdirSync(join(root, '.wukong')).filter((name) => name.startsWith('snapshot')),
  ]
  const used = () => files().reduce((sum, name) => sum + statSync(join(root, '.wukong', name)).size, 0)
  return {
    ...realDisk,
    write: async (fd, data, position) => {
      const room = position + data.length <= realDisk.fstat(fd).size || used() + data.length <= bytes
      if (!room) throw Object.assign(new Error('no room'), { code: 'ENOSPC' })
      await realDisk.write(fd, data, position)
    },
  }
}

describe('a fault of the disk', () => {
  it.for(journalFaults)('that is %s refuses writes, not reads, and ends by itself', async ([, fault, reason]) => {
    await store.create(key('before'), object('before'))
    failing.fail(fault)
    await expect(store.create(key('during'), object('during'))).rejects.toThrow(reason)
    await expect(store.create(key('during'), object('during'))).rejects.toThrow(StoreUnavailable)
    expect(store.health()).toMatch(reason)
    expect(await told(store)).toEqual({ before: { value: 'before' } })
    failing.mend()
    await writes('after')
    expect(store.health()).toBeUndefined()
    await store.settled()
    const state = await told(store)
    expect(state).toMatchObject({ before: { value: 'before' }, after: { value: 'after' } })
    await store.close()
    store = await open()
    expect(await told(store)).toEqual(state)
    expect(store.problems()).toEqual([])
  })

  it('lasting to the end loses nothing that was answered', async () => {
    await store.close()
    store = await open(true)
    await store.create(key('a'), object('a'))
    await store.settled()
    const { revision } = await store.create(key('b'), object('b'))
    failing.fail({ methods: ['writeDurably', 'write', 'create', 'open', 'sync'], code: 'ENOSPC' })
    await expect(store.create(key('c'), object('c'))).rejects.toThrow(StoreUnavailable)
    // What is known of this file has changed and can't be journaled any more: the end does not wait for that.
    await appendFile(fileOf('a'), '# an edit\n')
    await eventually('the edit is refused', async () => store.problems().length === 1)
    await store.close()
    failing.mend()
    store = await open()
    expect(await told(store)).toMatchObject({ a: { value: 'a' }, b: { value: 'b' } })
    expect(await store.currentRevision()).toBeGreaterThanOrEqual(revision)
  })

  it('in a sync is never followed by another one of that file', async () => {
    await store.create(key('a'), object('a'))
    failing.fail({ methods: ['writeDurably'], code: 'EIO', where: '.log' })
    await expect(store.create(key('b'), object('b'))).rejects.toThrow(StoreUnavailable)
    const failed = failing.log.find((line) => line.startsWith('!'))?.slice(1)
    failing.log.splice(0)
    failing.mend()
    await writes('c')
    expect(failed).toBeDefined()
    expect(failing.log).not.toContain(failed)
    // What was uncertain was written again before anything newer, at its own revision.
    const [b, c] = [await store.get(key('b')), await store.get(key('c'))]
    expect(b?.revision).toBeLessThan(c?.revision ?? 0)
  })

  it('of the files alone holds up no write', async () => {
    failing.fail({ methods: ['create', 'link', 'rename', 'mkdir'], code: 'ENOSPC', where: root })
    await store.create(key('a'), object('a'))
    await store.create(key('b'), object('b'))
    await expect(readFile(fileOf('a'))).rejects.toThrow('ENOENT')
    failing.mend()
    await eventually('the files follow', async () => (await readFile(fileOf('b'), 'utf8')).includes('value: b'))
    await eventually('all of them', async () => (await readFile(fileOf('a'), 'utf8')).includes('value: a'))
  })

  it.for([
    ['of earlier changes', 8 * 2 ** 20],
    ['that no checkpoint has come to', 2 ** 30],
  ] as const)('that is too little room for a journal %s refuses nothing', async ([, checkpointAfter]) => {
    await store.close()
    const options = { root, watchFiles: false, log: silentLog, disk: smallDisk(38 * 2 ** 20), checkpointAfter }
    store = await openFileStore(options)
    await store.start(async () => [])
    let { revision } = await store.create(key('a'), object('a'))
    const value = (n: number) => String(n).padEnd(1_000_000, '.')
    // Room is for two segments of 16 MB, and a snapshot.
    for (let n = 0; n < 60; n++) revision = (await store.update(key('a'), object('a', value(n)), revision)).revision
    await store.close()
    store = await open()
    expect(await told(store)).toEqual({ a: { value: value(59) } })
    expect(await store.currentRevision()).toBe(revision)
  })

  it('in a checkpoint keeps the journal', async () => {
    await store.create(key('a'), object('a'))
    failing.fail({ methods: ['write', 'open', 'rename'], code: 'ENOSPC', where: 'snapshot' })
    await store.close()
    failing.mend()
    store = await open()
    expect(await told(store)).toEqual({ a: { value: 'a' } })
  })
})
