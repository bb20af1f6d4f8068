import { isJsonObject, type JsonObject, setOwn } from '../meta/object.js'
import { errors } from '../meta/status.js'
import type { Schema } from '../schema/schema.js'
import { patchError } from './strategic-merge-error.js'
import { checkOrder, inOrder, mergeLists, withoutItems } from './strategic-merge-list.js'

const directive = '$patch'
const retainKeys = '$retainKeys'
const setElementOrder = '$setElementOrder'
const deleteFromPrimitiveList = '$deleteFromPrimitiveList'

/** How lists in metadata merge; kinds' own schemas leave metadata out. */
const objectMeta: Schema = {
  type: 'object',
  properties: {
    finalizers: { type: 'array', 'x-kubernetes-patch-strategy': 'merge' },
    ownerReferences: {
      type: 'array',
      'x-kubernetes-patch-strategy': 'merge',
      'x-kubernetes-patch-merge-key': 'uid',
    },
  },
}

/**
 * Applies a strategic merge patch: as a merge patch, but lists merge where `schema` says so with
 * `x-kubernetes-patch-strategy` and `-merge-key`, and the patch may give directives (API-SEMANTICS P04). Neither
 * `object` nor `patch` is changed; the result may share parts with both.
 * @throws StatusError
 */
export function applyStrategicMergePatch(object: JsonObject, patch: unknown, schema: Schema): JsonObject {
  if (!isJsonObject(patch)) {
    const kind = Array.isArray(patch) ? 'array' : patch === null ? 'null' : typeof patch
    throw errors.badRequest(`json: cannot unmarshal ${kind} into Go value of type map[string]interface {}`)
  }
  const ownMetadata = schema.properties?.metadata?.properties
  const whole = ownMetadata ? schema : { ...schema, properties: { ...schema.properties, metadata: objectMeta } }
  return mergeMaps(object, patch, whole)
}

function mergeMaps(original: JsonObject, patch: JsonObject, schema: Schema | undefined): JsonObject {
  const { [directive]: told, ...untold } = patch
  if (told === 'replace') return untold
  if (told === 'delete') return {}
  if (told !== undefined && told !== 'merge') throw patchError.directive(told, patch)
  const { [retainKeys]: retained, ...fields } = untold
  const merged = retained === undefined ? { ...original } : retain(original, fields, retained)
  const ordered = mergeOrderedLists(merged, fields, schema)
  for (const key of Object.keys(fields)) {
    if (key.startsWith(setElementOrder) || ordered.has(key)) continue
    if (key.startsWith(deleteFromPrimitiveList)) deleteItems(merged, key, fields[key])
    else mergeField(merged, key, fields[key], schema)
  }
  return merged
}

/** The fields of `original` that `$retainKeys` names; it must name all that the patch sets. */
function retain(original: JsonObject, patch: JsonObject, names: unknown): JsonObject {
  if (!Array.isArray(names)) throw patchError.retainKeys()
  const retained = new Set<unknown>(names)
  for (const key of Object.keys(patch)) {
    if (patch[key] === null || key.startsWith(deleteFromPrimitiveList) || key.startsWith(setElementOrder)) continue
    if (!retained.has(key)) throw patchError.retainKeys()
  }
  const kept: JsonObject = {}
  for (const key of Object.keys(original)) if (retained.has(key)) setOwn(kept, key, original[key])
  return kept
}

/** Merges the lists that have a `$setElementOrder`; answers with their names. */
function mergeOrderedLists(merged: JsonObject, patch: JsonObject, schema: Schema | undefined): Set<string> {
  const done = new Set<string>()
  for (const directiveKey of Object.keys(patch).filter((key) => key.startsWith(setElementOrder))) {
    const key = listName(directiveKey, setElementOrder) ?? fail(patchError.setElementOrder())
    const order = asList(patch[directiveKey])
    const original = Object.hasOwn(merged, key) ? asList(merged[key]) : undefined
    const patched = Object.hasOwn(patch, key) ? asList(patch[key]) : undefined
    const field = fieldSchema(schema, key)
    const mergeKey = field?.['x-kubernetes-patch-merge-key']
    checkOrder(patched ?? [], order, mergeKey)
    if (!original && !patched) continue
    const list =
      original && patched ? mergeListField(original, patched, field) : (original ?? withoutDirectives(patched))
    setOwn(merged, key, inOrder(asList(list), { wanted: order, current: original ?? [], mergeKey }))
    done.add(key)
  }
  return done
}

function deleteItems(merged: JsonObject, directiveKey: string, items: unknown): void {
  const key = listName(directiveKey, deleteFromPrimitiveList)
  if (key === undefined || !Array.isArray(items)) throw patchError.primitiveList()
  const original = Object.hasOwn(merged, key) ? merged[key] : undefined
  if (Array.isArray(original)) setOwn(merged, key, withoutItems(original, items))
}

function mergeField(merged: JsonObject, key: string, value: unknown, schema: Schema | undefined): void {
  const original = Object.hasOwn(merged, key) ? merged[key] : undefined
  if (value === null) delete merged[key]
  else if (isJsonObject(original) && isJsonObject(value)) {
    const field = fieldSchema(schema, key)
    setOwn(merged, key, strategyOf(field).has('replace') ? value : mergeMaps(original, value, field))
  } else if (Array.isArray(original) && Array.isArray(value)) {
    setOwn(merged, key, mergeListField(original, value, fieldSchema(schema, key)))
  } else {
    const taken = withoutDirectives(value)
    if (taken === undefined) delete merged[key]
    else setOwn(merged, key, taken)
  }
}

/** Only lists with the strategy merge do; others are replaced. */
function mergeListField(original: readonly unknown[], patch: readonly unknown[], field: Schema | undefined): unknown {
  if (!strategyOf(field).has('merge')) return patch
  return mergeLists(original, patch, field?.['x-kubernetes-patch-merge-key'], (item, change) =>
    item ? mergeMaps(item, change, field?.items) : withoutNulls(change),
  )
}

/**
 * A value that the object has nothing to merge with: without nulls, and without what has directives, as upstream.
 * Undefined when nothing is left.
 */
function withoutDirectives(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDirectives).filter((item) => item !== undefined)
  if (!isJsonObject(value)) return value
  return Object.hasOwn(value, directive) ? undefined : withoutNulls(value)
}

function withoutNulls(object: JsonObject): JsonObject {
  const rest: JsonObject = {}
  for (const key of Object.keys(object)) {
    if (object[key] === null || isDirective(key)) continue
    const taken = withoutDirectives(object[key])
    if (taken !== undefined) setOwn(rest, key, taken)
  }
  return rest
}

function isDirective(key: string): boolean {
  return key === retainKeys || key.startsWith(`${setElementOrder}/`) || key.startsWith(`${deleteFromPrimitiveList}/`)
}

function strategyOf(field: Schema | undefined): ReadonlySet<string> {
  return new Set(field?.['x-kubernetes-patch-strategy']?.split(','))
}

function fieldSchema(schema: Schema | undefined, key: string): Schema | undefined {
  const { properties, additionalProperties } = schema ?? {}
  if (properties && Object.hasOwn(properties, key)) return properties[key]
  return typeof additionalProperties === 'object' ? additionalProperties : undefined
}

/** `$setElementOrder/containers` is of `containers`. */
function listName(key: string, prefix: string): string | undefined {
  return key.startsWith(`${prefix}/`) ? key.slice(prefix.length + 1) : undefined
}

function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : fail(patchError.notList(value))
}

function fail(error: Error): never {
  throw error
}
