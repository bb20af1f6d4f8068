import { atomicFields } from '../../apply/atomic-fields.js'
import { formatTypeErrors, typeErrors } from '../../apply/check-type.js'
import { objectType } from '../../apply/field-type.js'
import { PatchTestFailed, patchJson } from '../../apply/json-patch.js'
import { mergeFields } from '../../apply/merge-fields.js'
import { cloneJson } from '../../meta/json-clone.js'
import { isJsonObject, type KubeObject } from '../../meta/object.js'
import { errors } from '../../meta/status.js'
import type { Resource } from '../../registry/resource.js'
import { misnamedTypes, patchOperations, toJson } from '../../schema/cel/patch-types.js'
import { Failure, type Value } from '../../schema/cel/value.js'
import { readAgain } from '../read-again.js'

/** The object with what a mutation's expression gave. @throws Error with upstream's text, StatusError */
export function mutated(object: KubeObject, seen: Resource, patchType: string, value: Value): KubeObject {
  const change = patchType === 'JSONPatch' ? patched : applied
  const result = cloneJson(withFailures(() => change(object, seen, value)))
  if (!isJsonObject(result) || !isJsonObject(result.metadata)) throw errors.internal("Object 'Kind' is missing")
  const next = result as KubeObject
  readAgain(seen, next, patchType === 'JSONPatch' && seen.builtin)
  return next
}

function withFailures<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw error instanceof Failure ? new Error(error.message) : error
  }
}

function patched(object: KubeObject, _: Resource, value: Value): unknown {
  const operations = patchOperations(value)
  try {
    return patchJson(object, operations)
  } catch (error) {
    if (error instanceof PatchTestFailed) return object
    throw new Error(`JSON Patch: ${(error as Error).message}`)
  }
}

function applied(object: KubeObject, { version, apiVersion, kind }: Resource, value: Value): unknown {
  const misnamed = misnamedTypes(value)
  if (misnamed !== undefined) throw new Error(`type mismatch: ${misnamed}`)
  const patch = { ...(toJson(value) as object), apiVersion, kind }
  const type = objectType(version.schema)
  const mistakes = typeErrors(patch, type)
  const failed = (why: string) => new Error(`error applying patch: ${why}`)
  if (mistakes.length > 0) {
    throw failed(`failed to convert patch object to typed object: ${formatTypeErrors(mistakes)}`)
  }
  const atomic = atomicFields(patch, type)
  if (atomic.length > 0) {
    const what = 'may not mutate atomic arrays, maps or structs'
    throw failed(`invalid ApplyConfiguration: ${what}: ${atomic.join(', ')}`)
  }
  try {
    return mergeFields(object, patch, type)
  } catch (error) {
    throw failed(`failed to merge patch: ${(error as Error).message}`)
  }
}
