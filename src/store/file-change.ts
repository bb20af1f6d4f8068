import type { Revision } from './store.js'

/**
 * What the file store found at a path: text that differs from what the server last put or took there. The file store
 * knows no schemas; who can judge the text (registry/ingest.ts) is handed these.
 */
export interface FileChange {
  /** Below the root, with `/`: `registry/restaurant.wukong.com/pizzas/default/margherita.yaml`. */
  readonly path: string
  /** What the path stands for. Names are decoded; a hashed long name is undefined: the object's own name decides. */
  readonly target: FileTarget
  /** What the file says now; undefined when it was deleted. */
  readonly text: string | undefined
  /** The object last put into or taken from this file, its JSON in the storage version: base of a three-way merge. */
  readonly base: Buffer | undefined
  /** Whether the file told this status lately: an old text was saved, which does not mean to bring it back. */
  readonly wasStatus?: (status: unknown) => boolean
  /** Found at a start without `.wukong/`: uid, creationTimestamp and generation in the file are the object's own. */
  readonly adopting?: boolean
}

export interface FileTarget {
  readonly group: string
  readonly resource: string
  readonly namespace: string
  readonly name: string | undefined
}

/**
 * What became of a change. `waiting`: refused for now (its namespace, kind or group is missing) and looked at again
 * when one appears. `accepted.key` is the key now told by this file, `revision` the state its text is the source of.
 */
export type FileVerdict =
  | { readonly outcome: 'accepted'; readonly key: string; readonly revision: Revision }
  | { readonly outcome: 'deleted' }
  | { readonly outcome: 'refused' | 'waiting'; readonly reason: string; readonly line?: number }

/** A file whose text isn't served, as `/wukong/files` lists it. */
export interface FileProblem {
  readonly path: string
  readonly outcome: 'refused' | 'waiting'
  readonly reason: string
  readonly line?: number
  /** When it was found, RFC 3339. */
  readonly since: string
  /** The object has been written through the API since: the server is ahead of this file. */
  readonly serverAhead: boolean
}

/** Takes an ordered set of changes; answers with a verdict for each, in the same order. Never throws. */
export type FileChangeHandler = (changes: readonly FileChange[]) => Promise<FileVerdict[]>
