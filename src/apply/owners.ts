import { jsonEquals } from '../meta/json-equal.js'
import { type KubeObject, type ManagedFieldsEntry, without } from '../meta/object.js'
import type { FieldSet } from './field-set.js'
import { FieldsV1Error, parseFieldsV1 } from './fields-v1.js'

/** Who owns which fields, and since when: one entry of `metadata.managedFields`. */
export interface Owner extends OwnerId {
  readonly time: string | undefined
  readonly fields: FieldSet
}

/**
 * What tells owners apart. An applier is the same whatever version it applies; one manager's updates in two versions
 * are two owners (API-SEMANTICS S03).
 */
export interface OwnerId {
  readonly manager: string
  readonly operation: 'Apply' | 'Update'
  readonly apiVersion: string
  /** '' for the main resource. */
  readonly subresource: string
}

export function isSameOwner(a: OwnerId, b: OwnerId): boolean {
  return (
    a.manager === b.manager &&
    a.operation === b.operation &&
    a.subresource === b.subresource &&
    (a.operation === 'Apply' || a.apiVersion === b.apiVersion)
  )
}

/** The owners with `owner` at the end, in place of its former self. */
export function replaceOwner(owners: readonly Owner[], owner: Owner): Owner[] {
  return [...owners.filter((other) => !isSameOwner(other, owner)), owner]
}

/** Reads what the server itself has written into an object. */
export function ownersOf(object: KubeObject | undefined): readonly Owner[] {
  const entries = object?.metadata.managedFields
  return entries === undefined ? [] : (readEntries(entries, (fields) => (fields ?? {}) as FieldSet) ?? [])
}

/** Reads entries from outside; undefined when one of them is not well formed (S11). */
export function parseOwners(entries: readonly ManagedFieldsEntry[]): Owner[] | undefined {
  try {
    return readEntries(entries, parseFieldsV1)
  } catch (error) {
    if (error instanceof FieldsV1Error) return undefined
    throw error
  }
}

/** Whether a request empties managedFields: an empty list, or one with nothing but an empty entry (S11). */
export function isReset(entries: readonly ManagedFieldsEntry[] | undefined): boolean {
  if (!entries) return false
  return entries.length === 0 || (entries.length === 1 && Object.keys(entries[0] ?? {}).length === 0)
}

function readEntries(entries: readonly ManagedFieldsEntry[], read: (fields: unknown) => FieldSet): Owner[] | undefined {
  let owners: Owner[] = []
  for (const entry of entries) {
    const { manager = '', operation, apiVersion, subresource = '', time, fieldsType, fieldsV1 } = entry
    if ((operation !== 'Apply' && operation !== 'Update') || !apiVersion || fieldsType !== 'FieldsV1') return undefined
    const owner = { manager, operation, apiVersion, subresource, time, fields: read(fieldsV1) }
    if (owners.some((other) => isSameOwner(other, owner))) owners = replaceOwner(owners, owner)
    else owners.push(owner)
  }
  return owners
}

/** `object` with the owners in upstream's order: appliers first, then by time, manager, version and subresource. */
export function withOwners(object: KubeObject, owners: readonly Owner[]): KubeObject {
  if (owners.length === 0) return { ...object, metadata: without(object.metadata, 'managedFields') }
  const managedFields = [...owners].sort(compareOwners).map(entryOf)
  return { ...object, metadata: { ...object.metadata, managedFields } }
}

export function withoutOwners(object: KubeObject): KubeObject {
  if (object.metadata.managedFields === undefined) return object
  return { ...object, metadata: without(object.metadata, 'managedFields') }
}

function entryOf(owner: Owner): ManagedFieldsEntry {
  const entry: ManagedFieldsEntry = {}
  if (owner.manager !== '') entry.manager = owner.manager
  entry.operation = owner.operation
  entry.apiVersion = owner.apiVersion
  if (owner.time !== undefined) entry.time = owner.time
  entry.fieldsType = 'FieldsV1'
  entry.fieldsV1 = owner.fields as Record<string, unknown>
  if (owner.subresource !== '') entry.subresource = owner.subresource
  return entry
}

function compareOwners(a: Owner, b: Owner): number {
  return (
    compareTexts(a.operation, b.operation) ||
    compareTexts(a.time ?? '', b.time ?? '') ||
    compareTexts(a.manager, b.manager) ||
    compareTexts(a.apiVersion, b.apiVersion) ||
    compareTexts(a.subresource, b.subresource)
  )
}

export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/**
 * `next`, with the managedFields of `old` when the two differ in nothing but their times: such a write changes nothing
 * (API-SEMANTICS V07). To be asked when all that may change an object on its way has happened.
 */
export function ignoringTimes(next: KubeObject, old: KubeObject): KubeObject {
  const [mine, before] = [next.metadata.managedFields, old.metadata.managedFields]
  if (!mine || !before || mine === before || mine.length !== before.length) return next
  const timeless = (entries: readonly ManagedFieldsEntry[]) => entries.map(({ time: _, ...entry }) => entry)
  if (!jsonEquals(timeless(mine), timeless(before))) return next
  if (!jsonEquals(withoutOwners(next), withoutOwners(old))) return next
  return { ...next, metadata: { ...next.metadata, managedFields: before } }
}
