import type { KubeObject, ObjectMeta } from '../meta/object.js'
import type { Backend } from './backend.js'
import type { Resource } from './resource.js'
import type { UpdateTarget } from './update-target.js'

/** What the server alone decides, and what this subresource may not touch, comes from the old object (V34, U01). */
export function keepServerFields(
  backend: Backend,
  target: UpdateTarget,
  next: KubeObject,
  old: KubeObject,
): KubeObject {
  const { resource, subresource } = target
  const status = (from: KubeObject) => ('status' in from ? { status: from.status } : {})
  let object = next
  if (subresource === 'status') {
    const { status: _, ...rest } = old
    const metadata = statusMetadata(resource, next.metadata, old.metadata)
    object = { ...rest, apiVersion: old.apiVersion, kind: old.kind, metadata, ...status(next) }
  } else if (subresource === '' && resource.hasStatus && !backend.unrestrictedUpdate) {
    const { status: _, ...rest } = next
    object = { ...rest, apiVersion: next.apiVersion, kind: next.kind, metadata: next.metadata, ...status(old) }
  }
  const { metadata } = object
  if (old.metadata.resourceVersion !== undefined) metadata.resourceVersion = old.metadata.resourceVersion
  if (old.metadata.uid !== undefined) metadata.uid ??= old.metadata.uid
  if (old.metadata.creationTimestamp !== undefined) metadata.creationTimestamp = old.metadata.creationTimestamp
  if (old.metadata.namespace !== undefined) metadata.namespace ??= old.metadata.namespace
  if (old.metadata.deletionTimestamp !== undefined) metadata.deletionTimestamp ??= old.metadata.deletionTimestamp
  if (old.metadata.deletionGracePeriodSeconds !== undefined) {
    metadata.deletionGracePeriodSeconds ??= old.metadata.deletionGracePeriodSeconds
  }
  if (old.metadata.generation === undefined) delete metadata.generation
  else metadata.generation = old.metadata.generation
  return object
}

function statusMetadata(resource: Resource, next: ObjectMeta, old: ObjectMeta): ObjectMeta {
  const metadata: ObjectMeta = { ...old }
  const written = resource.definition.rules?.statusMetadata ?? []
  for (const member of [...written, 'managedFields'] as const) {
    if (next[member] !== undefined) Object.assign(metadata, { [member]: next[member] })
    else if (member !== 'managedFields') delete metadata[member]
  }
  return metadata
}
