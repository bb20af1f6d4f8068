import { join } from 'node:path'
import type { Log } from '../../meta/log.js'
import type { History } from '../history.js'
import { StoreUnavailable } from '../store.js'
import { Watchers } from '../watchers.js'
import { Aside } from './aside.js'
import { Checkpoint } from './checkpoint.js'
import { Commits } from './commits.js'
import { Compaction } from './compaction.js'
import { type Disk, realDisk } from './disk.js'
import { FileStore } from './file-store.js'
import { type FileWork, InlineFileWork } from './file-work.js'
import { FileWriter } from './file-writer.js'
import { Footing } from './footing.js'
import { Ground } from './ground.js'
import { HandEdits } from './hand-edits.js'
import { type FileState, type Image, recordOf } from './image.js'
import { Journal } from './journal.js'
import { filePathOf, journalFolder, parseFilePath } from './layout.js'
import type { RootLock } from './lock.js'
import { Problems } from './problems.js'
import type { ChangeRecord, StartRecord } from './record.js'
import { type Recovered, unwrittenPaths } from './recovery.js'
import { repairStateFolder } from './repair.js'
import { SegmentSupply } from './segment-supply.js'
import { writeSnapshot } from './snapshot.js'
import { ThreadedFileWork } from './threaded-file-work.js'

/** Files may lag behind by so many before writers are slowed down. */
const largestLag = 50_000

export interface AssemblyOptions {
  readonly disk: Disk
  /** A real path. */
  readonly root: string
  readonly watchFiles: boolean
  readonly log: Log
  readonly checkpointInterval: number
  readonly lock: RootLock
}

/** Puts a store together on what was recovered; the only place that knows all its parts. */
export async function assemble(options: AssemblyOptions, recovered: Recovered): Promise<FileStore> {
  const { disk, root } = options
  const { image, end } = recovered
  const epoch = end.epoch + 1
  const supply = await SegmentSupply.open(disk, join(root, journalFolder), epoch)
  // How far the older segments were read must be durable before anything is built on them.
  const sealed = Object.fromEntries(end.segments.map(({ name, bytes }) => [name, bytes]))
  const start = { kind: 'start', epoch, revision: image.revision, sealed } as const
  const assembly = new Assembly(options, recovered, start, supply)
  // Of a complete snapshot nothing need be said before something is written.
  if (!recovered.isComplete) await assembly.journal.begin()
  return assembly.begin(recovered)
}

/** Keeps nothing of what was recovered that the parts do not need: that is as large as the journal. */
class Assembly {
  readonly journal: Journal
  readonly #image: Image
  readonly #ground: Ground
  readonly #history: History
  readonly #watchers: Watchers
  readonly #problems: Problems
  readonly #work: FileWork
  readonly #aside: Aside
  readonly #edits: HandEdits
  readonly #writer: FileWriter
  readonly #commits: Commits
  readonly #checkpoint: Checkpoint
  readonly #compaction: Compaction
  #refusal: string | undefined

