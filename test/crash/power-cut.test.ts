import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { silentLog } from '../../src/meta/log.js'
import type { KubeObject } from '../../src/meta/object.js'
import { decodeStored } from '../../src/store/encode.js'
import { type Disk, realDisk } from '../../src/store/file/disk.js'
import type { FileStore } from '../../src/store/file/file-store.js'
import { openFileStore } from '../../src/store/file/open-file-store.js'
import { crashSize } from './crash-size.js'
import { Platter } from './power-cut.js'
import { type LeftOut, type Operation, Recording } from './recording-disk.js'

/** What a client asked for or was told, and how much had been done to the disk by then. */
interface Said {
  readonly key: string
  readonly value: string | null
  readonly answered: boolean
  readonly revision: number
  readonly at: number
}

interface History {
  readonly log: readonly Operation[]
  readonly said: readonly Said[]
}

/** Numbers from 0 to 1 that are the same each time. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

const refuseAll = async (changes: readonly unknown[]) =>
  changes.map(() => ({ outcome: 'refused' as const, reason: 'nobody edits here' }))

async function record(leftOut?: LeftOut): Promise<History> {
  const root = await mkdtemp(join(tmpdir(), 'wukong-recorded-'))
  const recording = new Recording(realDisk, root, leftOut)
  const said: Said[] = []
  const random = seeded(7)
  for (let run = 0; run < 3; run++) {
    // The run that changes many files leaves them to one late checkpoint: there are enough then to sync all at once.
    const checkpointAfter = run === 1 ? 45_000 : 6_000
    const options = { root, watchFiles: false, log: silentLog, disk: recording.disk, checkpointAfter }
    const store = await openFileStore(options)
    await store.start(refuseAll)
    await Promise.all([0, 1, 2].map((writer) => write(store, `${run}-${writer}`, writer, recording, said, random)))
    await store.close()
  }
  await rm(root, { recursive: true })
  return { log: recording.log, said }
}

async function write(
  store: FileStore,
  run: string,
  writer: number,
  { log }: Recording,
  said: Said[],
  random: () => number,
): Promise<void> {
  for (let n = 0; n < 30; n++) {
    // Few files are made durable one by one, many all at once: the runs do both.
    const keys = run.startsWith('1') ? 25 : 3
    const key = `restaurant.wukong.com/pizzas/default/w${writer}-${Math.floor(random() * keys)}`
    const current = await store.get(key)
    const deletes = current !== undefined && random() < 0.25
    const value = deletes ? null : `${run}-${n}`
    const object: KubeObject = {
      apiVersion: 'restaurant.wukong.com/v1beta1',
      kind: 'Pizza',
      metadata: { name: key.split('/').at(-1) ?? '', namespace: 'default', uid: `${key}-${run}-${n}` },
      spec: { value, padding: 'x'.repeat(Math.floor(random() * 900)) },
    }
    said.push({ key, value, answered: false, revision: 0, at: log.length })
    const { revision } = await (deletes
      ? store.delete(key, current.revision)
      : current
        ? store.update(key, object, current.revision)
        : store.create(key, object))
    said.push({ key, value, answered: true, revision, at: log.length })
    if (random() < 0.4) await new Promise((resolve) => setTimeout(resolve, random() * 30))
  }
}

/** Quick, for looking at what is left: nothing is cut any more. */
const withoutSyncs: Disk = {
  ...realDisk,
  writeDurably: realDisk.write,
  sync: async () => {},
  syncFile: async () => {},
  syncDirectory: async () => {},
  syncFileSystem: async () => {},
}

/** What is wrong in the folder that a power cut behind the first `cut` operations left; undefined when all is well. */
async function wrongIn(root: string, said: readonly Said[], cut: number): Promise<string | undefined> {
  try {
    const edits: string[] = []
    const store = await openFileStore({ root, watchFiles: false, log: silentLog, disk: withoutSyncs })
    try {
      await store.start(async (changes) => {
        for (const change of changes) edits.push(`${change.text === undefined ? 'deletion' : 'edit'} of ${change.path}`)
        return refuseAll(changes)
      })
      await store.settled()
      return edits[0] ?? store.problems()[0]?.reason ?? (await lost(store, said, cut))
    } finally {
      await store.close()
    }
  } catch (error) {
    return String(error)
  }
}

async function lost(store: FileStore, said: readonly Said[], cut: number): Promise<string | undefined> {
  const possible = new Map<string, (string | null)[]>()
  let newest = 0
  for (const { key, value, answered, revision, at } of said) {
    if (at > cut) continue
    if (answered) {
      possible.set(key, [value])
      newest = Math.max(newest, revision)
    } else possible.set(key, [...(possible.get(key) ?? [null]), value])
  }
  for (const [key, values] of possible) {
    const stored = await store.get(key)
    const value = stored ? (decodeStored(stored).spec as { value: string }).value : null
    if (!values.includes(value)) return `${key} is ${value}, not ${values.join(' or ')}`
  }
  if ((await store.currentRevision()) < newest) return `revisions go back from ${newest}`
  return undefined
}

/** So many cuts are made on one way through the log. */
const cutsInPassing = 25

/** Cuts at many places; the first thing that goes wrong. */
async function firstWrong(history: History, cuts: number, seed: number): Promise<string | undefined> {
  const random = seeded(seed)
  for (let left = cuts; left > 0; left -= cutsInPassing) {
    const places = Array.from({ length: Math.min(left, cutsInPassing) }, () => ({
      cut: 1 + Math.floor(random() * history.log.length),
      choice: Math.floor(random() * 2 ** 31),
    }))
    const wrong = await firstWrongAt(history, places)
    if (wrong !== undefined) return wrong
  }
  return undefined
}

async function firstWrongAt(
  { log, said }: History,
  places: { readonly cut: number; readonly choice: number }[],
): Promise<string | undefined> {
  const platter = new Platter()
  let done = 0
  for (const { cut, choice } of places.sort((a, b) => a.cut - b.cut)) {
    for (const operation of log.slice(done, cut)) platter.apply(operation)
    done = cut
    const root = await mkdtemp(join(tmpdir(), 'wukong-cut-'))
    platter.cutPower(root, seeded(choice))
    const wrong = await wrongIn(root, said, cut)
    await rm(root, { recursive: true })
    if (wrong !== undefined) return `cut ${cut} of ${log.length}, choice ${choice}: ${wrong}`
  }
  return undefined
}

const cuts = crashSize.powerCuts

describe('a power cut', () => {
  it(`loses nothing that was answered, at ${cuts} places`, { timeout: 60_000 + cuts * 5_000 }, async () => {
    expect(await firstWrong(await record(), cuts, 1)).toBeUndefined()
  })

  const necessary: LeftOut[] = [
    { method: 'writeDurably', where: '' },
    { method: 'sync', where: '.log' },
    { method: 'sync', where: 'snapshot.new' },
    { method: 'syncDirectory', where: 'journal' },
    { method: 'syncDirectory', where: '.wukong' },
    { method: 'syncFileSystem', where: '' },
    { method: 'syncFile', where: '.yaml' },
    { method: 'syncDirectory', where: 'default' },
  ]
  for (const leftOut of necessary) {
    const { method, where } = leftOut
    it(`would lose something without ${method} ${where}`, { timeout: 120_000 }, async () => {
      expect(await firstWrong(await record(leftOut), 300, 2)).toBeDefined()
    })
  }
})
