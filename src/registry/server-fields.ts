import { jsonEquals } from '../meta/json-equal.js'
import { type KubeObject, type ObjectMeta, without } from '../meta/object.js'
import type { Backend } from './backend.js'
import type { Resource } from './resource.js'
import type { UpdateTarget } from './target.js'

/** What only the server decides of an object that exists (STORE 25). */
const serverFields = [
  'uid',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'generation',
  'resourceVersion',
  'managedFields',
] as const satisfies (keyof ObjectMeta)[]

/** Those a person may have meant to change. The other two are in no file the server writes. */
const reported = serverFields.slice(0, 5)

/** Of an edited file: `object` with the server's fields as they are in `own`, whatever it says of them. */
export function withServerFields(object: KubeObject, own: KubeObject): KubeObject {
  const metadata: Record<string, unknown> = { ...object.metadata }
  for (const field of serverFields) {
    const value = own.metadata[field]
    if (value === undefined) delete metadata[field]
    else metadata[field] = value
  }
  return { ...object, metadata }
}

/**
 * The server's fields that a file gives another value than they had when it was last written. Leaving them out is no
 * edit: a bare manifest does. An older generation comes of a text that was open while the server wrote a newer one.
 */
export function changedServerFields(file: ObjectMeta, base: ObjectMeta): string[] {
  return reported
    .filter((field) => (file[field] ?? undefined) !== undefined && !jsonEquals(file[field], base[field]))
    .filter((field) => field !== 'generation' || (file.generation ?? 0) > (base.generation ?? 0))
    .map((field) => `metadata.${field}`)
}

/** Of a request: what the server alone decides, and what this subresource may not touch, comes from `old` (V34, U01). */
export function keepServerFields(
  backend: Backend,
  target: UpdateTarget,
  next: KubeObject,
  old: KubeObject,
): KubeObject {
  const { resource, subresource } = target
  let object = next
  if (subresource === 'status') {
    const metadata = statusMetadata(resource, next.metadata, old.metadata)
    object = { ...withStatusOf(next, old), metadata }
  } else if (subresource === '' && resource.hasStatus && !backend.unrestrictedUpdate) object = withStatusOf(old, next)
  const { metadata } = object
  if (old.metadata.resourceVersion !== undefined) metadata.resourceVersion = old.metadata.resourceVersion
  if (old.metadata.uid !== undefined) metadata.uid ??= old.metadata.uid
  if (old.metadata.creationTimestamp !== undefined) metadata.creationTimestamp = old.metadata.creationTimestamp
  if (old.metadata.namespace !== undefined) metadata.namespace ??= old.metadata.namespace
  if (old.metadata.deletionTimestamp !== undefined) metadata.deletionTimestamp ??= old.metadata.deletionTimestamp
  if (old.metadata.deletionGracePeriodSeconds !== undefined) {
    metadata.deletionGracePeriodSeconds ??= old.metadata.deletionGracePeriodSeconds
  }
  if (old.metadata.generation !== undefined) metadata.generation = old.metadata.generation
  else if (metadata.generation !== undefined) delete metadata.generation
  return object
}

/** A copy of `object` with the status of `other`, or with none. */
function withStatusOf(other: KubeObject, object: KubeObject): KubeObject {
  return 'status' in other ? { ...object, status: other.status } : without(object, 'status')
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