  constructor(
    private readonly options: AssemblyOptions,
    recovered: Recovered,
    start: StartRecord,
    supply: SegmentSupply,
  ) {
    const { disk, root, log, lock } = options
    const { image } = recovered
    this.#image = image
    this.#ground = new Ground(disk, root, lock)
    this.#history = recovered.history
    this.#compaction = new Compaction(image, () => this.#history.since(this.#history.oldest))
    this.#watchers = new Watchers((after) => this.#history.since(after))
    this.#problems = new Problems(log)
    const threaded = disk === realDisk && ThreadedFileWork.isAvailable()
    this.#work = threaded ? new ThreadedFileWork(root) : new InlineFileWork(disk, root)
    this.journal = this.#makeJournal(recovered, start, supply)
    this.#aside = new Aside({
      ...{ disk, root, log, work: this.#work },
      edited: (path, content, base) => this.#editedAside(path, content, base),
    })
    this.#edits = this.#makeEdits(recovered)
    this.#writer = this.#makeWriter()
    this.#commits = new Commits({
      ...{ image, journal: this.journal },
      admitted: () => (this.#writer.lag > largestLag ? this.#caughtUp() : undefined),
      refusal: () => this.#refusal,
    })
    this.#checkpoint = new Checkpoint({
      ...{ disk, root, image, log, journal: this.journal, writer: this.#writer },
      oldestRevision: () => this.#history.oldest,
      check: () => {
        const reason = this.#ground.reason()
        if (reason !== undefined) throw new StoreUnavailable(reason)
      },
      ...{ old: recovered.end.segments, interval: options.checkpointInterval },
      ...{ snapshotSegment: recovered.snapshotSegment, isComplete: recovered.isComplete },
    })
    supply.makeSpace = () => this.#checkpoint.makeSpace()
  }

  begin(recovered: Recovered): FileStore {
    const { disk, lock } = this.options
    for (const path of recovered.end.empty) disk.unlink(path)
    this.#aside.recover(recovered)
    for (const [path, key] of unwrittenPaths(this.#image)) this.#writer.changed(path, key)
    return new FileStore({
      ...{ image: this.#image, history: this.#history, watchers: this.#watchers, journal: this.journal },
      ...{ commits: this.#commits, writer: this.#writer, work: this.#work, aside: this.#aside, edits: this.#edits },
      ...{ problems: this.#problems, checkpoint: this.#checkpoint, lock },
      footing: new Footing(this.#ground, this.journal),
      health: () => this.#health(),
      refuse: (reason) => {
        this.#refusal = reason
      },
    })
  }

  #makeJournal({ image, end }: Recovered, start: StartRecord, supply: SegmentSupply): Journal {
    const { disk, root, log, lock } = this.options
    const { epoch } = start
    return new Journal(supply, {
      ...{ disk, log, start, lastRevision: image.revision, lastChecksum: end.lastChecksum },
      check: (segment) => this.#ground.check(segment),
      repair: () => repairStateFolder(disk, root, this.#ground, lock, epoch, this.journal.segments(end.segments)),
      rewrite: async (start) => {
        await writeSnapshot(disk, root, image, { kind: 'snapshot', revision: image.revision, ...start })
      },
      resumed: () => this.#edits.intake.reconsider(),
      committed: (change) => this.#committed(change),
      dropped: (change) => this.#commits.landed(change.stored.key),
    })
  }

  #makeEdits({ adopts, remnants }: Recovered): HandEdits {
    const { disk, root, log, watchFiles } = this.options
    return new HandEdits({
      ...{ disk, root, log, watchFiles, image: this.#image, problems: this.#problems },
      ...{ adopts, remnants },
      record: (file) => this.#record(file),
      writer: () => this.#writer,
      keepAside: (path) => this.#aside.keepFile(path),
      keepText: (path, content) => this.#aside.keepText(path, content),
      vanished: () => this.#ground.vanished() !== undefined,
    })
  }

  #makeWriter(): FileWriter {
    return new FileWriter({
      ...{ image: this.#image, work: this.#work, log: this.options.log },
      record: (file) => this.#record(file),
      intend: async (intents) => {
        for (const intent of intents) this.journal.append(intent)
        await this.journal.flush()
      },
      blocks: (path) => this.#edits.intake.blocks(path),
      foreign: (path) => this.#edits.lookAt(path),
      written: (path) => this.#edits.written(path),
      setAside: (path, old, base) => this.#aside.add(path, old, base),
      allowed: () => this.#health() === undefined,
    })
  }

  #health(): string | undefined {
    return this.#ground.reason() ?? this.journal.failure
  }

  /** A change is durable: from here on everybody may know. */
  #committed(change: ChangeRecord): void {
    const { type, stored, before } = change
    const path = filePathOf(stored.key)
    this.#image.apply(change)
    this.#commits.landed(stored.key)
    const event = { type, stored, previous: before }
    this.#history.append(event)
    this.#edits.committed(path, stored)
    this.#watchers.publish(event)
    this.#writer.changed(path, stored.key)
    this.#checkpoint.grew(stored.json.length)
    this.#compaction.grew(stored.json.length)
  }

  #record(file: FileState): void {
    file.order = ++this.#image.order
    this.journal.appendLater(recordOf(file, file.order, file.base))
  }

  #editedAside(path: string, content: Buffer, base: Buffer | undefined): void {
    const parsed = parseFilePath(path)
    if ('target' in parsed) this.#edits.judging.addAside(path, content, parsed.target, base)
  }

  async #caughtUp(): Promise<void> {
    while (this.#writer.lag > largestLag) await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
