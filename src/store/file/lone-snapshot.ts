import type { Revision } from '../store.js'
import type { Disk } from './disk.js'
import type { Image } from './image.js'
import { writeSnapshot } from './snapshot.js'

/** Older than every segment: all there will be are read on top of the snapshot. */
const beforeAll = '000000-000000.log'

/** Makes a snapshot that stands alone. There must be no journal. `adopts`: see SnapshotRecord. */
export async function writeLoneSnapshot(disk: Disk, root: string, image: Image, adopts: boolean): Promise<void> {
  const start = { kind: 'snapshot', revision: image.revision, segment: beforeAll, checksum: '' } as const
  await writeSnapshot(disk, root, image, adopts ? { ...start, adopts } : start)
}

/** Above every revision handed out before: old ones are known to be too old instead of looking like the future. */
export const aboveAll = (newest: Revision): Revision => Math.max(newest + 1, Date.now() * 1000)
