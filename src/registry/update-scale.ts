import { type ReplicasPaths, withParentOwners, withScaleOwners } from '../apply/scale-fields.js'
import { updateManagedFields } from '../apply/update-managed-fields.js'
import { formatApiVersion } from '../meta/gvk.js'
import { cloneJson } from '../meta/json-clone.js'
import { isJsonObject, type JsonObject, type KubeObject } from '../meta/object.js'
import { errors } from '../meta/status.js'
import { type Backend, type Caller, timestamp } from './backend.js'
import type { ScaleSubresource } from './definition.js'
import { get } from './get.js'
import type { WriteOptions } from './options.js'
import { readObject } from './read.js'
import type { Resource } from './resource.js'
import { applyScale, getScale, scaleOf } from './scale.js'
import { update } from './update.js'
import type { UpdateTarget } from './update-target.js'

/** Everything of a Scale may be owned; it has no schema of its own to merge by. */
const scaleKind = { kind: 'Scale', apiVersion: 'autoscaling/v1', schemaOf: () => scaleSchema } as const
const scaleSchema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } as const

/** GET of `/scale` (API-SEMANTICS U03). */
export async function readScale(
  backend: Backend,
  { resource, namespace, name }: UpdateTarget,
  scale: ScaleSubresource,
): Promise<KubeObject> {
  return getScale(await readObject(resource, await get(backend, resource, namespace, name)), scale)
}

/**
 * PUT or PATCH of `/scale`: `change` makes the new Scale of the current one. Only replicas are written; who wrote them
 * owns them by the subresource (S09).
 */
export async function updateScale(
  backend: Backend,
  caller: Caller,
  target: UpdateTarget,
  scale: ScaleSubresource,
  options: WriteOptions,
  change: (current: JsonObject) => JsonObject,
): Promise<KubeObject> {
  const { resource } = target
  const paths = replicasPaths(resource)
  const write = { kind: scaleKind, manager: options.fieldManager, subresource: 'scale', now: timestamp(backend.now()) }
  const final = { ...options, managedFieldsFinal: true }
  const stored = await update(backend, caller, target, final, async (current) => {
    const before = withParentOwners(scaleOf(current, scale), current, paths)
    const next = change(cloneJson(before))
    checkName(next, target.name)
    applyScale(resource, current, scale, next)
    const after = withParentOwners(scaleOf(current, scale), current, paths)
    const owned = await updateManagedFields(before, after, write)
    return withScaleOwners(current, owned, paths)
  })
  return getScale(await readObject(resource, stored), scale)
}

function checkName({ metadata }: JsonObject, name: string): void {
  const inBody = isJsonObject(metadata) ? metadata.name : undefined
  if (inBody && inBody !== name) {
    throw errors.badRequest(`the name of the object (${inBody}) does not match the name on the URL (${name})`)
  }
}

function replicasPaths({ definition }: Resource): ReplicasPaths {
  return new Map(
    definition.versions.map(({ name, subresources }) => [
      formatApiVersion({ group: definition.group, version: name }),
      subresources?.scale ? fieldPath(subresources.scale.specReplicasPath) : null,
    ]),
  )
}

function fieldPath(path: string) {
  return path
    .split('.')
    .filter((segment) => segment !== '')
    .map((segment) => `f:${segment}` as const)
}
