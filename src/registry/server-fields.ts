import { jsonEquals } from '../meta/json-equal.js'
import type { KubeObject, ObjectMeta } from '../meta/object.js'

/** What only the server decides of an object that exists (STORE 25). */
const serverFields = [
  'uid',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'generation',
  'resourceVersion',
  'managedFields',
] as const satisfies (keyof ObjectMeta)[]

/** Those a person may have meant to change. The other two are in no file the server writes. */
const reported = serverFields.slice(0, 5)

/** `object` with the server's fields as they are in `own`, whatever it says of them. */
export function withServerFields(object: KubeObject, own: KubeObject): KubeObject {
  const metadata: Record<string, unknown> = { ...object.metadata }
  for (const field of serverFields) {
    const value = own.metadata[field]
    if (value === undefined) delete metadata[field]
    else metadata[field] = value
  }
  return { ...object, metadata }
}

/**
 * The server's fields that a file gives another value than they had when it was last written. Leaving them out is no
 * edit: a bare manifest does. An older generation comes of a text that was open while the server wrote a newer one.
 */
export function changedServerFields(file: ObjectMeta, base: ObjectMeta): string[] {
  return reported
    .filter((field) => (file[field] ?? undefined) !== undefined && !jsonEquals(file[field], base[field]))
    .filter((field) => field !== 'generation' || (file.generation ?? 0) > (base.generation ?? 0))
    .map((field) => `metadata.${field}`)
}
