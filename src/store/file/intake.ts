import { parseJson } from '../../codec/json.js'
import { isJsonObject, type JsonObject } from '../../meta/object.js'
import { type FileState, type Image, knownHashes, noIntents, nothing } from './image.js'
import type { Judging } from './judging.js'
import { parseFilePath } from './layout.js'
import { printOf, type Seen } from './look.js'
import type { Problems } from './problems.js'
import { looksUntouched } from './scan.js'

export interface IntakeOptions {
  readonly image: Image
  readonly problems: Problems
  readonly judging: Judging
  look(path: string): Seen
  /** Whether no absence means anything now, since the folder itself is gone. */
  vanished(): boolean
  record(file: FileState): void
  write(path: string, key: string, delay: number): void
  /** Whether this content is what a power cut left of the server's own. */
  isRemnant(path: string, seen: Seen & { kind: 'file' }): boolean
  /** At a start a file is missing for somebody's deletion only if it was on disk for certain. */
  isStarting(): boolean
  /** Moves a file out of the way and says where it is kept. */
  keepAside(path: string): void
}

/** Tells edits by hand from what the server knows already: only the former are judged. */
export class Intake {
  constructor(private readonly options: IntakeOptions) {}

  /** The server must not write this file: somebody's text is there that is not served. */
  blocks(path: string): boolean {
    const { problems, judging, image } = this.options
    if (judging.has(path) || problems.printAt(path) !== undefined) return true
    return (image.files.get(path)?.refused ?? '') !== ''
  }

  /** Looks again at every file that waits for something that may be there now, or for the disk to work again. */
  reconsider(): void {
    const { problems, look } = this.options
    for (const path of problems.waiting()) {
      const seen = look(path)
      if (seen.kind === 'file') this.#judge(path, seen)
      else this.found(path, seen)
    }
  }

  /** A path has settled. */
  found(path: string, seen: Seen): void {
    const { image, problems, judging, vanished } = this.options
    const file = image.files.get(path)
    if (seen.kind === 'absent' && vanished()) return
    const underway = judging.printUnderway(path)
    if (underway === printOf(seen)) return
    // While the verdict is out nothing is known for certain; it is judged again behind it.
    if (underway !== undefined && seen.kind !== 'unusable') this.#judge(path, seen)
    else if (seen.kind === 'file' && file && this.#isOwn(file, seen.hash)) this.#foundKnown(seen, file)
    else if (seen.kind === 'absent' && !this.#isDeletion(file)) this.#foundAbsent(path, file)
    else if (seen.kind === 'file' && file && this.options.isRemnant(path, seen)) this.#foundKnown(seen, file)
    else if (problems.printAt(path) !== printOf(seen)) this.#foundOther(path, seen, file)
  }

  /** What was removed comes back by itself only with a power cut; while the server runs somebody has put it back. */
  #isOwn(file: FileState, hash: string): boolean {
    return knownHashes(file).includes(hash) && (hash !== file.gone || this.options.isStarting())
  }

  /** At a start a file that was about to be replaced may be gone with a power cut, and what was to be there as well. */
  #isDeletion(file: FileState | undefined): boolean {
    if (file === undefined || !this.options.image.objects.has(file.key)) return false
    if (file.refused !== '') return true
    return file.hash !== '' && (!this.options.isStarting() || (file.durable && file.intents.length === 0))
  }

  #foundKnown(seen: Seen & { kind: 'file' }, file: FileState): void {
    const { problems, image, write, record } = this.options
    problems.clear(file.path)
    const { refused, durable, hash } = file
    // Whose time has changed need not be read again at each start.
    const isTold = refused === '' && looksUntouched(file, seen.stat)
    file.refused = ''
    if (hash === seen.hash) {
      image.nowHolds(file, hash, seen.stat)
      file.durable = durable
    } else {
      // What the server was about to put there, or took away, before it stopped.
      const intent = file.intents.find((i) => i.hash === seen.hash)
      image.nowHolds(file, seen.hash, seen.stat)
      file.revision = intent?.revision ?? 0
      file.base = undefined
      file.intents = noIntents
    }
    if (!isTold || hash !== seen.hash) record(file)
    write(file.path, file.key, 0)
  }

  #foundAbsent(path: string, file: FileState | undefined): void {
    const { image, problems, record, write } = this.options
    problems.clear(path)
    if (!file) return
    const wasThere = file.hash !== '' || file.refused !== ''
    image.nowHolds(file, '', nothing)
    file.refused = ''
    if (image.objects.has(file.key)) write(path, file.key, 0)
    if (wasThere) record(file)
  }

  #foundOther(path: string, seen: Seen, file: FileState | undefined): void {
    const { problems, image } = this.options
    const parsed = parseFilePath(path)
    if ('ignored' in parsed) return
    const reason = 'invalid' in parsed ? parsed.invalid : seen.kind === 'unusable' ? seen.reason : undefined
    if (reason !== undefined) {
      if (seen.kind !== 'absent') problems.report(path, printOf(seen), { outcome: 'refused', reason })
    } else if (seen.kind === 'file' && file && !image.objects.has(file.key)) this.#foundBehindDeleted(path, seen, file)
    else this.#judge(path, seen)
  }

  /**
   * A file whose object was deleted. Text that was refused before stays and stays refused. Text with the uid of the
   * deleted object was edited at the moment of the deletion: it is kept aside, the object not revived. Anything else is a
   * new object: also what was put back once the file was gone, or told that the object was going, which the text does not.
   */
  #foundBehindDeleted(path: string, seen: Seen & { kind: 'file' }, file: FileState): void {
    const { problems, image, keepAside } = this.options
    if (file.refused === seen.hash) {
      const reason = 'the object was deleted through the API, this text was never accepted'
      problems.report(path, printOf(seen), { outcome: 'refused', reason })
      return
    }
    const told = file.hash !== '' && file.refused === '' ? metadataOf(image.baseOf(file)) : {}
    const says = (text: string) => seen.content.includes(text)
    const isEdit = told.deletionTimestamp === undefined || says('deletionTimestamp')
    if (typeof told.uid === 'string' && says(told.uid) && isEdit) keepAside(path)
    else this.#judge(path, seen)
  }

  #judge(path: string, seen: Seen): void {
    const parsed = parseFilePath(path)
    if ('target' in parsed && seen.kind !== 'unusable') {
      this.options.judging.add(path, { seen, target: parsed.target })
    }
  }
}

function metadataOf(json: Buffer | undefined): JsonObject {
  const object = json && parseJson(json)
  return isJsonObject(object) && isJsonObject(object.metadata) ? object.metadata : {}
}
