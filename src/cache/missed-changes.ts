import { decodeStored, encodeStored } from '../store/encode.js'
import type { SortedMap } from '../store/sorted-map.js'
import type { Revision, Stored, StoreEvent } from '../store/store.js'

/**
 * What must have happened between the state `before` and the one `now`, which is of `revision`: one change for each
 * object that differs, in order of revision. A deletion counts as the newest change; an object made again under the same
 * key is deleted first.
 */
export function changesBetween(
  before: SortedMap<Stored>,
  now: readonly Stored[],
  revision: Revision,
): readonly StoreEvent[] {
  const changes: StoreEvent[] = []
  const present = new Set<string>()
  for (const stored of now) {
    present.add(stored.key)
    const previous = before.get(stored.key)
    if (previous?.revision === stored.revision) continue
    if (previous && uidOf(previous) === uidOf(stored)) changes.push({ type: 'update', stored, previous })
    else {
      if (previous) changes.push(deletion(previous, stored.revision))
      changes.push({ type: 'create', stored, previous: undefined })
    }
  }
  changes.sort((a, b) => a.stored.revision - b.stored.revision)
  for (const [key, previous] of before.below('')) if (!present.has(key)) changes.push(deletion(previous, revision))
  return changes
}

const uidOf = (stored: Stored) => decodeStored(stored).metadata.uid

function deletion(previous: Stored, revision: Revision): StoreEvent {
  return { type: 'delete', stored: encodeStored(previous.key, revision, decodeStored(previous)), previous }
}
