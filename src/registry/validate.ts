import type { FieldError } from '../meta/field-error.js'
import type { KubeObject } from '../meta/object.js'
import { errors } from '../meta/status.js'
import { finalizerWarnings, validateObjectMeta, validateObjectMetaUpdate } from '../meta/validate-object-meta.js'
import { rulesLoading } from '../schema/rules.js'
import { validateSchema } from '../schema/validate.js'
import type { Resource } from './resource.js'
import type { ObjectUpdate } from './strategy.js'
import { validateCustom } from './validate-custom.js'

/**
 * To be waited for before an object of the resource is validated; undefined: there is nothing to wait for. Much that few
 * objects need is loaded when one first does.
 */
export function validationReady(resource: Resource, object: KubeObject): Promise<void> | undefined {
  const { decode, schema } = resource.version
  return decode ? strategy(resource)?.ready?.(object) : rulesLoading(schema)
}

/** @throws StatusError Invalid with everything that is wrong with a new object */
export function validateNew(resource: Resource, object: KubeObject): void {
  refuse(resource, object, [
    ...validateObject(resource, object, undefined, () => {}),
    ...(strategy(resource)?.validate?.(object) ?? []),
  ])
}

/**
 * What is created and not stored needs no name, and upstream looks at nothing of its metadata.
 * @throws StatusError Invalid
 */
export function validateComputed(resource: Resource, object: KubeObject): void {
  const { decode, schema } = resource.version
  refuse(resource, object, [
    ...(decode ? [] : validateSchema(object, schema)),
    ...(strategy(resource)?.validate?.(object) ?? []),
  ])
}

/**
 * What is allowed but deserves a word, in an accepted object; `update` is undefined for a new one. Upstream says nothing
 * of its own kinds where their status is written.
 */
export function warningsOf(resource: Resource, object: KubeObject, update: ObjectUpdate | undefined): string[] {
  if (resource.builtin && update?.subresource === 'status') return []
  const doubts = resource.builtin ? [] : finalizerWarnings(object.metadata, update?.old.metadata)
  return [...doubts, ...(strategy(resource)?.warnings?.(object, update?.old) ?? [])]
}

/**
 * `warn` takes what rules say of what was wrong before.
 * @throws StatusError Invalid with everything that is wrong with an update
 */
export function validateUpdate(
  resource: Resource,
  object: KubeObject,
  update: ObjectUpdate,
  warn: (text: string) => void,
): void {
  const { old, subresource } = update
  const metaErrors = validateObjectMetaUpdate(object.metadata, old.metadata)
  refuse(resource, object, [
    ...metaErrors,
    // Upstream looks at the metadata of most of its own kinds twice, and names each cause as often.
    ...(resource.builtin && !resource.definition.rules?.metadataCheckedOnce ? metaErrors : []),
    ...validateObject(resource, object, update, warn),
    ...(strategy(resource)?.validate?.(object, update) ?? []),
    ...(strategy(resource)?.validateUpdate?.(object, old, subresource) ?? []),
  ])
}

/** What came out of a conversion must be right in the storage version too; nothing else ever looks at it again. */
export function validateStorage(resource: Resource, object: KubeObject): void {
  if (!resource.isStorage && !resource.storage.decode && !resource.definition.rules?.customResource)
    refuse(resource, object, validateSchema(object, resource.storage.schema))
}

function validateObject(
  resource: Resource,
  object: KubeObject,
  update: ObjectUpdate | undefined,
  warn: (text: string) => void,
): FieldError[] {
  return [
    ...validateObjectMeta(object.metadata, {
      namespaced: resource.namespaced,
      nameRule: resource.definition.rules?.nameRule ?? 'subdomain',
      qualifiedFinalizers: resource.builtin && !resource.definition.rules?.anyFinalizers,
    }),
    // Kubernetes' own kinds have been read as their types, and upstream holds them to no schema beyond that.
    ...(resource.version.decode ? [] : validateCustom(resource, object, update, warn)),
  ]
}

function strategy(resource: Resource) {
  return resource.definition.strategy
}

function refuse(resource: Resource, object: KubeObject, found: readonly FieldError[]): void {
  if (found.length > 0) {
    // Of a kind that two groups serve it is the one that stores it.
    throw errors.invalid({ group: resource.definition.group, kind: resource.kind }, object.metadata.name ?? '', found)
  }
}
