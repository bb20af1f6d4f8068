import type { Revision } from '../store.js'
import type { PlaceTask, PrepareTask } from './file-work.js'
import { type Image, knownHashes } from './image.js'

/** What is to be done to one file. */
export interface FileTask {
  readonly order: number
  readonly path: string
  readonly key: string
  /** undefined: the file is to be removed. */
  readonly json: Buffer | undefined
  readonly revision: Revision
  /** What is there now. */
  readonly hash: string
  readonly handmade: boolean
  /** The file tells this state already, in less words. */
  readonly completes: boolean
  readonly known: readonly string[]
  readonly oldBase: Buffer | undefined
}

/** What must be done to the file of an object, if anything. */
export function taskFor(image: Image, path: string, key: string): FileTask | undefined {
  const stored = image.get(key)
  const file = image.files.get(path)
  const isThere = file !== undefined && file.hash !== ''
  if (stored ? isThere && file.revision === stored.revision && !file.incomplete : !isThere) return undefined
  return {
    order: ++image.order,
    path,
    key,
    json: stored?.json,
    revision: stored?.revision ?? image.revision,
    hash: file?.hash ?? '',
    handmade: file?.handmade ?? false,
    completes: file?.incomplete === true && file.revision === stored?.revision,
    known: file ? knownHashes(file) : [],
    oldBase: file && image.baseOf(file),
  }
}

/** Removing a file needs no text. */
export function prepareTasks(tasks: readonly FileTask[]): PrepareTask[] {
  return tasks.flatMap(({ order, path, json, hash, handmade, completes }) =>
    json ? [{ order, path, json, hash, handmade, completes }] : [],
  )
}

export const placeTask = ({ order, path, known, json, hash }: FileTask): PlaceTask => ({
  order,
  path,
  known,
  removes: json === undefined,
  replaces: hash !== '',
})
