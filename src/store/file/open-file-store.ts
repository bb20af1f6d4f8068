import { join } from 'node:path'
import type { Log } from '../../meta/log.js'
import { History, historyLimits } from '../history.js'
import { Watchers } from '../watchers.js'
import { Aside } from './aside.js'
import { Checkpoint, defaultInterval } from './checkpoint.js'
import { Commits } from './commits.js'
import { type Disk, realDisk } from './disk.js'
import { FileStore } from './file-store.js'
import { InlineFileWork } from './file-work.js'
import { FileWriter } from './file-writer.js'
import type { Place, QueuedChange } from './gathering.js'
import { Ground } from './ground.js'
import { HandEdits } from './hand-edits.js'
import { type FileState, recordOf } from './image.js'
import { Journal } from './journal.js'
import { filePathOf, journalFolder, parseFilePath } from './layout.js'
import { RootLock } from './lock.js'
import { checkFormat, checkRoot, clearTemporaries, makeFolders, prepareRoot } from './open-root.js'
import { Problems } from './problems.js'
import { type Recovered, recover, unwrittenPaths } from './recovery.js'
import { repairStateFolder } from './repair.js'
import { filesBelow } from './scan.js'
import { writeSnapshot } from './snapshot.js'
import { ThreadedFileWork } from './threaded-file-work.js'

/** Files may lag behind by so many before writers are slowed down. */
const largestLag = 50_000

export interface FileStoreOptions {
  readonly root: string
  readonly watchFiles: boolean
  readonly log: Log
  /** Changes that can be watched from; default 10,000 and at least five minutes. */
  readonly historyLimit?: number | undefined
  /** Bytes of journal after which a checkpoint is made; default 64 MB. */
  readonly checkpointAfter?: number
  /** For tests: what stands between the store and the disk. */
  readonly disk?: Disk
}

/** @throws Error with one line a person can act on: root held by another process, not writable, newer, damaged */
export async function openFileStore(options: FileStoreOptions): Promise<FileStore> {
  const disk = options.disk ?? realDisk
  const root = prepareRoot(options.root)
  checkRoot(disk, root)
  const hadRegistry = await makeFolders(disk, root)
  await checkFormat(disk, root)
  const lock = await RootLock.take(disk, root)
  try {
    clearTemporaries(disk, root)
    const recovered = recover(disk, root, () => firstRevision(disk, root))
    // Without its folder no missing file is a deletion: the files are written again.
    if (!hadRegistry) for (const file of recovered.image.files.values()) file.durable = false
    return await assemble({ ...options, disk, root }, lock, recovered)
  } catch (error) {
    await lock.release()
    throw error
  }
}

/**
 * Where revisions begin. Objects without any state are from an earlier life of the folder: revisions go on above every
 * one that life can have used, so that old ones are known to be too old instead of looking like the future.
 */
function firstRevision(disk: Disk, root: string): number {
  let newest: number | undefined
  for (const path of filesBelow(disk, root)) {
    newest = Math.max(newest ?? Date.now(), disk.lstat(join(root, path))?.mtimeMs ?? 0)
  }
  return newest === undefined ? 1 : Math.ceil(newest * 1000)
}

type Assembled = FileStoreOptions & { readonly disk: Disk }

async function assemble(options: Assembled, lock: RootLock, recovered: Recovered): Promise<FileStore> {
  const { disk, root, log } = options
  const { image, end } = recovered
  const ground = new Ground(disk, root, lock)
  const history = openHistory(options.historyLimit, recovered)
  const watchers = new Watchers((after) => history.since(after))
  const problems = new Problems(log)
  const threaded = disk === realDisk && ThreadedFileWork.isAvailable()
  const work = threaded ? new ThreadedFileWork(root) : new InlineFileWork(disk, root)
  let closed: string | undefined

  const journal = await Journal.open({
    ...{ disk, log, folder: join(root, journalFolder), epoch: end.epoch + 1 },
    lastRevision: image.revision,
    lastChecksum: end.lastChecksum,
    check: (segment) => ground.check(segment),
    repair: () => repairStateFolder(disk, root, ground, lock, journal.segments(end.segments)),
    rewrite: async (start) => {
      await writeSnapshot(disk, root, image, { kind: 'snapshot', revision: image.revision, ...start })
    },
    committed: (change, place) => committed(change, place),
    dropped: (change) => commits.landed(change.stored.key),
  })
  await beginEpoch(journal, recovered)
  const record = (file: FileState) => {
    file.order = ++image.order
    journal.appendLater(recordOf(file, file.order, file.base))
  }
  const aside = new Aside({
    ...{ disk, root, work, log },
    edited: (path, content, base) => editedAside(edits, path, content, base),
  })
  const edits = new HandEdits({
    ...{ disk, root, log, image, problems, record, watchFiles: options.watchFiles, adopts: recovered.adopts },
    remnants: recovered.remnants,
    writer: () => writer,
    keepAside: (path) => aside.keepFile(path),
    keepText: (path, content) => aside.keepText(path, content),
    vanished: () => ground.vanished() !== undefined,
  })
  const writer = new FileWriter({
    ...{ image, work, log, record },
    intend: async (intents) => {
      for (const intent of intents) journal.append(intent)
      await journal.flush()
    },
    blocks: (path) => edits.intake.blocks(path),
    foreign: (path) => edits.lookAt(path),
    written: (path) => edits.written(path),
    setAside: (path, old, base) => aside.add(path, old, base),
    allowed: () => ground.reason() === undefined,
  })
  const commits = new Commits({
    ...{ image, journal },
    admitted: () => (writer.lag > largestLag ? catchUp(writer) : undefined),
    refusal: () => closed,
  })
  const oldestRevision = () => history.oldest
  const checkpoint = new Checkpoint({
    ...{ disk, root, image, journal, writer, log, oldestRevision },
    old: end.segments,
    interval: options.checkpointAfter ?? defaultInterval,
  })

  function committed(change: QueuedChange, place: Place): void {
    const { type, stored, before } = change
    const path = filePathOf(stored.key)
    image.apply(change, place)
    commits.landed(stored.key)
    const event = { type, stored, previous: before }
    history.append(event)
    edits.committed(path, stored)
    watchers.publish(event)
    writer.changed(path, stored.key)
    checkpoint.grew(stored.json.length)
  }

  for (const path of end.empty) disk.unlink(path)
  aside.recover(recovered)
  for (const [path, key] of unwrittenPaths(image)) writer.changed(path, key)
  return new FileStore({
    ...{ image, history, watchers, journal, commits, writer, work, aside, edits, problems, checkpoint, lock },
    health: () => ground.reason() ?? journal.failure,
    refuse: (reason) => {
      closed = reason
    },
  })
}

function openHistory(limit: number | undefined, { events, oldest }: Recovered): History {
  const history = new History(oldest, historyLimits(limit))
  for (const event of events) history.append(event)
  return history
}

/** Says how far the older segments were read, before anything is built on them. */
async function beginEpoch(journal: Journal, { image, end }: Recovered): Promise<void> {
  const sealed = Object.fromEntries(end.segments.map(({ name, bytes }) => [name, bytes]))
  journal.append({ kind: 'start', epoch: end.epoch + 1, revision: image.revision, sealed })
  await journal.flush()
}

function editedAside(edits: HandEdits, path: string, content: Buffer, base: Buffer | undefined): void {
  const parsed = parseFilePath(path)
  if ('target' in parsed) edits.judging.addAside(path, content, parsed.target, base)
}

async function catchUp(writer: FileWriter): Promise<void> {
  while (writer.lag > largestLag) await new Promise((resolve) => setTimeout(resolve, 10))
}
