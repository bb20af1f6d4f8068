import { isUtf8 } from 'node:buffer'
import { dirname, join } from 'node:path'
import { codeOf, type Disk, type FileStat, reasonOf } from './disk.js'
import { hashOf } from './file-text.js'

/** Larger than any object may be. */
const largestFile = 3 * 2 ** 20

/** What is at a path. `unusable` is never taken for a deletion or for content. */
export type Seen =
  | { readonly kind: 'absent' }
  | { readonly kind: 'file'; readonly hash: string; readonly content: Buffer; readonly stat: FileStat }
  | { readonly kind: 'unusable'; readonly reason: string }

/** Reads what is at `path`, following no link and reading nothing but regular files. */
export function look(disk: Disk, root: string, path: string): Seen {
  const full = join(root, path)
  try {
    const folder = unusualFolder(disk, root, path)
    if (folder) return folder
    const stat = disk.lstat(full)
    if (!stat) return { kind: 'absent' }
    if (stat.kind !== 'file') return { kind: 'unusable', reason: kindReason[stat.kind] }
    if (stat.size > largestFile) return { kind: 'unusable', reason: `the file is larger than ${largestFile} bytes` }
    const content = disk.read(full)
    if (!isUtf8(content)) return { kind: 'unusable', reason: 'the file is not UTF-8 text' }
    return { kind: 'file', hash: hashOf(content), content, stat }
  } catch (error) {
    // Gone between the two calls: the next look tells.
    const reason = codeOf(error) === 'ENOENT' ? 'the file is being replaced' : reasonOf(error)
    return { kind: 'unusable', reason: `the file can't be read: ${reason}` }
  }
}

const kindReason = {
  directory: 'it is a directory',
  link: 'it is a symbolic link; links are not followed',
  other: 'it is not a regular file',
}

/** A folder above the path that is not a real one. */
function unusualFolder(disk: Disk, root: string, path: string): Seen | undefined {
  for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) {
    const stat = disk.lstat(join(root, folder))
    if (stat && stat.kind !== 'directory') {
      return {
        kind: 'unusable',
        reason: `${folder} is ${stat.kind === 'link' ? 'a symbolic link' : 'not a directory'}`,
      }
    }
  }
  return undefined
}

/** Two looks with the same print saw the same. */
export function printOf(seen: Seen): string {
  return seen.kind === 'file' ? `${seen.hash} ${seen.stat.size}` : seen.kind === 'absent' ? 'absent' : seen.reason
}

/** The text of a file, without a byte order mark. */
export function textOf(content: Buffer): string {
  return new TextDecoder().decode(content)
}
