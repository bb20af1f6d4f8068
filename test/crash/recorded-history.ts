import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { silentLog } from '../../src/meta/log.js'
import type { KubeObject } from '../../src/meta/object.js'
import { copyRoot } from '../../src/store/file/copy-root.js'
import { realDisk } from '../../src/store/file/disk.js'
import type { FileStore } from '../../src/store/file/file-store.js'
import { filePathOf } from '../../src/store/file/layout.js'
import { openFileStore } from '../../src/store/file/open-file-store.js'
import { simpleIngest } from '../store/simple-ingest.js'
import { historyLimit } from './crash-size.js'
import { type Operation, Recording } from './recording-disk.js'

/** What a client asked for or was told, and how much had been done to the disk by then. */
export interface Said {
  readonly key: string
  readonly value: string | null
  readonly answered: boolean
  readonly revision: number
  readonly at: number
}

/** What was done to a disk: in `served` a store was, `copied` is a copy of it. */
export interface History {
  readonly log: readonly Operation[]
  readonly said: readonly Said[]
  /** When the copy was said to be complete, as `Said.at`. */
  readonly copiedAt: number
}

/** Numbers from 0 to 1 that are the same each time. */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

const keyOf = (name: string) => `restaurant.wukong.com/pizzas/default/${name}`
const byHand = { key: keyOf('byhand'), value: 'hand' }
/** A comment is in it, so that the server completes this text instead of writing its own. */
export const handText = `apiVersion: restaurant.wukong.com/v1beta1
kind: Pizza
metadata: {name: byhand, namespace: default}
# A person's.
spec: {value: ${byHand.value}, padding: ${'p'.repeat(3_000)}}
`

/** A first start that dies, runs of a server that is stopped in between, an edit by hand, a copy. */
export async function recordHistory(): Promise<History> {
  const folder = await mkdtemp(join(tmpdir(), 'wukong-recorded-'))
  const root = join(folder, 'served')
  const recording = new Recording(realDisk, folder)
  const { log, disk } = recording
  const said: Said[] = []
  const random = seeded(7)
  const dies = (from: string, to: string) => {
    disk.rename(from, to)
    throw new Error('killed')
  }
  const options = { root, watchFiles: false, log: silentLog, disk, historyLimit }
  await expect(openFileStore({ ...options, disk: { ...disk, rename: dies } })).rejects.toThrow('killed')
  for (let run = 0; run < 3; run++) {
    // The run that changes many files leaves them to one late checkpoint: there are enough then to sync all at once.
    const store = await openFileStore({ ...options, checkpointAfter: run === 1 ? 45_000 : 6_000 })
    await store.start(simpleIngest(store).handler)
    if (existsSync(join(root, filePathOf(byHand.key)))) {
      const { revision = 0 } = (await store.get(byHand.key)) ?? {}
      expect(revision).toBeGreaterThan(0)
      said.push({ ...byHand, answered: true, revision, at: log.length })
    }
    await Promise.all([0, 1, 2].map((writer) => write(store, `${run}-${writer}`, writer, recording, said, random)))
    await store.close()
    if (run > 0) continue
    said.push({ ...byHand, answered: false, revision: 0, at: log.length })
    recording.putByHand(join(root, filePathOf(byHand.key)), handText)
  }
  expect(log.some((o) => o.op === 'names' && o.changes.some(isRemovedSegment))).toBe(true)
  await copyRoot(disk, root, join(folder, 'copied'), (newest) => newest)
  await rm(folder, { recursive: true })
  return { log, said, copiedAt: log.length }
}

const isRemovedSegment = ([path, inode]: readonly [string, number | undefined]) =>
  inode === undefined && path.includes('/journal/')

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
    const key = keyOf(`w${writer}-${Math.floor(random() * keys)}`)
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
