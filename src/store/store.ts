import type { KubeObject } from '../meta/object.js'
import { errors, StatusError } from '../meta/status.js'

/**
 * The contract of a backend: revisioned key → object with compare-and-set. One sequence of revisions for all keys,
 * strictly growing, never reused. Keys are `<group or "core">/<resource>/[<namespace>/]<name>`, all in plain text.
 */
export interface Store {
  /** Others write to it too, and it is far away: what a cache of it knows is a good guess, to be proved by the write. */
  readonly isShared?: boolean
  get(key: string): Promise<Stored | undefined>
  /** Everything below `prefix` in bytewise key order, as of one revision. */
  list(prefix: string): Promise<{ items: Stored[]; revision: Revision }>
  /** @throws KeyExists */
  create(key: string, object: KubeObject, guard?: Guard): Promise<Stored>
  /** @throws RevisionMismatch (also when the key is absent: `current` is undefined then) */
  update(key: string, object: KubeObject, expected: Revision, guard?: Guard): Promise<Stored>
  /**
   * Answers with the last state at the revision of the deletion, as those who watch get it.
   * @throws RevisionMismatch
   */
  delete(key: string, expected: Revision): Promise<Stored>
  /**
   * Every change below `prefix` with a revision above `from`, in order, none twice, until `signal` aborts. Changes of one
   * revision come together. `progress` is told, between them, up to which revision everything has come: once when all
   * that had happened before has, and later where revisions pass that are no change of an object.
   * @throws Compacted when changes since `from` are no longer known
   */
  watch(
    prefix: string,
    from: Revision,
    signal: AbortSignal,
    progress?: (revision: Revision) => void,
  ): AsyncIterable<StoreEvent[]>
  /** Who watches comes to this revision soon: by a change, or by `progress`. */
  currentRevision(): Promise<Revision>
  /** Revisions after this one can be watched from. */
  oldestRevision(): Promise<Revision>
  /**
   * As `list`, of an older revision; only where the store knows those that its watchers do not remember.
   * @throws Compacted
   */
  listAt?(prefix: string, revision: Revision): Promise<Stored[]>
  close(): Promise<void>
}

/** Below 2^53; printed as decimal it is the resourceVersion clients see (API-SEMANTICS V31). */
export type Revision = number

/** One object at one revision. `json` is its JSON, UTF-8, with metadata.resourceVersion; nobody changes it. */
export interface Stored {
  readonly key: string
  readonly revision: Revision
  readonly json: Buffer
}

/** `stored` is the new state, or for `delete` the last one with the revision of the deletion. */
export interface StoreEvent {
  readonly type: 'create' | 'update' | 'delete'
  readonly stored: Stored
  readonly previous: Stored | undefined
}

/**
 * Looked at again when the write is queued, with nothing between the look and the write: what the write depends on
 * (its namespace exists and is not terminating). Throws to refuse. Says what it has looked at: a store that others write
 * to as well makes the write only while that is still so, and asks again when it is not.
 */
export type Guard = (looked: GuardLook) => void

export interface GuardLook {
  /** At this object. */
  at(stored: Stored): void
  /** At everything below the prefix, up to this revision; what has been deleted since does not count. */
  below(prefix: string, upTo: Revision): void
}

/** For a store that nobody else writes to. */
export const noLook: GuardLook = { at() {}, below() {} }

export class KeyExists extends Error {
  constructor(readonly current: Stored) {
    super(`${current.key} exists`)
  }
}

export class RevisionMismatch extends Error {
  constructor(
    readonly key: string,
    readonly current: Stored | undefined,
  ) {
    super(`${key} is at revision ${current?.revision ?? 'none'}`)
  }
}

export class Compacted extends Error {
  constructor(
    readonly from: Revision,
    readonly oldest: Revision,
  ) {
    super(`too old resource version: ${from} (${oldest})`)
  }
}

/** A write was not made durable: disk full, read-only, lock lost. The reason is for the client. */
export class StoreUnavailable extends StatusError {
  constructor(readonly reason: string) {
    super(errors.internal(reason).status)
  }
}
