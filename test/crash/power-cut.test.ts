import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { silentLog } from '../../src/meta/log.js'
import { decodeStored } from '../../src/store/encode.js'
import { type Disk, realDisk } from '../../src/store/file/disk.js'
import type { FileStore } from '../../src/store/file/file-store.js'
import { openFileStore } from '../../src/store/file/open-file-store.js'
import { simpleIngest } from '../store/simple-ingest.js'
import { projectFolder } from '../support/project-folder.js'
import { crashSize } from './crash-size.js'
import { Platter } from './power-cut.js'
import { type History, handText, recordHistory, type Said, seeded } from './recorded-history.js'

/** Quick, for looking at what is left: nothing is cut any more. */
const withoutSyncs: Disk = {
  ...realDisk,
  writeDurably: realDisk.write,
  sync: async () => {},
  syncFile: async () => {},
  syncDirectory: async () => {},
  syncFileSystem: async () => {},
}

/** What is wrong with the store that a power cut behind the first `cut` operations left; undefined when all is well. */
async function wrongIn(root: string, said: readonly Said[], cut: number): Promise<string | undefined> {
  try {
    const edits: string[] = []
    const store = await openFileStore({ root, watchFiles: false, log: silentLog, disk: withoutSyncs })
    try {
      const ingest = simpleIngest(store)
      await store.start(async (changes) => {
        for (const { path, text } of changes) {
          if (text !== handText) edits.push(`${text === undefined ? 'deletion' : 'edit'} of ${path}`)
        }
        return ingest.handler(changes)
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

/** A copy that was not said to be complete has nothing in it, or is refused. */
async function wrongInCopy(root: string, { said, copiedAt }: History, cut: number): Promise<string | undefined> {
  const wrong = await wrongIn(root, said, copiedAt)
  if (cut >= copiedAt || wrong === undefined) return wrong
  if (/unfinished copy|has format/.test(wrong)) return undefined
  const store = await openFileStore({ root, watchFiles: false, log: silentLog, disk: withoutSyncs })
  const { items } = await store.list('')
  await store.close()
  return items.length > 0 ? wrong : undefined
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

/** Cuts at many places; the first thing that goes wrong. `place`: behind how many operations. */
async function firstWrong(history: History, cuts: number, place: (random: () => number) => number) {
  const random = seeded(cuts)
  for (let left = cuts; left > 0; left -= cutsInPassing) {
    const places = Array.from({ length: Math.min(left, cutsInPassing) }, () => ({
      cut: Math.min(place(random), history.log.length),
      choice: Math.floor(random() * 2 ** 31),
    }))
    const wrong = await firstWrongAt(history, places)
    if (wrong !== undefined) return wrong
  }
  return undefined
}

async function firstWrongAt(history: History, places: { readonly cut: number; readonly choice: number }[]) {
  const { log, said } = history
  const platter = new Platter()
  let done = 0
  for (const { cut, choice } of places.sort((a, b) => a.cut - b.cut)) {
    for (const operation of log.slice(done, cut)) platter.apply(operation)
    done = cut
    const folder = await mkdtemp(join(tmpdir(), 'wukong-cut-'))
    platter.cutPower(folder, seeded(choice))
    const isCopying = log.slice(0, cut).some((o) => o.op === 'make' && o.path === 'copied')
    const wrong =
      (await wrongIn(join(folder, 'served'), said, cut)) ??
      (isCopying ? await wrongInCopy(join(folder, 'copied'), history, cut) : undefined)
    await rm(folder, { recursive: true })
    if (wrong !== undefined) return `cut ${cut} of ${log.length}, choice ${choice}: ${wrong}`
  }
  return undefined
}

/** Every line of the store that syncs something, as `segment.ts:58`. */
function syncingLines(): string[] {
  const folder = join(projectFolder, 'src/store/file')
  return readdirSync(folder).flatMap((name) => {
    const lines = readFileSync(join(folder, name), 'utf8').split('\n')
    return lines.flatMap((line, n) => (/disk\.(?:writeDurably|sync\w*)\(/.test(line) ? [`${name}:${n + 1}`] : []))
  })
}

const cuts = crashSize.powerCuts

describe('a power cut', () => {
  let history: History
  beforeAll(async () => {
    history = await recordHistory()
  })

  it(`loses nothing that was answered, at ${cuts} places`, { timeout: 60_000 + cuts * 5_000 }, async () => {
    const anywhere = (random: () => number) => 1 + Math.floor(random() * history.log.length)
    expect(await firstWrong(history, cuts, anywhere)).toBeUndefined()
  })

  it.for(syncingLines())('would lose something without %s', { timeout: 120_000 }, async (line) => {
    const left: number[] = []
    const log = history.log.filter((operation, n) => {
      const isLeftOut = 'by' in operation && operation.by === line
      if (isLeftOut) left.push(n - left.length)
      return !isLeftOut
    })
    expect(left).not.toEqual([])
    // Soon after one that was left out.
    const place = (random: () => number) => (left[Math.floor(random() * left.length)] ?? 0) + Math.floor(random() * 60)
    const at = (place: number) => place - left.filter((n) => n < place).length
    const said = history.said.map((one) => ({ ...one, at: at(one.at) }))
    expect(await firstWrong({ log, said, copiedAt: log.length }, 600, place)).toBeDefined()
  })
})
