import { dirname, join } from 'node:path'
import { headLine, linesOf, readBatch, sealBatch } from './batch.js'
import { codeOf, type Disk, type ReadableDisk } from './disk.js'
import { type FileState, type Image, recordOf } from './image.js'
import { filePathOf, snapshotFile } from './layout.js'
import { ReadBuffer } from './read-buffer.js'
import { Corruption } from './read-segments.js'
import { decodeRecord, encodeRecord, type JournalRecord, type SnapshotRecord } from './record.js'

/** Objects are encoded this many at a time, with requests served in between. */
const step = 256
const batchBytes = 2 ** 20

/**
 * Writes the state to a temporary name, then into place, both durable when this resolves. Changes may happen
 * meanwhile: each object is written with its file at one moment, and what is newer is in the journal from
 * `start.segment` on. `check` is called last before it replaces the one there is, and throws when it must not.
 */
export async function writeSnapshot(
  disk: Disk,
  root: string,
  image: Image,
  start: SnapshotRecord,
  check: () => void = () => {},
): Promise<number> {
  const path = join(root, snapshotFile)
  const temporary = `${path}.new`
  removeIfThere(disk, temporary)
  const fd = disk.open(temporary, 'new')
  let position = 0
  try {
    const batches = new Batches(async (data) => {
      await disk.write(fd, data, position)
      position += data.length
    })
    batches.add(start)
    await addObjects(batches, image)
    addLoneFiles(batches, image)
    // Said again at the end: a snapshot that stops early has no last record.
    batches.add(start)
    await batches.write(0)
    await disk.sync(fd)
  } catch (error) {
    // Half of one takes up room that a full disk lacks.
    removeIfThere(disk, temporary)
    throw error
  } finally {
    disk.close(fd)
  }
  check()
  disk.rename(temporary, path)
  await disk.syncDirectory(dirname(path))
  return position
}

async function addObjects(batches: Batches, image: Image): Promise<void> {
  for (let after = ''; ; ) {
    const keys = image.objects.keysAfter(after, step)
    for (const key of keys) {
      const stored = image.get(key)
      if (!stored) continue // Gone during a pause: the journal tells.
      // What is told of an object and of its file must be of one moment, so nothing is awaited in between.
      const file = image.files.get(filePathOf(key))
      batches.add({ kind: 'change', type: 'create', stored, before: undefined })
      if (file) addFile(batches, file)
    }
    await batches.write()
    after = keys.at(-1) ?? ''
    if (keys.length < step) return
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** Files whose object is gone: they must be removed yet, or were refused. */
function addLoneFiles(batches: Batches, image: Image): void {
  for (const file of image.files.values()) if (!image.objects.has(file.key)) addFile(batches, file)
}

function addFile(batches: Batches, file: FileState): void {
  batches.add(recordOf(file, file.order, file.base))
  for (const intent of file.intents) batches.add(intent)
}

/** Collects records into batches of about a megabyte. */
class Batches {
  #pieces: Buffer[] = []
  #bytes = 0
  #count = 0
  #previous = ''

  constructor(private readonly sink: (data: Buffer) => Promise<void>) {}

  add(record: JournalRecord): void {
    const { pieces, size } = encodeRecord(record)
    this.#pieces.push(...pieces)
    this.#bytes += size
    this.#count++
  }

  /** Writes what has been collected, once it is worth it. */
  async write(atLeast = batchBytes): Promise<void> {
    if (this.#count === 0 || this.#bytes < atLeast) return
    const head = headLine({
      epoch: 0,
      firstRevision: 0,
      count: this.#count,
      bytes: this.#bytes,
      previous: this.#previous,
      time: Date.now(),
    })
    const { data, checksum } = sealBatch(head, this.#pieces)
    this.#pieces = []
    this.#bytes = this.#count = 0
    this.#previous = checksum
    await this.sink(data)
  }
}

/** Read at a time, in bytes; more where a batch is larger. */
const pieceBytes = 4 * 2 ** 20

/**
 * Hands over the records of the snapshot, whose bytes mean something during the call only; answers with its first one,
 * or undefined when there is none. @throws Corruption
 */
export function readSnapshot(
  disk: ReadableDisk,
  root: string,
  take: (r: JournalRecord) => void,
): SnapshotRecord | undefined {
  const path = join(root, snapshotFile)
  const size = disk.lstat(path)?.size
  if (size === undefined) return undefined
  const [buffer, marks]: [ReadBuffer, SnapshotRecord[]] = [new ReadBuffer(), []]
  let [from, atOnce, previous] = [0, pieceBytes, '']
  while (from < size) {
    const piece = buffer.readPart(disk, path, from, Math.min(atOnce, size - from))
    let at = 0
    for (let batch = readBatch(piece, at); batch?.head.previous === previous; batch = readBatch(piece, at)) {
      for (const line of linesOf(piece, batch)) {
        const record = decodeRecord(piece, line)
        if (record.kind === 'snapshot') marks.push(record)
        else take(record)
      }
      previous = batch.checksum
      at = batch.end
    }
    if (at === 0 && atOnce >= size - from) throw new Corruption(path, from, 'a part of the snapshot is not whole')
    if (at === 0) atOnce *= 2
    from += at
  }
  if (marks.length !== 2) throw new Corruption(path, size, 'the end of the snapshot is missing')
  return marks[0]
}

function removeIfThere(disk: Disk, path: string): void {
  try {
    disk.unlink(path)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
  }
}
