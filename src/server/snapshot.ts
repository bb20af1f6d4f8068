import { jsonEquals } from '../meta/json-equal.js'
import { decodeStored } from '../store/encode.js'
import type { Store, Stored } from '../store/store.js'

/** Every object as of one moment. */
export interface Snapshot {
  readonly items: readonly Stored[]
}

export async function takeSnapshot(store: Store): Promise<Snapshot> {
  return { items: (await store.list('')).items }
}

/**
 * Brings every object back to what it was, uid included; what has come since then goes, finalizers or not. Watchers are
 * told each change, as of any other write, and resourceVersions go on: nobody need list anew. What others write meanwhile
 * may stay or go.
 */
export async function restoreSnapshot(store: Store, snapshot: Snapshot): Promise<void> {
  const current = new Map((await store.list('')).items.map((stored) => [stored.key, stored]))
  const wanted = new Map(snapshot.items.map((stored) => [stored.key, stored]))
  const gone = [...current.values()].filter(({ key }) => !wanted.has(key))
  await Promise.all(gone.reverse().map(({ key, revision }) => store.delete(key, revision)))
  await Promise.all(snapshot.items.map((stored) => putBack(store, stored, current.get(stored.key))))
}

async function putBack(store: Store, wanted: Stored, current: Stored | undefined): Promise<void> {
  if (current?.revision === wanted.revision) return
  const object = decodeStored(wanted)
  if (!current) {
    await store.create(wanted.key, object)
    return
  }
  const now = decodeStored(current)
  if (now.metadata.uid !== object.metadata.uid) {
    // Another object of the same name: informers must see that the first one went.
    await store.delete(current.key, current.revision)
    await store.create(wanted.key, object)
    return
  }
  const same = { ...now, metadata: { ...now.metadata, resourceVersion: object.metadata.resourceVersion } }
  if (!jsonEquals(same, object)) await store.update(wanted.key, object, current.revision)
}
