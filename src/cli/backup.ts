import { resolve } from 'node:path'
import { backup as backUpRoot, restore as restoreRoot } from '../store/file/backup.js'
import type { CopyResult } from '../store/file/copy-root.js'

export interface BackupFlags {
  readonly fileRootpath: string
  readonly to: string
}

export interface RestoreFlags {
  readonly from: string
  readonly fileRootpath: string
}

/** Answers with what to print. @throws Error with one line */
export async function backup({ fileRootpath, to }: BackupFlags, folder: string): Promise<string> {
  const target = resolve(folder, to)
  return told(await backUpRoot(resolve(folder, fileRootpath), target), target)
}

/** Answers with what to print. @throws Error with one line */
export async function restore({ from, fileRootpath }: RestoreFlags, folder: string): Promise<string> {
  const root = resolve(folder, fileRootpath)
  return told(await restoreRoot(resolve(folder, from), root), root)
}

function told({ objects, files, revision, leftOut }: CopyResult, to: string): string {
  const what = revision === 0 ? `${files} files` : `${objects} objects as of revision ${revision}, and ${files} files`
  const lines = [`${to}: ${what}`, ...leftOut.map(({ path, reason }) => `left out ${path}: ${reason}`)]
  return `${lines.join('\n')}\n`
}
