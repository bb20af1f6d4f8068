import type { RemoveOptions } from './definition.js'

/** CreateOptions, UpdateOptions and PatchOptions, checked. */
export interface WriteOptions {
  readonly dryRun: boolean
  readonly fieldValidation: 'Ignore' | 'Warn' | 'Strict'
  /** At most 128 bytes, printable; from the query or the user agent. */
  readonly fieldManager: string
  /** Apply takes fields that others own. */
  readonly force?: boolean
  /** The write is a PATCH. */
  readonly isPatch?: boolean
  /** The object comes out of an apply, which has said who owns what. */
  readonly managedFieldsFinal?: boolean
}

export type DeleteOptions = RemoveOptions

export const plainWrite: WriteOptions = { dryRun: false, fieldValidation: 'Ignore', fieldManager: '' }

/** The options as an object of meta.k8s.io, which webhooks and policies are shown. */
export function writeOptionsObject(operation: 'CREATE' | 'UPDATE', options: WriteOptions): Record<string, unknown> {
  const { dryRun, fieldManager, fieldValidation, force, isPatch } = options
  return {
    kind: operation === 'CREATE' ? 'CreateOptions' : isPatch ? 'PatchOptions' : 'UpdateOptions',
    apiVersion: 'meta.k8s.io/v1',
    ...(dryRun ? { dryRun: ['All'] } : {}),
    ...(force === undefined ? {} : { force }),
    ...(fieldManager === '' ? {} : { fieldManager }),
    fieldValidation,
  }
}

export function deleteOptionsObject(options: DeleteOptions): Record<string, unknown> {
  const { dryRun, ...others } = options
  return { kind: 'DeleteOptions', apiVersion: 'meta.k8s.io/v1', ...others, ...(dryRun ? { dryRun: ['All'] } : {}) }
}
