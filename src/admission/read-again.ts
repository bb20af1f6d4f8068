import type { KubeObject } from '../meta/object.js'
import { errors } from '../meta/status.js'
import { dropUnknown, notRegistered } from '../registry/decode-object.js'
import { setDefaults } from '../registry/read.js'
import type { Resource } from '../registry/resource.js'

/**
 * Reads an object that admission has changed as its kind has it, in place: unknown fields go, or are refused where the
 * reader is strict, and defaults come. @throws StatusError InternalError
 */
export function readAgain(seen: Resource, changed: KubeObject, strict = false): void {
  if (seen.builtin) {
    changed.kind ??= seen.kind
    changed.apiVersion ??= seen.apiVersion
  }
  const { apiVersion, kind } = changed
  if (apiVersion !== seen.apiVersion || kind !== seen.kind) {
    throw errors.internal(notRegistered(String(apiVersion), String(kind)))
  }
  const unknown = drop(seen, changed)
  if (strict && unknown.length > 0) throw errors.internal(`strict decoding error: ${unknown.join(', ')}`)
  setDefaults(seen.version, changed)
}

function drop(seen: Resource, changed: KubeObject): readonly string[] {
  try {
    return dropUnknown(seen, changed).problems
  } catch (error) {
    const [, why] = /cannot be handled as an? \S+: (.*)$/s.exec((error as Error).message) ?? []
    throw errors.internal(why ?? (error as Error).message)
  }
}
