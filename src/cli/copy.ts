import { resolve } from 'node:path'
import { jsonEquals } from '../meta/json-equal.js'
import { silentLog } from '../meta/log.js'
import { decodeStored } from '../store/encode.js'
import type { FileStore } from '../store/file/file-store.js'
import type { Store, Stored } from '../store/store.js'
import { formatPlace, type Place } from './place.js'
import { onServedCopy } from './served-copy.js'

export interface CopyFlags {
  readonly from: Place
  readonly to: Place
  readonly overwrite: boolean
  readonly apis?: string[]
  readonly etcdCafile?: string
  readonly etcdCertfile?: string
  readonly etcdKeyfile?: string
}

/** Writes under way at once. */
const lanes = 64

/**
 * Copies every object with its uid and all that it has but the resourceVersion, which the target gives. The source is
 * only read, as of one moment. Answers with what to print.
 * @throws Error with one line: the target holds objects already, or belongs to a running server
 */
export async function copy(flags: CopyFlags, folder: string): Promise<string> {
  const { items, leftOut } = await read(flags, folder)
  const { store, finish } = await open(flags.to, flags, folder)
  try {
    const found = new Map((await store.list('')).items.map((stored) => [stored.key, stored]))
    if (found.size > 0 && !flags.overwrite) {
      throw new Error(
        `${formatPlace(flags.to)} holds ${found.size} objects already: name another place, or --overwrite`,
      )
    }
    await writeAll(store, items, found)
    await finish()
    const lines = [`${formatPlace(flags.to)}: ${items.length} objects of ${formatPlace(flags.from)}`]
    return `${[...lines, ...leftOut.map((line) => `left out ${line}`)].join('\n')}\n`
  } finally {
    await store.close()
  }
}

interface Source {
  readonly items: readonly Stored[]
  /** Files whose text is no object, and why. */
  readonly leftOut: readonly string[]
}

async function read(flags: CopyFlags, folder: string): Promise<Source> {
  const { from } = flags
  if (from.kind === 'etcd') {
    const store = await openEtcd(from, flags, folder)
    try {
      return { items: (await store.list('')).items, leftOut: [] }
    } finally {
      await store.close()
    }
  }
  return onServedCopy(resolve(folder, from.root), flags.apis, folder, async ({ server, root, leftOut }) => {
    const problems = server.fileProblems().map(({ path, reason }) => `${path}: ${reason}`)
    await server.close()
    const store = await openFiles(root)
    const { items } = await store.list('')
    await store.close()
    return { items, leftOut: [...leftOut.map(({ path, reason }) => `${path}: ${reason}`), ...problems] }
  })
}

async function open(
  place: Place,
  flags: CopyFlags,
  folder: string,
): Promise<{ store: Store; finish(): Promise<void> }> {
  if (place.kind === 'etcd') return { store: await openEtcd(place, flags, folder), finish: async () => {} }
  const store = await openFiles(resolve(folder, place.root))
  return { store, finish: () => store.filesWritten() }
}

async function openFiles(root: string): Promise<FileStore> {
  const { openFileStore } = await import('../store/file/open-file-store.js')
  return openFileStore({ root, watchFiles: false, log: silentLog })
}

async function openEtcd({ servers, prefix }: Place & { kind: 'etcd' }, flags: CopyFlags, folder: string) {
  const { openEtcdStore } = await import('../store/etcd/open-etcd-store.js')
  const absolute = (path: string | undefined) => (path ? resolve(folder, path) : undefined)
  const [caFile, certFile, keyFile] = [flags.etcdCafile, flags.etcdCertfile, flags.etcdKeyfile].map(absolute)
  return openEtcdStore({ servers, prefix, caFile, certFile, keyFile }, silentLog)
}

/** Definitions and namespaces first: servers may be watching. */
async function writeAll(store: Store, items: readonly Stored[], found: ReadonlyMap<string, Stored>): Promise<void> {
  for (const part of [isDefinition, isNamespace, (key: string) => !isDefinition(key) && !isNamespace(key)]) {
    const rest = items.filter(({ key }) => part(key))[Symbol.iterator]()
    const lane = async () => {
      for (const stored of rest) await write(store, stored, found.get(stored.key))
    }
    await Promise.all(Array.from({ length: lanes }, lane))
  }
}

const isDefinition = (key: string) => key.startsWith('apiextensions.k8s.io/')
const isNamespace = (key: string) => key.startsWith('core/namespaces/')

async function write(store: Store, stored: Stored, there: Stored | undefined): Promise<void> {
  const object = contentOf(stored)
  if (!there) await store.create(stored.key, object)
  else if (!jsonEquals(object, contentOf(there))) await store.update(stored.key, object, there.revision)
}

function contentOf(stored: Stored) {
  const object = decodeStored(stored)
  delete object.metadata.resourceVersion
  return object
}
