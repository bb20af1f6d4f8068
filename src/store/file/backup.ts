import { realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import { type CopyResult, copyRoot } from './copy-root.js'
import { realDisk } from './disk.js'
import { aboveAll } from './lone-snapshot.js'

/**
 * Copies the objects below `root` as of one moment to the folder `to`, while a server may be serving them. What was
 * answered before the call is in the copy. Certificates and the lock are not.
 * @throws Error with one line
 */
export function backup(root: string, to: string): Promise<CopyResult> {
  return copyRoot(realDisk, realPath(root), resolve(to), (newest) => newest)
}

/**
 * Makes a new root of a backup, of a root that nobody serves any more, or of a folder with nothing but `registry/`.
 * Revisions go on above every one that the former life can have used: old ones get 410, so that clients read anew.
 * @throws Error with one line
 */
export function restore(from: string, root: string): Promise<CopyResult> {
  return copyRoot(realDisk, realPath(from), resolve(root), aboveAll)
}

function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    throw new Error(`${path} does not exist`)
  }
}
