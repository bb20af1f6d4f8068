import { applyJsonPatch, unknownJsonPatchMembers } from '../apply/json-patch.js'
import { applyMergePatch } from '../apply/merge-patch.js'
import { applyStrategicMergePatch } from '../apply/strategic-merge.js'
import { stringifyJson } from '../codec/json.js'
import { fieldError } from '../meta/field-error.js'
import { isJsonObject, type KubeObject } from '../meta/object.js'
import { errors, StatusError } from '../meta/status.js'
import type { Schema } from '../schema/schema.js'
import type { Stored } from '../store/store.js'
import type { Backend, Caller } from './backend.js'
import { type Dropped, dropUnknown, type RequestBody } from './decode-object.js'
import type { WriteOptions } from './options.js'
import { update } from './update.js'
import type { UpdateTarget } from './update-target.js'

const jsonPatch = 'application/json-patch+json'
const mergePatch = 'application/merge-patch+json'
const strategicMergePatch = 'application/strategic-merge-patch+json'

export type PatchType = typeof jsonPatch | typeof mergePatch | typeof strategicMergePatch

/** The kind of patch a media type stands for; strategic merge is for built-in kinds only (API-SEMANTICS P01). */
export function patchType(mediaType: string, builtin: boolean): PatchType | undefined {
  if (mediaType === jsonPatch || mediaType === mergePatch) return mediaType
  return mediaType === strategicMergePatch && builtin ? mediaType : undefined
}

/** PATCH. Tried again on a newer object when another writer was faster, so that disjoint patches all succeed (P06). */
export function patch(
  backend: Backend,
  caller: Caller,
  target: UpdateTarget,
  type: PatchType,
  body: RequestBody,
  options: WriteOptions,
): Promise<Stored> {
  return update(backend, caller, target, { ...options, isPatch: true }, (current) => {
    const patched = patchedBy(type, current, body.value, target.resource.version.schema)
    const { object, problems, warnings } = decodePatched(target, patched)
    const members = type === jsonPatch ? unknownJsonPatchMembers(body.value) : []
    const unknown = members.map((path) => `json patch unknown field "${path}"`)
    const found = [...body.duplicates, ...unknown, ...problems]
    if (found.length > 0 && options.fieldValidation === 'Strict') {
      throw invalidPatch(patched, `strict decoding error: ${found.join(', ')}`)
    }
    const shown = options.fieldValidation === 'Warn' ? [...warnings, ...found] : warnings
    for (const text of shown) caller.warn(text)
    return object
  })
}

/** `current` with the patch applied; `schema` says how a strategic merge merges lists. @throws StatusError */
export function patchedBy(type: PatchType, current: KubeObject, patch: unknown, schema: Schema): unknown {
  if (type === jsonPatch) return applyJsonPatch(current, patch)
  if (type === mergePatch) return mergePatched(current, patch)
  return applyStrategicMergePatch(current, patch, schema)
}

function mergePatched(current: KubeObject, value: unknown): unknown {
  if (!isJsonObject(value)) {
    const what = Array.isArray(value) ? 'array' : typeof value
    throw errors.badRequest(
      `error decoding patch: json: cannot unmarshal ${what} into Go value of type map[string]interface {}`,
    )
  }
  return applyMergePatch(current, value)
}

/** What came out of the patch, read as the kind it must be. Errors are of the patch, not of a body (P03). */
function decodePatched({ resource }: UpdateTarget, patched: unknown): Dropped & { object: KubeObject } {
  if (!isJsonObject(patched)) throw invalidPatch(patched, 'the patched object is not a JSON object')
  const object = { ...patched }
  for (const [field, expected] of Object.entries({ apiVersion: resource.apiVersion, kind: resource.kind })) {
    if (object[field] !== expected) {
      throw invalidPatch(patched, `${field} may not be changed from ${JSON.stringify(expected)}`)
    }
  }
  try {
    return { ...dropUnknown(resource, object), object: object as KubeObject }
  } catch (error) {
    if (!(error instanceof StatusError) || error.code !== 400) throw error
    throw invalidPatch(patched, error.message.replace(/^.* cannot be handled as a [^:]*: /, ''))
  }
}

function invalidPatch(patched: unknown, why: string) {
  return errors.invalid({ group: '', kind: '' }, '', [fieldError.invalid('patch', stringifyJson(patched), why)])
}
