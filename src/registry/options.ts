import type { Revision } from '../store/store.js'

/** CreateOptions, UpdateOptions and PatchOptions, checked. */
export interface WriteOptions {
  readonly dryRun: boolean
  readonly fieldValidation: 'Ignore' | 'Warn' | 'Strict'
  /** At most 128 bytes, printable; from the query or the user agent. */
  readonly fieldManager: string
  readonly force?: boolean
}

export interface DeleteOptions {
  readonly dryRun: boolean
  readonly gracePeriodSeconds?: number
  readonly propagationPolicy?: 'Foreground' | 'Background' | 'Orphan'
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string }
}

export const plainWrite: WriteOptions = { dryRun: false, fieldValidation: 'Ignore', fieldManager: '' }

/** Which state a read may show (API-SEMANTICS L08): `at` undefined is the most recent one. */
export interface Freshness {
  readonly at?: Revision
  /** Exactly the state at `at`, not a newer one. */
  readonly exact?: boolean
}
