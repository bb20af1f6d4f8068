import { goValue } from '../apply/go-format.js'
import { applyJsonPatch, unknownJsonPatchMembers } from '../apply/json-patch.js'
import { applyMergePatch } from '../apply/merge-patch.js'
import { patchedInOrder } from '../apply/patched-order.js'
import { applyStrategicMergePatch } from '../apply/strategic-merge.js'
import { stringifyJson } from '../codec/json.js'
import { goKind } from '../codec/typed/decode-error.js'
import { typeMetaProblem } from '../codec/typed/type-meta.js'
import { fieldError } from '../meta/field-error.js'
import { cloneJson } from '../meta/json-clone.js'
import { isJsonObject, type KubeObject } from '../meta/object.js'
import { errors, StatusError } from '../meta/status.js'
import type { Schema } from '../schema/schema.js'
import type { Stored } from '../store/store.js'
import type { Backend, Caller } from './backend.js'
import { type Dropped, dropUnknown, otherKindProblem, type RequestBody } from './decode-object.js'
import type { WriteOptions } from './options.js'
import { restoreProblem } from './restore-problem.js'
import type { UpdateTarget } from './target.js'
import { checkNamed, update } from './update.js'

const jsonPatch = 'application/json-patch+json'
const mergePatch = 'application/merge-patch+json'
const strategicMergePatch = 'application/strategic-merge-patch+json'

export type PatchType = typeof jsonPatch | typeof mergePatch | typeof strategicMergePatch

/** A patch as it was sent, and how it is to be applied. */
export interface PatchBody extends RequestBody {
  readonly type: PatchType
}

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
  body: PatchBody,
  options: WriteOptions,
): Promise<Stored> {
  const { type } = body
  return update(backend, caller, target, { ...options, isPatch: true }, (current) => {
    const patched = patchedBy(type, current, body.value, target.resource.version.schema)
    const refuse = (why: string) => invalidPatch(shownPatch(type, current, patched, body.value), why)
    // A strategic merge leaves these as they are, whatever the patch says.
    const { apiVersion, kind } = current
    const whole = type === strategicMergePatch ? { ...(patched as KubeObject), apiVersion, kind } : patched
    // What is unknown is dropped there, and shown by those who refuse it.
    const read = options.fieldValidation === 'Strict' ? cloneJson(whole) : whole
    const restored = (why: string) => refuse(type === strategicMergePatch ? restoreProblem(why) : why)
    const { object, problems, warnings } = decodePatched(target, read, restored)
    checkNamed(object, target.name)
    const members = type === jsonPatch ? unknownJsonPatchMembers(body.value) : []
    const unknown = members.map((path) => `json patch unknown field "${path}"`)
    const found = [...body.duplicates, ...unknown, ...problems]
    if (found.length > 0 && options.fieldValidation === 'Strict') {
      throw refuse(`strict decoding error: ${found.join(', ')}`)
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
  if (value === null) throw errors.badRequest('Invalid JSON Patch')
  if (!isJsonObject(value)) {
    throw errors.badRequest(
      `error decoding patch: json: cannot unmarshal ${goKind(value)} into Go value of type map[string]interface {}`,
    )
  }
  return applyMergePatch(current, value)
}

/** What came out of the patch, read as the kind it must be. Errors are of the patch, not of a body (P03). */
function decodePatched(
  { resource }: UpdateTarget,
  patched: unknown,
  refuse: (why: string) => StatusError,
): Dropped & { object: KubeObject } {
  if (!isJsonObject(patched)) throw refuse('the patched object is not a JSON object')
  const object = { ...patched }
  const wrong = resource.builtin ? typeMetaProblem(object) : undefined
  if (wrong !== undefined) throw refuse(`couldn't get version/kind; json parse error: ${wrong}`)
  for (const [field, expected] of Object.entries({ apiVersion: resource.apiVersion, kind: resource.kind })) {
    if (object[field] === expected) continue
    throw refuse(
      resource.builtin
        ? otherKindProblem(resource, object)
        : `${field} may not be changed from ${JSON.stringify(expected)}`,
    )
  }
  try {
    return { ...dropUnknown(resource, object), object: object as KubeObject }
  } catch (error) {
    if (!(error instanceof StatusError) || error.code !== 400) throw error
    throw refuse(error.message.replace(/^.* cannot be handled as a [^:]*: /, ''))
  }
}

/** Upstream shows what the patch has made, but of a strategic merge the patch itself. */
export function shownPatch(type: PatchType, current: KubeObject, patched: unknown, patch: unknown): string {
  return type === strategicMergePatch ? goValue(patch) : stringifyJson(patchedInOrder(current, patched))
}

/** Of a patch, not of a body (P03). */
export function invalidPatch(shown: string, why: string): StatusError {
  return errors.invalid({ group: '', kind: '' }, '', [fieldError.invalid('patch', shown, why)])
}
