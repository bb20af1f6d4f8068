import type { WatchCache } from '../cache/watch-cache.js'
import type { UserInfo } from '../meta/user.js'
import type { Store } from '../store/store.js'
import type { AdmissionChain, AdmissionRequest, AuditNote } from './admission.js'
import type { Allocator } from './allocator.js'
import type { Registry } from './registry.js'

/** What verbs work on; made once by the composition root. */
export interface Backend {
  readonly store: ObjectStore
  /** The same for dry runs: it says what would be there after a write, and writes nothing. */
  readonly trial: ObjectStore
  readonly cache: WatchCache
  readonly registry: Registry
  readonly admission: AdmissionChain
  readonly allocator: Allocator
  /** The time, for creationTimestamp and deletionTimestamp. */
  now(): Date
  newUid(): string
  /** A PUT of the main resource may change status too (--unrestricted-update). */
  readonly unrestrictedUpdate: boolean
}

/** What verbs need of a store; reads but those that begin a write go to the cache. */
export interface ObjectStore extends Pick<Store, 'isShared' | 'get' | 'create' | 'update'> {
  delete(...args: Parameters<Store['delete']>): Promise<unknown>
}

/** One caller of a verb. */
export interface Caller {
  readonly user: UserInfo
  /** Adds a `Warning` to the answer (API-SEMANTICS F02). */
  warn(text: string): void
  /** Adds an annotation to the audit event, when one is written and none is there by that key. */
  readonly note?: AuditNote
}

/** A caller, as the admission of a write knows it. */
export function callerInAdmission(caller: Caller): Pick<AdmissionRequest, 'user' | 'warn' | 'note'> {
  return { user: caller.user, warn: (text) => caller.warn(text), note: (...note) => caller.note?.(...note) }
}

/** RFC 3339 in UTC, whole seconds: the form of every time in ObjectMeta (V64). */
export function timestamp(date: Date): string {
  const second = Math.floor(date.getTime() / 1000)
  if (second !== last.second) last = { second, text: `${date.toISOString().slice(0, 19)}Z` }
  return last.text
}

/** Every write asks twice, thousands of times a second. */
let last = { second: Number.NaN, text: '' }
