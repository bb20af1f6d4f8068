import { fieldError } from '../meta/field-error.js'
import { isJsonObject, type JsonObject, type KubeObject, type ObjectMeta, setOwn } from '../meta/object.js'
import { formatLabels, formatSelector, type SelectorObject } from '../meta/selector-object.js'
import { errors } from '../meta/status.js'
import type { Schema } from '../schema/schema.js'
import type { ScaleSubresource } from './definition.js'
import type { Resource } from './resource.js'

/** autoscaling/v1 Scale, the form of every `/scale` (API-SEMANTICS U03). */
export interface Scale extends KubeObject {
  readonly apiVersion: 'autoscaling/v1'
  readonly kind: 'Scale'
  /** No replicas: the object has none. */
  readonly spec: { readonly replicas?: number }
  readonly status: { readonly replicas: number; readonly selector?: string }
}

/** The fields that may be written, and owned, through `/scale`. */
export const scaleSchema: Schema = {
  type: 'object',
  properties: {
    spec: { type: 'object', properties: { replicas: { type: 'integer', format: 'int32' } } },
    status: {
      type: 'object',
      properties: { replicas: { type: 'integer', format: 'int32' }, selector: { type: 'string' } },
    },
  },
}

/** The scale of an object, as far as it has one: what a patch of `/scale` is applied to. */
export function scaleOf(object: KubeObject, paths: ScaleSubresource): Scale {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata
  const replicas = valueAt(object, paths.specReplicasPath)
  const metadata: ObjectMeta = {}
  for (const [key, value] of Object.entries({ name, namespace, uid, resourceVersion, creationTimestamp })) {
    if (value !== undefined) setOwn(metadata as JsonObject, key, value)
  }
  const selector = selectorText(paths.labelSelectorPath ? valueAt(object, paths.labelSelectorPath) : undefined)
  return {
    apiVersion: 'autoscaling/v1',
    kind: 'Scale',
    metadata,
    spec: typeof replicas === 'number' ? { replicas } : {},
    status: { replicas: Number(valueAt(object, paths.statusReplicasPath) ?? 0), ...(selector ? { selector } : {}) },
  }
}

/** GET of `/scale`; 0 is not said, as Go leaves it out. @throws StatusError InternalError for an object without replicas */
export function getScale(object: KubeObject, paths: ScaleSubresource): Scale {
  const scale = scaleOf(object, paths)
  if (scale.spec.replicas === 0) return { ...scale, spec: {} }
  if (scale.spec.replicas !== undefined) return scale
  throw errors.internal(`the spec replicas field ${JSON.stringify(paths.specReplicasPath)} does not exist`)
}

/**
 * PUT or PATCH of `/scale`: `object` with what the scale says, in place. A resourceVersion that the scale names is the
 * one the object must have; without one the update is unconditional.
 * @throws StatusError BadRequest, Invalid, Conflict for another uid
 */
export function applyScale(resource: Resource, object: KubeObject, paths: ScaleSubresource, scale: JsonObject): void {
  const replicas = readReplicas(scale, paths, resource.builtin)
  if (replicas < 0 && resource.builtin) throw negative(object, replicas)
  const metadata = isJsonObject(scale.metadata) ? scale.metadata : {}
  const { name = '', uid } = object.metadata
  if (metadata.uid && metadata.uid !== uid) {
    const groupResource = { group: resource.group, resource: `${resource.plural}/scale` }
    const why = `Precondition failed: UID in precondition: ${metadata.uid}, UID in object meta: ${uid}`
    throw errors.conflict(groupResource, name, why)
  }
  setAt(object, paths.specReplicasPath, replicas)
  if (metadata.resourceVersion) object.metadata.resourceVersion = String(metadata.resourceVersion)
  else delete object.metadata.resourceVersion
}

/** Nothing said is 0 where Go's zero value says so, and refused for a custom resource. */
function readReplicas(scale: JsonObject, paths: ScaleSubresource, builtin: boolean): number {
  const spec = scale.spec ?? {}
  const refuse = (shown: string, target: string) =>
    errors.badRequest(
      `Scale in version "v1" cannot be handled as a Scale: json: cannot unmarshal ${shown} into Go struct field ${target}`,
    )
  if (!isJsonObject(spec)) {
    throw refuse(Array.isArray(spec) ? 'array' : typeof spec, 'Scale.spec of type v1.ScaleSpec')
  }
  const { replicas } = spec
  if (replicas === undefined || replicas === null) {
    if (builtin) return 0
    throw errors.badRequest(`the spec replicas field ${JSON.stringify(paths.specReplicasPath)} cannot be empty`)
  }
  if (typeof replicas === 'number' && Number.isInteger(replicas) && Math.abs(replicas + 0.5) < 2 ** 31) return replicas
  const isNumber = typeof replicas === 'number' || typeof replicas === 'bigint'
  const kind = Array.isArray(replicas) ? 'array' : typeof replicas === 'boolean' ? 'bool' : typeof replicas
  throw refuse(isNumber ? `number ${replicas}` : kind, 'ScaleSpec.spec.replicas of type int32')
}

/** Of a custom resource the object itself is refused then, with all that is wrong with it (`validate-scale.ts`). */
function negative({ metadata: { name = '' } }: KubeObject, replicas: number) {
  return errors.invalid({ group: 'autoscaling', kind: 'Scale' }, name, [
    fieldError.invalid('spec.replicas', replicas, 'must be greater than or equal to 0'),
  ])
}

/** Custom resources keep the selector's text, Kubernetes' own kinds the selector, the oldest of them the labels. */
function selectorText(value: unknown): string {
  if (typeof value === 'string') return value
  if (!isJsonObject(value)) return ''
  const parts = Object.values(value)
  const isLabels = parts.length > 0 && parts.every((part) => typeof part === 'string')
  return isLabels ? formatLabels(value as Record<string, string>) : formatSelector(value as SelectorObject)
}

function segments(path: string): string[] {
  return path.split('.').filter((segment) => segment !== '')
}

function valueAt(object: JsonObject, path: string): unknown {
  let value: unknown = object
  for (const segment of segments(path)) {
    value = isJsonObject(value) && Object.hasOwn(value, segment) ? value[segment] : undefined
  }
  return value ?? undefined
}

function setAt(object: JsonObject, path: string, value: unknown): void {
  const names = segments(path)
  const last = names.pop() ?? ''
  let parent = object
  for (const name of names) {
    const child = Object.hasOwn(parent, name) ? parent[name] : undefined
    const next = isJsonObject(child) ? child : {}
    if (next !== child) setOwn(parent, name, next)
    parent = next
  }
  setOwn(parent, last, value)
}
