import type { JsonObject } from '../../meta/object.js'
import { goKind, mismatch } from './decode-error.js'

/** By the name of a member: the JSON it is read from (as `goKind` names it) and its Go type. */
export type MemberTypes = Readonly<Record<string, readonly [kind: string, go: string]>>

/**
 * Checks single members of an object as Go's decoder does while it reads the object into a struct; `path` leads there.
 * What is null or absent is left alone. @throws TypedDecodeError for the first of another kind
 */
export function checkMembers(object: JsonObject, struct: string, path: readonly string[], types: MemberTypes): void {
  for (const [name, [kind, go]] of Object.entries(types)) {
    const value = object[name] ?? null
    if (value !== null && goKind(value) !== kind) throw mismatch(goKind(value), go, { struct, path: [...path, name] })
  }
}
