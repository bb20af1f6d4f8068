import type { RemoveOptions } from './definition.js'

/** CreateOptions, UpdateOptions and PatchOptions, checked. */
export interface WriteOptions {
  readonly dryRun: boolean
  readonly fieldValidation: 'Ignore' | 'Warn' | 'Strict'
  /** At most 128 bytes, printable; from the query or the user agent. */
  readonly fieldManager: string
  /** Apply takes fields that others own. */
  readonly force?: boolean
  /** The object comes out of an apply, which has said who owns what. */
  readonly managedFieldsFinal?: boolean
}

export type DeleteOptions = RemoveOptions

export const plainWrite: WriteOptions = { dryRun: false, fieldValidation: 'Ignore', fieldManager: '' }
