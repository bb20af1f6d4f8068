import type { KubeObject } from '../meta/object.js'
import { difference, type FieldSet, intersection, isEmptySet, isSubset, union } from './field-set.js'
import type { FieldType } from './field-type.js'
import { fieldsOf } from './fields-of.js'
import { convertTo, identityFields, type ManagedKind, typeAt } from './managed-kind.js'
import type { Owner } from './owners.js'
import { removeFields } from './remove-fields.js'
import { withNamedFields } from './typed-field-set.js'

/**
 * `merged` without what the applier had (`last`), has not any more, and nobody else owns (API-SEMANTICS S07); `owners` are
 * those after the apply, the applier with its new fields among them. What nobody ever owned, such as a default, stays
 * unless it stands in a list item or map entry that goes. A map or list that somebody owns as such stays too, be it
 * empty. @throws FieldTypeError, VersionConversionError
 */
export async function withoutGivenUp(
  kind: ManagedKind,
  merged: KubeObject,
  last: Owner | undefined,
  applier: Owner,
  owners: readonly Owner[],
): Promise<KubeObject> {
  if (!last) return merged
  if (last.apiVersion === applier.apiVersion && isSubset(last.fields, applier.fields)) return merged
  const type = typeAt(kind, last.apiVersion)
  if (!type) return merged
  const before = await convertTo(kind, merged, last.apiVersion)
  const had = withNamedFields(last.fields, type)
  const pruned = removeFields(before, had, type, null) as KubeObject
  const kept = await withOwnedFields(kind, before, pruned, last.apiVersion, owners)
  const left = namedFieldsOf(await convertTo(kind, kept, last.apiVersion), type)
  const gone = intersection(difference(namedFieldsOf(before, type), left), had)
  if (isEmptySet(gone)) return merged
  return convertTo(kind, removeFields(before, gone, type) as KubeObject, applier.apiVersion)
}

/**
 * `pruned` with those fields of `merged` back that somebody owns, version by version: the applier's last one first,
 * since its conversions are the least likely to miss what was pruned.
 */
async function withOwnedFields(
  kind: ManagedKind,
  merged: KubeObject,
  pruned: KubeObject,
  firstVersion: string,
  owners: readonly Owner[],
): Promise<KubeObject> {
  const owned = new Map<string, FieldSet>([[firstVersion, identityFields]])
  for (const { apiVersion, fields } of owners) {
    owned.set(apiVersion, union(owned.get(apiVersion) ?? identityFields, fields))
  }
  let [whole, kept] = [merged, pruned]
  for (const [apiVersion, fields] of owned) {
    const type = typeAt(kind, apiVersion)
    if (!type) continue
    whole = await convertTo(kind, whole, apiVersion)
    const stays = union(namedFieldsOf(await convertTo(kind, kept, apiVersion), type), withNamedFields(fields, type))
    kept = removeFields(whole, difference(namedFieldsOf(whole, type), stays), type, null) as KubeObject
  }
  return kept
}

function namedFieldsOf(object: KubeObject, type: FieldType): FieldSet {
  return withNamedFields(fieldsOf(object, type), type)
}
