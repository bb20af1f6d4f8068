import { stringifyJson } from '../../codec/json.js'
import { goKind } from '../../codec/typed/decode-error.js'
import { formatFieldErrors } from '../../meta/field-error.js'
import { isJsonObject, type JsonObject, type KubeObject } from '../../meta/object.js'
import { errors } from '../../meta/status.js'
import { annotationErrors, labelsErrors } from '../../meta/validate-object-meta.js'

/**
 * What a conversion webhook made of an object, when it may (API-SEMANTICS R42): version and kind are those asked for,
 * what identifies the object stays, labels and annotations are such.
 * @throws StatusError in upstream's words, which name the webhook by `who`
 */
export function convertedObject(who: string, before: KubeObject, after: unknown, apiVersion: string): KubeObject {
  const object = unstructured(after)
  const refuse = (why: string) => errors.bare(500, `${who} returned invalid ${why}`)
  const wrongKind = kindProblem(before, object, apiVersion)
  // Upstream converts objects one by one, so that its index is always that one.
  if (wrongKind !== undefined) throw refuse(`object at index 0: ${wrongKind}`)
  const metadata = isJsonObject(object.metadata) ? object.metadata : {}
  for (const [field, shown] of identity) {
    const [old, now] = [before.metadata[field] ?? '', typeof metadata[field] === 'string' ? metadata[field] : '']
    if (old !== now) throw refuse(`object: must have the same ${shown}: ${old} != ${now}`)
  }
  for (const field of ['labels', 'annotations'] as const) {
    const wrong = textsProblem(field, metadata[field] ?? {}, before.metadata[field])
    if (wrong !== undefined) throw refuse(`metadata: ${wrong}`)
  }
  return object as KubeObject
}

const identity = [
  ['name', 'name'],
  ['namespace', 'namespace'],
  ['uid', 'UID'],
] as const

/** @throws StatusError in the words of Go's decoder of objects without a type */
function unstructured(value: unknown): JsonObject {
  if (value === null) throw errors.bare(500, 'unexpected end of JSON input')
  if (!isJsonObject(value)) {
    throw errors.bare(500, `json: cannot unmarshal ${goKind(value)} into Go value of type map[string]interface {}`)
  }
  if (typeof value.kind === 'string' && value.kind !== '') return value
  throw errors.bare(500, `Object 'Kind' is missing in '${stringifyJson(value)}'`)
}

function kindProblem(before: KubeObject, { apiVersion = '', kind }: JsonObject, expected: string): string | undefined {
  if (apiVersion !== expected) return `invalid groupVersion (expected ${expected}, received ${apiVersion})`
  return kind === before.kind ? undefined : `invalid kind (expected ${before.kind}, received ${kind})`
}

/** Texts that were there before are not looked at again. */
function textsProblem(
  field: 'labels' | 'annotations',
  texts: unknown,
  before: Readonly<Record<string, string>> = {},
): string | undefined {
  if (!isJsonObject(texts)) return `invalid metadata.${field} of type ${goType(texts)} in converted object`
  const names = Object.keys(texts)
  for (const name of names) {
    const text = texts[name]
    if (typeof text === 'string') continue
    return `metadata.${field}[${name}] must be a string, but is ${goType(text)} in converted object`
  }
  const same = names.length === Object.keys(before).length && names.every((name) => before[name] === texts[name])
  if (same) return undefined
  const check = field === 'labels' ? labelsErrors : annotationErrors
  const found = check(texts as Record<string, string>)
  return found.length === 0 ? undefined : formatFieldErrors(found)
}

/** As Go's %T names what JSON was decoded to. */
function goType(value: unknown): string {
  if (value === null) return '<nil>'
  if (Array.isArray(value)) return '[]interface {}'
  if (typeof value === 'object') return 'map[string]interface {}'
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64'
  if (typeof value === 'bigint') return 'int64'
  return typeof value === 'boolean' ? 'bool' : typeof value
}
