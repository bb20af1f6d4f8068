import { join } from 'node:path'
import type { Disk } from './disk.js'
import { type Image, knownHashes, nothing } from './image.js'
import { look } from './look.js'
import type { Recovered } from './recovery.js'
import { writeSnapshot } from './snapshot.js'

/** Older than every segment: all there are, are read on top of the snapshot. */
const beforeAll = '000000-000000.log'

/**
 * Makes a snapshot that stands alone, with revisions above every one handed out before: old ones are known to be too
 * old instead of looking like the future. The journal must be gone.
 */
export async function writeLoneSnapshot(disk: Disk, root: string, image: Image, adopts: boolean): Promise<void> {
  image.revision = Math.max(image.revision, Math.ceil(Date.now() * 1000))
  const start = { kind: 'snapshot', revision: image.revision, segment: beforeAll, checksum: '' } as const
  await writeSnapshot(disk, root, image, adopts ? { ...start, adopts } : start)
}

/**
 * Brings what is known of files in line with the files of a copy: what is older there than in the journal goes, and is
 * written again; what is missing is no deletion.
 */
export function alignFiles(disk: Disk, root: string, { image, remnants }: Recovered): void {
  for (const file of image.files.values()) {
    const seen = look(disk, root, file.path)
    if (seen.kind === 'file' && knownHashes(file).includes(seen.hash)) continue
    if (seen.kind === 'file' && !remnants.explains(file.path, seen.hash, seen.content)) continue
    if (seen.kind === 'file') disk.unlink(join(root, file.path))
    if (seen.kind !== 'unusable') image.nowHolds(file, '', nothing)
  }
}
