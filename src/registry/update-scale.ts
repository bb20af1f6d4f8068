import { type ReplicasPaths, withParentOwners, withScaleOwners } from '../apply/scale-fields.js'
import { applyPatch } from '../apply/server-side-apply.js'
import { type FieldWrite, updateManagedFields } from '../apply/update-managed-fields.js'
import { formatApiVersion } from '../meta/gvk.js'
import { cloneJson } from '../meta/json-clone.js'
import { isJsonObject, type JsonObject, type KubeObject } from '../meta/object.js'
import { errors } from '../meta/status.js'
import { appliedObject, duplicatesTeller, json } from './apply.js'
import { type Backend, type Caller, timestamp } from './backend.js'
import type { RequestBody } from './decode-object.js'
import type { ScaleSubresource } from './definition.js'
import { get } from './get.js'
import type { WriteOptions } from './options.js'
import { readObject } from './read.js'
import type { Resource } from './resource.js'
import { applyScale, getScale, scaleOf, scaleSchema } from './scale.js'
import type { UpdateTarget } from './target.js'
import { update } from './update.js'

const scaleKind = { kind: 'Scale', apiVersion: 'autoscaling/v1', schemaOf: () => scaleSchema } as const

/** The object that is scaled, and where in it the replicas are. */
export interface ScaleTarget extends UpdateTarget {
  readonly scale: ScaleSubresource
}

/** GET of `/scale` (API-SEMANTICS U03). */
export async function readScale(backend: Backend, target: ScaleTarget): Promise<KubeObject> {
  return getScale(await readObject(target.resource, await get(backend, target)), target.scale)
}

/** PUT, or PATCH other than apply, of `/scale`: `change` makes the new Scale of the current one. */
export function updateScale(
  backend: Backend,
  caller: Caller,
  target: ScaleTarget,
  options: WriteOptions,
  change: (current: JsonObject) => JsonObject,
): Promise<KubeObject> {
  const { resource, scale } = target
  const paths = replicasPaths(resource)
  return writeScale(backend, caller, target, options, (before, parent) => {
    const next = change(cloneJson(before))
    checkName(next, target.name)
    applyScale(resource, parent, scale, next)
    const after = withParentOwners(scaleOf(parent, scale), parent, paths)
    return updateManagedFields(before, after, scaleWrite(backend, options))
  })
}

/**
 * Server-side apply to `/scale` (S09). Who owns the replicas through the object itself is in the way of others here too.
 * @throws StatusError Conflict when others own the replicas and the request has no force
 */
export function applyToScale(
  backend: Backend,
  caller: Caller,
  target: ScaleTarget,
  body: RequestBody,
  options: WriteOptions,
): Promise<KubeObject> {
  const applied = appliedObject(target.name, body)
  const tell = duplicatesTeller(caller, body, options)
  const request = { ...scaleWrite(backend, options), applied, force: options.force === true, json }
  return writeScale(backend, caller, target, options, async (current, parent) => {
    const next = await applyPatch({ ...request, current })
    tell()
    applyScale(target.resource, parent, target.scale, next)
    return next
  })
}

/**
 * Only replicas are written; who wrote them owns them by the subresource (S09). `write` puts what it makes of the current
 * Scale into the parent, and answers with the Scale and its new managedFields.
 */
async function writeScale(
  backend: Backend,
  caller: Caller,
  target: ScaleTarget,
  options: WriteOptions,
  write: (current: KubeObject, parent: KubeObject) => Promise<KubeObject>,
): Promise<KubeObject> {
  const { resource, scale } = target
  const paths = replicasPaths(resource)
  const final = { ...options, managedFieldsFinal: true }
  const stored = await update(backend, caller, target, final, async (parent) => {
    const owned = await write(withParentOwners(scaleOf(parent, scale), parent, paths), parent)
    return withScaleOwners(parent, owned, paths)
  })
  return getScale(await readObject(resource, stored), scale)
}

function scaleWrite(backend: Backend, options: WriteOptions): FieldWrite {
  return { kind: scaleKind, manager: options.fieldManager, subresource: 'scale', now: timestamp(backend.now()) }
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
