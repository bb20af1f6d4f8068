import { applyPatch } from '../apply/server-side-apply.js'
import { parseJson, stringifyJson } from '../codec/json.js'
import { goKind } from '../codec/typed/decode-error.js'
import { decodeMetadata } from '../meta/decode-object-meta.js'
import { cloneJson } from '../meta/json-clone.js'
import { isJsonObject, type JsonObject, type KubeObject } from '../meta/object.js'
import { errors, StatusError } from '../meta/status.js'
import type { Backend, Caller } from './backend.js'
import { create } from './create.js'
import { decodeBuiltin } from './decode-builtin.js'
import type { RequestBody } from './decode-object.js'
import { fieldWrite } from './managed-fields.js'
import type { WriteOptions } from './options.js'
import { setDefaults } from './read.js'
import type { Resource } from './resource.js'
import type { UpdateTarget } from './target.js'
import { type UpdateResult, update } from './update.js'

/** How the last-applied annotation is read and written. */
export const json = { parse: parseJson, stringify: stringifyJson }

/**
 * PATCH with `application/apply-patch+yaml`: server-side apply. Creates the object where it is missing (API-SEMANTICS
 * S01 to S14).
 * @throws StatusError Conflict when others own a field with another value and the request has no force
 */
export async function apply(
  backend: Backend,
  caller: Caller,
  target: UpdateTarget,
  body: RequestBody,
  options: WriteOptions,
): Promise<UpdateResult> {
  const { resource, name } = target
  const applied = appliedObject(name, body)
  const tell = duplicatesTeller(caller, body, options)
  const request = {
    ...fieldWrite(backend, resource, target.subresource, options),
    applied,
    force: options.force === true,
    json,
  }
  const final = { ...options, isPatch: true, managedFieldsFinal: true }
  for (;;) {
    try {
      const change = async (current: KubeObject) => {
        const object = typed(resource, await applyPatch({ ...request, current }))
        tell()
        return object
      }
      return { stored: await update(backend, caller, target, final, change), created: false }
    } catch (error) {
      if (!isMissing(error, target) || target.subresource !== '') throw error
    }
    checkNothingExpected(target, applied)
    const object = typed(resource, await applyPatch({ ...request, current: undefined }))
    tell()
    setDefaults(resource.version, object)
    try {
      return { stored: await create(backend, caller, target, object, final), created: true }
    } catch (error) {
      // Somebody else was faster: now there is an object to apply to.
      if (!(error instanceof StatusError) || error.status.reason !== 'AlreadyExists' || name === '') throw error
    }
  }
}

/** The result as its kind's own types have it: what is always there is there again. */
function typed(resource: Resource, object: KubeObject): KubeObject {
  const whole = cloneJson(object)
  const { kind, version, builtin } = resource
  whole.metadata = decodeMetadata(whole.metadata, { kind, version: version.name, builtin }).metadata
  decodeBuiltin(resource, whole)
  return whole
}

/**
 * The body of an apply to the object of that name: a copy that may be changed. What the kind does not have the apply itself
 * refuses (S10). @throws StatusError BadRequest
 */
export function appliedObject(name: string, { value }: RequestBody): JsonObject {
  if (value !== null && !isJsonObject(value)) {
    const why = `json: cannot unmarshal ${goKind(value)} into Go value of type map[string]interface {}`
    throw errors.badRequest(`error decoding YAML: error unmarshaling JSON: while decoding JSON: ${why}`)
  }
  const applied: JsonObject = { ...value }
  const metadata = applied.metadata ?? {}
  if (!isJsonObject(metadata)) return applied
  if (metadata.name !== undefined && metadata.name !== name) {
    throw errors.badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`)
  }
  return { ...applied, metadata: { ...metadata, name } }
}

/**
 * Refuses or warns of duplicate keys (S01), the first time it is called: once the apply itself has nothing against the
 * body, as upstream.
 */
export function duplicatesTeller(caller: Caller, body: RequestBody, { fieldValidation }: WriteOptions): () => void {
  let told = false
  return () => {
    if (fieldValidation === 'Strict' && body.strictDuplicates.length > 0) {
      const found = body.strictDuplicates.join(', ')
      throw errors.badRequest(`error strict decoding YAML: error converting YAML to JSON: ${found}`)
    }
    if (fieldValidation === 'Warn' && !told) for (const text of body.duplicates) caller.warn(text)
    told = true
  }
}

function isMissing(error: unknown, { resource, name }: UpdateTarget): boolean {
  if (!(error instanceof StatusError) || error.status.reason !== 'NotFound') return false
  const { details } = error.status
  return details?.kind === resource.plural && details.name === name
}

/** A uid or resourceVersion in the body is of an object that has to be there (V32). */
function checkNothingExpected({ resource, name }: UpdateTarget, { metadata }: JsonObject): void {
  const { uid, resourceVersion } = isJsonObject(metadata) ? metadata : {}
  if (uid) {
    const why = `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`
    throw errors.conflict(resource.groupResource, name, why)
  }
  if (resourceVersion) throw errors.conflict(resource.groupResource, name)
}
