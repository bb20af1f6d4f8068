import { isJsonObject, type JsonObject, type KubeObject } from '../meta/object.js'
import type { FieldConflict } from './changes.js'
import { typeErrors } from './check-type.js'
import { compareFields } from './compare-fields.js'
import { difference, type FieldSet, isEmptySet, union } from './field-set.js'
import { fieldsOf } from './fields-of.js'
import { type ManagedKind, requestType } from './managed-kind.js'

const annotation = 'kubectl.kubernetes.io/last-applied-configuration'

/** All annotations of an object together may be so long. */
const maxAnnotationBytes = 256 * 1024

/** The manager that `kubectl apply --server-side` names; only for it the annotation counts. */
export const kubectl = 'kubectl'

/** JSON in and out, without loss of long integers. */
export interface JsonText {
  parse(text: string): unknown
  stringify(value: unknown): string
}

/**
 * The upgrade from client-side to server-side apply (API-SEMANTICS S13): kubectl may take what it applied itself
 * before, whoever is said to own it, as long as the object still has it as the annotation says. Answers with the
 * conflicts that are left.
 */
export function withoutOwnLastApplied(
  conflicts: readonly FieldConflict[],
  live: KubeObject,
  kind: ManagedKind,
  json: JsonText,
): FieldConflict[] {
  const allowed = unchangedSinceLastApplied(live, kind, json)
  return conflicts
    .map((conflict) => ({ ...conflict, fields: difference(conflict.fields, allowed) }))
    .filter(({ fields }) => !isEmptySet(fields))
}

function unchangedSinceLastApplied(live: KubeObject, kind: ManagedKind, json: JsonText): FieldSet {
  const text = live.metadata.annotations?.[annotation]
  const lastApplied = text ? parseObject(text, json) : undefined
  const type = requestType(kind)
  if (!lastApplied || lastApplied.apiVersion !== kind.apiVersion || typeErrors(lastApplied, type).length > 0) return {}
  const { added, modified, removed } = compareFields(lastApplied, live, type)
  return difference(fieldsOf(lastApplied, type), union(union(added, modified), removed))
}

function parseObject(text: string, json: JsonText): JsonObject | undefined {
  try {
    const value = json.parse(text)
    return isJsonObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

/**
 * `object`, the result of kubectl's apply of `applied`, with the annotation brought up to date if it has one: client-side
 * apply goes on to work. One that would make the annotations too long is dropped.
 */
export function withLastApplied(object: KubeObject, applied: JsonObject, json: JsonText): KubeObject {
  const { annotations } = object.metadata
  if (!annotations?.[annotation]) return object
  const text = `${escapeLikeGo(json.stringify(sortedKeys(withoutAnnotation(applied))))}\n`
  const { [annotation]: _, ...others } = annotations
  const updated = { ...others, [annotation]: text }
  const fits = Object.entries(updated).reduce((n, [k, v]) => n + byteLength(k) + byteLength(v), 0) <= maxAnnotationBytes
  return { ...object, metadata: { ...object.metadata, annotations: fits ? updated : others } }
}

function withoutAnnotation(applied: JsonObject): JsonObject {
  const { metadata } = applied
  if (!isJsonObject(metadata) || !isJsonObject(metadata.annotations)) return applied
  const { [annotation]: _, ...annotations } = metadata.annotations
  return { ...applied, metadata: { ...metadata, annotations } }
}

function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys)
  if (!isJsonObject(value)) return value
  const names = Object.keys(value).sort()
  return Object.fromEntries(names.map((name) => [name, sortedKeys(value[name])]))
}

/** The characters that Go's JSON escapes, and that stand in strings only. */
function escapeLikeGo(json: string): string {
  return json.replace(/[<>&\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

function byteLength(text: string): number {
  return Buffer.byteLength(text)
}
