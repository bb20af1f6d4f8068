import type { ObjectMeta, OwnerReference } from '../../meta/object.js'
import { decodeStored } from '../../store/encode.js'
import type { Stored } from '../../store/store.js'

/** The finalizers of propagation policies (API-SEMANTICS V44). */
export const foregroundFinalizer = 'foregroundDeletion'
export const orphanFinalizer = 'orphan'

/**
 * How far an object's deletion is: `foreground` waits for its dependents to be deleted, `orphan` for them to be let go,
 * `other` for somebody's finalizers.
 */
export type Deletion = 'none' | 'foreground' | 'orphan' | 'other'

/** An object that has owners, or whose dependents decide when it goes. */
export interface Node {
  readonly key: string
  readonly uid: string
  readonly namespace: string
  readonly owners: readonly OwnerReference[]
  readonly deletion: Deletion
}

/** As they stand in an object's JSON, and can't stand within a string of it. */
const [ownersMember, finalizersMember] = [Buffer.from('"ownerReferences":['), Buffer.from('"finalizers":[')]

/** The object as the garbage collector sees it; undefined when it is nothing to it, which is told without parsing. */
export function nodeOf(stored: Stored): Node | undefined {
  const { json, key } = stored
  if (!json.includes(ownersMember) && !json.includes(finalizersMember)) return undefined
  const { metadata } = decodeStored(stored)
  const { uid = '', namespace = '', ownerReferences: owners = [] } = metadata
  const deletion = deletionOf(metadata)
  if (owners.length === 0 && deletion !== 'foreground' && deletion !== 'orphan') return undefined
  return { key, uid, namespace, owners, deletion }
}

export function deletionOf({ deletionTimestamp, finalizers = [] }: ObjectMeta): Deletion {
  if (deletionTimestamp === undefined) return 'none'
  if (finalizers.includes(orphanFinalizer)) return 'orphan'
  return finalizers.includes(foregroundFinalizer) ? 'foreground' : 'other'
}

export function ownsBlocking({ owners }: Node, uid: string): boolean {
  return owners.some((owner) => owner.uid === uid && owner.blockOwnerDeletion === true)
}
