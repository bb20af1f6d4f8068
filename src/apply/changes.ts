import type { KubeObject } from '../meta/object.js'
import { compareFields } from './compare-fields.js'
import { difference, type FieldSet, intersection, isEmptySet, union } from './field-set.js'
import type { FieldType } from './field-type.js'
import { convertTo, type FieldFilter, identityFields, type ManagedKind, requestType, typeAt } from './managed-kind.js'
import type { Owner } from './owners.js'
import { reconciled } from './typed-field-set.js'

/** What a write does to fields, in one version. */
interface FieldChanges {
  /** Added or modified: the writer's from now on. */
  readonly taken: FieldSet
  /** Those and the removed ones: no longer anybody else's. */
  readonly touched: FieldSet
  readonly type: FieldType
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
  private ownableOfTaken: FieldSet | undefined

  constructor(
    private readonly kind: ManagedKind,
    private readonly before: KubeObject,
    private readonly after: KubeObject,
    private readonly mayOwn: FieldFilter | undefined,
  ) {}

  /** In the version of the request. @throws FieldTypeError */
  get taken(): FieldSet {
    return this.inRequestVersion.taken
  }

  /** Of those, what somebody can own. @throws FieldTypeError */
  get ownable(): FieldSet {
    this.ownableOfTaken ??= difference(this.taken, identityFields)
    return this.ownableOfTaken
  }

  /** Nothing changes but, maybe, what nobody owns anyway. @throws FieldTypeError */
  get areNone(): boolean {
    const { taken, touched } = this.inRequestVersion
    return isEmptySet(touched === taken ? this.ownable : difference(touched, identityFields))
  }

  private get inRequestVersion(): FieldChanges {
    const { apiVersion } = this.kind
    const known = this.known.get(apiVersion)
    if (known) return known
    const changes = this.compare(this.before, this.after, apiVersion)
    this.known.set(apiVersion, changes)
    return changes
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
      const changes = apiVersion === this.kind.apiVersion ? this.inRequestVersion : await this.changesAt(apiVersion)
      if (!changes) continue
      const owned = reconciled(owner.fields, changes.touched, changes.type)
      const fields = difference(owned, changes.touched)
      if (fields === owner.fields) {
        kept.push(owner)
        continue
      }
      const lost = intersection(owned, changes.taken)
      if (!isEmptySet(lost)) conflicts.push({ owner, fields: lost })
      if (!isEmptySet(fields)) kept.push({ ...owner, fields })
    }
    return { kept, conflicts }
  }

  private async changesAt(apiVersion: string): Promise<FieldChanges | undefined> {
    if (this.known.has(apiVersion)) return this.known.get(apiVersion)
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
    return { taken, touched: union(taken, mayOwn(removed)), type }
  }
}
