import { formatGroupVersionKind, parseApiVersion } from '../meta/gvk.js'
import { isJsonObject, type JsonObject, type KubeObject } from '../meta/object.js'
import { errors } from '../meta/status.js'
import { type FieldConflict, VersionedChanges } from './changes.js'
import { formatTypeErrors, typeErrors } from './check-type.js'
import { applyConflict } from './conflicts.js'
import { difference, isEmptySet } from './field-set.js'
import { fieldsOf } from './fields-of.js'
import { withoutGivenUp } from './given-up-fields.js'
import { type JsonText, kubectl, withLastApplied, withoutOwnLastApplied } from './last-applied.js'
import { FieldTypeError } from './list-items.js'
import { identityFields, requestType, VersionConversionError } from './managed-kind.js'
import { mergeFields } from './merge-fields.js'
import { isSameOwner, type Owner, ownersOf, replaceOwner, withOwners, withoutOwners } from './owners.js'
import { type FieldWrite, trackUpdate } from './update-managed-fields.js'

export interface ApplyRequest extends FieldWrite {
  /** The object as it is, in the request's version and defaulted; undefined when there is none yet. */
  readonly current: KubeObject | undefined
  /** The body. Nothing is taken for granted but that it is a JSON object. */
  readonly applied: JsonObject
  /** Takes fields that others own with different values. */
  readonly force: boolean
  readonly json: JsonText
}

/** Who owns fields of objects that were written before anybody was noted. */
const beforeFirstApply = 'before-first-apply'

/**
 * Server-side apply (API-SEMANTICS S01 to S14). Answers with the object as it shall be written, its managedFields final:
 * `updateManagedFields` must not see it. Names, uid and resourceVersion are those of the body where it has some; it is
 * the caller who checks them against the request, takes from `current` what the (sub)resource may not change, defaults,
 * and leaves the object as it was when nothing but times differ (`ignoringTimes`). Nothing handed over is changed; the
 * result shares parts with `current`, none with the body, which may be applied again to a newer object.
 *
 * @throws StatusError Conflict with its causes, BadRequest for another kind or for managedFields in the body, and
 * upstream's bare 500 for a body that does not fit the schema (S10)
 */
export async function applyPatch(request: ApplyRequest): Promise<KubeObject> {
  const { kind, current, applied, manager, json } = request
  checkBody(request)
  const live = current ? withoutOwners(current) : { apiVersion: kind.apiVersion, kind: kind.kind, metadata: {} }
  try {
    const owners = await ownersBefore(request)
    const attempt = await attemptApply(request, live, owners)
    if (attempt.conflicts.length > 0 && !request.force) {
      const { conflicts } = attempt
      const left = manager === kubectl ? withoutOwnLastApplied(conflicts, live, kind, json) : conflicts
      if (left.length > 0) throw applyConflict(left)
    }
    const object = withOwners(withoutNullMetadata(attempt.object), attempt.owners)
    return manager === kubectl ? withLastApplied(object, applied, json) : object
  } catch (error) {
    if (error instanceof VersionConversionError) throw error.cause
    if (!(error instanceof FieldTypeError)) throw error
    throw errors.bare(500, `failed to create typed live object (${describe(live)}): ${error.message}`)
  }
}

/** Null in metadata, as generators write `creationTimestamp: null`, says nothing. */
function withoutNullMetadata(object: KubeObject): KubeObject {
  const metadata = Object.entries(object.metadata ?? {})
  if (metadata.every(([, value]) => value !== null)) return object
  return { ...object, metadata: Object.fromEntries(metadata.filter(([, value]) => value !== null)) }
}

function checkBody({ kind, applied }: ApplyRequest): void {
  if (applied.apiVersion !== kind.apiVersion || applied.kind !== kind.kind) {
    throw errors.badRequest(`invalid object type: ${formatKind(applied)}`)
  }
  if (isJsonObject(applied.metadata) && Array.isArray(applied.metadata.managedFields)) {
    throw errors.badRequest('metadata.managedFields must be nil')
  }
  const found = typeErrors(applied, requestType(kind))
  if (found.length === 0) return
  throw errors.bare(500, `failed to create typed patch object (${describe(applied)}): ${formatTypeErrors(found)}`)
}

/** `<namespace>/<name>; <group>/<version>, Kind=<kind>` */
function describe(object: JsonObject): string {
  const metadata = isJsonObject(object.metadata) ? object.metadata : {}
  const text = (value: unknown) => (typeof value === 'string' ? value : '')
  return `${text(metadata.namespace)}/${text(metadata.name)}; ${formatKind(object)}`
}

function formatKind({ apiVersion, kind }: JsonObject): string {
  const gv = (typeof apiVersion === 'string' && parseApiVersion(apiVersion)) || { group: '', version: '' }
  return formatGroupVersionKind({ ...gv, kind: typeof kind === 'string' ? kind : '' })
}

/** An object nobody is noted for belongs to `before-first-apply` as it is. */
function ownersBefore({ current, ...write }: ApplyRequest): Promise<readonly Owner[]> | readonly Owner[] {
  const owners = ownersOf(current)
  if (owners.length > 0 || !current) return owners
  return trackUpdate([], undefined, current, { ...write, manager: beforeFirstApply })
}

interface Attempt {
  readonly object: KubeObject
  readonly owners: readonly Owner[]
  /** Fields that had to be taken from others. */
  readonly conflicts: readonly FieldConflict[]
}

/** @throws FieldTypeError, VersionConversionError */
async function attemptApply(request: ApplyRequest, live: KubeObject, owners: readonly Owner[]): Promise<Attempt> {
  const { kind, applied, mayOwn } = request
  const { apiVersion } = kind
  const type = requestType(kind)
  const mentioned = fieldsOf(applied, type)
  const applier: Owner = {
    manager: request.manager,
    operation: 'Apply',
    apiVersion,
    subresource: request.subresource,
    time: request.now,
    fields: difference(mayOwn ? mayOwn(mentioned) : mentioned, identityFields),
  }
  const last = owners.find((owner) => isSameOwner(owner, applier))
  const merged = mergeFields(live, applied, type) as KubeObject
  const object = await withoutGivenUp(kind, merged, last, applier, replaceOwner(owners, applier))
  const changes = new VersionedChanges(kind, live, object, mayOwn)
  const others = owners.filter((owner) => owner !== last)
  const { kept, conflicts } = await changes.takeFrom(others)
  if (isEmptySet(applier.fields)) return { object, owners: kept, conflicts }
  // As upstream: who applies what is there already is noted with the time of the last change, or with none; a null in
  // the metadata is no change to what is stored, but to the merged object it is.
  const isSame = changes.areNone && object.metadata === withoutNullMetadata(object).metadata
  return { object, owners: [...kept, isSame ? { ...applier, time: last?.time } : applier], conflicts }
}
