import { jsonEquals } from '../meta/json-equal.js'
import type { KubeObject } from '../meta/object.js'
import { VersionedChanges } from './changes.js'
import { withEmptyStructs } from './empty-object.js'
import { isEmptySet, union } from './field-set.js'
import { FieldTypeError } from './list-items.js'
import { type FieldFilter, type ManagedKind, VersionConversionError } from './managed-kind.js'
import { withOldestJoined } from './oldest-updates.js'
import {
  isReset,
  isSameOwner,
  type Owner,
  ownersOf,
  parseOwners,
  replaceOwner,
  withOwners,
  withoutOwners,
} from './owners.js'

/** Who writes, to what. */
export interface FieldWrite {
  readonly kind: ManagedKind
  /** The field manager; '' counts as `unknown`. */
  readonly manager: string
  /** '' for the main resource. */
  readonly subresource: string
  /** RFC 3339, whole seconds. */
  readonly now: string
  /** What may be owned through this (sub)resource; all by default. */
  readonly mayOwn?: FieldFilter
}

/**
 * Keeps `metadata.managedFields` for a create, update or patch that is not an apply: what differs between `old` and
 * `next` becomes the manager's, by operation Update, and nobody else's. To be called for every such write, with both
 * objects in the request's version and defaulted, `next` with the managedFields the request gave and with everything
 * else that the subresource may not change taken from `old`; before admission, whose changes belong to nobody.
 * Without `old` the object is new. Answers with `next` and its new managedFields, as an object of its own that shares
 * parts with both; neither is changed.
 *
 * A write that changes nothing leaves them as they are (V07). A request may empty them or set others (S11); an object
 * without any is not tracked again before it is applied. What can't be compared, since it does not fit the schema or
 * can't be converted, keeps the managedFields of `old`: ownership never makes a write fail.
 */
export async function updateManagedFields(
  old: KubeObject | undefined,
  next: KubeObject,
  write: FieldWrite,
): Promise<KubeObject> {
  const known = ownersOf(old)
  const owners = old ? requestedOwners(known, old, next, write.subresource) : []
  if (old && owners.length === 0) return withOwners(next, [])
  try {
    const updated = await trackUpdate(owners, old, next, write)
    if (updated === known && old?.metadata.managedFields) {
      return { ...next, metadata: { ...next.metadata, managedFields: old.metadata.managedFields } }
    }
    return withOwners(next, withOldestJoined(updated))
  } catch (error) {
    if (!(error instanceof FieldTypeError || error instanceof VersionConversionError)) throw error
    return withOwners(next, known)
  }
}

/** The owners a write begins with: those the request says there be, where it says something that makes sense. */
function requestedOwners(
  known: readonly Owner[],
  old: KubeObject,
  next: KubeObject,
  subresource: string,
): readonly Owner[] {
  const requested = next.metadata.managedFields
  if (subresource !== '' || !requested || jsonEquals(requested, old.metadata.managedFields)) return known
  if (isReset(requested)) return []
  return parseOwners(requested) ?? known
}

/**
 * The owners after `next` was written over `old`; `owners` itself when the write changes no field.
 * @throws FieldTypeError, VersionConversionError
 */
export async function trackUpdate(
  owners: readonly Owner[],
  old: KubeObject | undefined,
  next: KubeObject,
  write: FieldWrite,
): Promise<readonly Owner[]> {
  const { kind } = write
  const before = old ?? kind.empty ?? { apiVersion: kind.apiVersion, kind: kind.kind, metadata: {} }
  const complete = (object: KubeObject) => withEmptyStructs(withoutOwners(object), kind.empty)
  const changes = new VersionedChanges(kind, complete(before), complete(next), write.mayOwn)
  if (changes.areNone) return owners
  const { kept } = await changes.takeFrom(owners)
  const taken = changes.ownable
  if (isEmptySet(taken)) return kept
  const writer: Owner = {
    manager: write.manager || 'unknown',
    operation: 'Update',
    apiVersion: kind.apiVersion,
    subresource: write.subresource,
    time: write.now,
    fields: taken,
  }
  const previous = kept.find((owner) => isSameOwner(owner, writer))
  return replaceOwner(kept, previous ? { ...writer, fields: union(previous.fields, taken) } : writer)
}
