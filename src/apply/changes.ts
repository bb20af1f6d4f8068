import type { KubeObject } from '../meta/object.js'
import { compareFields } from './compare-fields.js'
import { difference, type FieldSet, intersection, isEmptySet, union } from './field-set.js'
import { convertTo, type FieldFilter, identityFields, type ManagedKind, requestType, typeAt } from './managed-kind.js'
import type { Owner } from './owners.js'
import { reconciled } from './typed-field-set.js'

/** What a write does to fields, in one version. */
interface FieldChanges {
  /** Added or modified: the writer's from now on. */
  readonly taken: FieldSet
  /** Those and the removed ones: no longer anybody else's. */
  readonly touched: FieldSet
}

/** Fields that an owner has and a write takes. */
export interface FieldConflict {
  readonly owner: Owner
  readonly fields: FieldSet
}

/**
 * What a write changes, in the version of the request and in every version that somebody owns fields in: the objects are
 * converted and compared there, since a set of fields can't be (API-SEMANTICS S14).
 */
export class VersionedChanges {
  private readonly known = new Map<string, FieldChanges | undefined>()

  /** @throws FieldTypeError */
  constructor(
    private readonly kind: ManagedKind,
    private readonly before: KubeObject,
    private readonly after: KubeObject,
    private readonly mayOwn: FieldFilter | undefined,
  ) {
    this.known.set(kind.apiVersion, this.compare(before, after, kind.apiVersion))
  }

  /** In the version of the request. */
  get taken(): FieldSet {
    return this.known.get(this.kind.apiVersion)?.taken ?? {}
  }

  /** Nothing changes but, maybe, what nobody owns anyway. */
  get areNone(): boolean {
    return isEmptySet(difference(this.known.get(this.kind.apiVersion)?.touched ?? {}, identityFields))
  }

  /**
   * The owners with what the write leaves them; those left with nothing, or whose version is gone, are not among them.
   * Besides, what it took. @throws FieldTypeError, VersionConversionError
   */
  async takeFrom(owners: readonly Owner[]): Promise<{ kept: Owner[]; conflicts: FieldConflict[] }> {
    const kept: Owner[] = []
    const conflicts: FieldConflict[] = []
    for (const owner of owners) {
      const { apiVersion } = owner
      const changes = this.known.has(apiVersion) ? this.known.get(apiVersion) : await this.changesAt(apiVersion)
      if (!changes) continue
      const fields = difference(owner.fields, changes.touched)
      if (fields === owner.fields) {
        kept.push(owner)
        continue
      }
      const lost = intersection(owner.fields, changes.taken)
      if (!isEmptySet(lost)) conflicts.push({ owner, fields: lost })
      if (!isEmptySet(fields)) kept.push({ ...owner, fields })
    }
    return { kept, conflicts }
  }

  private async changesAt(apiVersion: string): Promise<FieldChanges | undefined> {
    const [before, after] = typeAt(this.kind, apiVersion)
      ? [await convertTo(this.kind, this.before, apiVersion), await convertTo(this.kind, this.after, apiVersion)]
      : []
    const changes = before && after ? this.compare(before, after, apiVersion) : undefined
    this.known.set(apiVersion, changes)
    return changes
  }

  private compare(before: KubeObject, after: KubeObject, apiVersion: string): FieldChanges {
    const type = typeAt(this.kind, apiVersion) ?? requestType(this.kind)
    const { added, modified, removed } = compareFields(before, after, type)
    const mayOwn = this.mayOwn ?? ((fields: FieldSet) => fields)
    const taken = mayOwn(union(added, modified))
    return { taken, touched: union(taken, mayOwn(removed)) }
  }
}

/** The owners with their fields as they have to be after a change of the schema. */
export function reconcileOwners(kind: ManagedKind, owners: readonly Owner[]): Owner[] {
  return owners.map((owner) => {
    const type = typeAt(kind, owner.apiVersion)
    const fields = type ? reconciled(owner.fields, type) : owner.fields
    return fields === owner.fields ? owner : { ...owner, fields }
  })
}
