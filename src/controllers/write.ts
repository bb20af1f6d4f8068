import { StatusError } from '../meta/status.js'
import { plainWrite, type WriteOptions } from '../registry/options.js'

/** Whom managedFields names for what a controller writes. */
export const controllerWrite: WriteOptions = { ...plainWrite, fieldManager: 'kube-controller-manager' }

/** Resolves also when what was to be changed is gone, which is as good. */
export async function ignoringNotFound<T>(write: Promise<T>): Promise<T | undefined> {
  try {
    return await write
  } catch (error) {
    if (error instanceof StatusError && error.code === 404) return undefined
    throw error
  }
}

/** A namespace that is gone or on its way out takes nothing new: nobody misses what was to be made in it. */
export function isNamespaceGone(error: unknown): boolean {
  if (!(error instanceof StatusError)) return false
  const { code, details } = error.status
  return (
    (code === 404 && details?.kind === 'namespaces') ||
    (details?.causes?.some(({ reason }) => reason === 'NamespaceTerminating') ?? false)
  )
}
