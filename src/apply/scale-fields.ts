import type { KubeObject } from '../meta/object.js'
import { type FieldPath, fieldElement } from './field-path.js'
import { difference, fieldSet, hasField, isEmptySet } from './field-set.js'
import { isSameOwner, type Owner, type OwnerId, ownersOf, withOwners } from './owners.js'

const scaleVersion = 'autoscaling/v1'
const replicasOfScale: FieldPath = [fieldElement('spec'), fieldElement('replicas')]

/**
 * Where a resource keeps its replicas, by apiVersion: `['f:spec', 'f:replicas']`. null: that version has no scale; of
 * versions that are not named nothing is known, and what was owned in them is forgotten.
 */
export type ReplicasPaths = ReadonlyMap<string, FieldPath | null>

/**
 * `scale`, which shows the replicas of `parent`, with the managedFields it has to have: who owns the replicas, as
 * owners of `.spec.replicas` in autoscaling/v1. Writes to it go through `updateManagedFields` or `applyPatch` as those
 * of any object, with subresource `scale`; `withScaleOwners` takes the result back.
 */
export function withParentOwners(scale: KubeObject, parent: KubeObject, paths: ReplicasPaths): KubeObject {
  const owners = ownersOf(parent).flatMap((owner) => {
    const path = paths.get(owner.apiVersion)
    if (!path || !hasField(owner.fields, path)) return []
    return [{ ...owner, apiVersion: scaleVersion, fields: fieldSet(replicasOfScale) }]
  })
  return withOwners(scale, owners)
}

/**
 * `parent` with the owners of its replicas as they are in the written `scale` (API-SEMANTICS S09): those that have lost
 * them there lose them here. An owner by scale has no time, as upstream. `parent` is in the version of the request.
 */
export function withScaleOwners(parent: KubeObject, scale: KubeObject, paths: ReplicasPaths): KubeObject {
  const scaled = ownersOf(scale).filter(({ fields }) => hasField(fields, replicasOfScale))
  const inScale = (id: OwnerId): OwnerId => ({ ...id, apiVersion: scaleVersion })
  const owners: Owner[] = []
  const still = new Set<Owner>()
  for (const owner of ownersOf(parent)) {
    const path = paths.get(owner.apiVersion)
    if (path === undefined) continue
    const scaler = scaled.find((other) => isSameOwner(inScale(other), inScale(owner)))
    if (path === null || !hasField(owner.fields, path) || scaler) {
      owners.push(owner)
      if (scaler && path && hasField(owner.fields, path)) still.add(scaler)
      continue
    }
    const fields = difference(owner.fields, fieldSet(path))
    if (!isEmptySet(fields)) owners.push({ ...owner, fields })
  }
  const path = paths.get(parent.apiVersion)
  if (path) {
    for (const owner of scaled) {
      if (still.has(owner)) continue
      owners.push({ ...owner, apiVersion: parent.apiVersion, time: undefined, fields: fieldSet(path) })
    }
  }
  return withOwners(parent, owners)
}
