import { isJsonObject, type JsonObject, type ObjectMeta, type OwnerReference, setOwn } from './object.js'
import { normalizeTime } from './rfc3339.js'
import { errors } from './status.js'

export interface DecodedMetadata {
  readonly metadata: ObjectMeta
  /** Paths of fields that ObjectMeta has not: `metadata.foo`, `metadata.ownerReferences[0].bar`. They are dropped. */
  readonly unknown: string[]
  readonly warnings: string[]
}

/** What a body is read as; error messages name it. */
interface DecodedAs {
  readonly kind: string
  readonly version: string
  /** Upstream reads a built-in kind as a whole, a custom resource's metadata alone: the paths in messages differ. */
  readonly builtin?: boolean
}

/** Where a value stands: in Go's words for messages about types, in ours for unknown fields. */
interface Place {
  readonly struct: string
  readonly goPath: string
  readonly path: string
  readonly unknown: string[]
}

/** Answers with the value as it is kept; undefined drops the field. @throws ObjectMetaError */
type Decoder = (value: unknown, place: Place) => unknown

/** A value of the wrong type, in the words of Go's JSON decoder. */
export class ObjectMetaError extends Error {}

/** Texts that Go prints even when they are empty. */
const requiredTexts = new Set<Decoder>()

const optionalText = text('string', false)
const requiredText = text('string', true)

const ownerReference = struct('OwnerReference', {
  apiVersion: requiredText,
  kind: requiredText,
  name: requiredText,
  uid: text('types.UID', true),
  controller: boolean,
  blockOwnerDeletion: boolean,
})

const managedFieldsEntry = struct('ManagedFieldsEntry', {
  manager: optionalText,
  operation: text('v1.ManagedFieldsOperationType', false),
  apiVersion: optionalText,
  time,
  fieldsType: optionalText,
  fieldsV1: (value) => value,
  subresource: optionalText,
})

const objectMeta = struct('ObjectMeta', {
  name: optionalText,
  generateName: optionalText,
  namespace: optionalText,
  selfLink: (value, place) => void optionalText(value, place),
  uid: text('types.UID', false),
  resourceVersion: optionalText,
  generation: (value, place) => int64(value, place) || undefined,
  creationTimestamp: time,
  deletionTimestamp: time,
  deletionGracePeriodSeconds: int64,
  labels: stringMap,
  annotations: stringMap,
  ownerReferences: list('v1.OwnerReference', ownerReference, {}),
  finalizers: list('string', requiredText, ''),
  managedFields: list('v1.ManagedFieldsEntry', managedFieldsEntry, {}),
})

/**
 * Reads the `metadata` of a body as ObjectMeta. Nulls, empty values and selfLink are dropped, times are brought to UTC
 * seconds, owners named twice are left with one reference. `value` is not changed.
 * @throws StatusError BadRequest for a value of the wrong type (API-SEMANTICS E10)
 */
export function decodeMetadata(value: unknown, { kind, version, builtin = false }: DecodedAs): DecodedMetadata {
  if (value === undefined || value === null) return { metadata: {}, unknown: [], warnings: [] }
  try {
    const { metadata, unknown } = readObjectMeta(value, 'metadata', builtin ? kind : '')
    return { metadata, unknown, warnings: dropRepeatedOwners(metadata) }
  } catch (error) {
    if (!(error instanceof ObjectMetaError)) throw error
    throw errors.badRequest(`${kind} in version "${version}" cannot be handled as a ${kind}: ${error.message}`)
  }
}

/**
 * Reads a value as ObjectMeta; `path` is where it stands, `within` the struct that Go reads it as a field of. Answers also
 * with the paths of what ObjectMeta has not.
 * @throws ObjectMetaError
 */
export function readObjectMeta(value: unknown, path: string, within = ''): Omit<DecodedMetadata, 'warnings'> {
  const unknown: string[] = []
  const place = { struct: within, goPath: within === '' ? '' : 'metadata', path, unknown }
  return { metadata: objectMeta(value, place) as ObjectMeta, unknown }
}

function dropRepeatedOwners(metadata: ObjectMeta): string[] {
  const kept = new Map<string, OwnerReference>()
  const repeated: string[] = []
  for (const reference of metadata.ownerReferences ?? []) {
    if (kept.has(reference.uid)) repeated.push(reference.uid)
    else kept.set(reference.uid, reference)
  }
  if (repeated.length === 0) return []
  metadata.ownerReferences = [...kept.values()]
  return [
    '.metadata.ownerReferences contains duplicate entries; API server dedups owner references in 1.20+, and may reject ' +
      `such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: [${repeated.join(' ')}]`,
  ]
}

function struct(name: string, fields: Readonly<Record<string, Decoder>>): Decoder {
  const inOrder = Object.entries(fields).map(([key, decode]) => ({ key, required: requiredTexts.has(decode) }))
  return (value, place) => {
    if (!isJsonObject(value)) throw mismatch(value, place, `v1.${name}`)
    const read: JsonObject = {}
    for (const key of Object.keys(value)) {
      const decode = Object.hasOwn(fields, key) ? fields[key] : undefined
      const path = `${place.path}.${key}`
      if (!decode) place.unknown.push(path)
      else if (value[key] !== null) {
        const goPath = place.goPath === '' ? key : `${place.goPath}.${key}`
        read[key] = decode(value[key], { struct: name, goPath, path, unknown: place.unknown })
      }
    }
    // In upstream's order, so that files look alike; those that must be there are, even when empty.
    const ordered: JsonObject = {}
    for (const { key, required } of inOrder) {
      const value = read[key] ?? (required ? '' : undefined)
      if (value !== undefined) ordered[key] = value
    }
    return ordered
  }
}

function text(goType: string, required: boolean): Decoder {
  const decode: Decoder = (value, place) => {
    if (typeof value !== 'string') throw mismatch(value, place, goType)
    return value !== '' || required ? value : undefined
  }
  if (required) requiredTexts.add(decode)
  return decode
}

function boolean(value: unknown, place: Place): boolean {
  if (typeof value !== 'boolean') throw mismatch(value, place, 'bool')
  return value
}

function int64(value: unknown, place: Place): number | bigint {
  if (typeof value === 'bigint') return value
  if (typeof value !== 'number') throw mismatch(value, place, 'int64')
  if (!Number.isInteger(value) || Math.abs(value) >= 2 ** 63) throw mismatch(value, place, 'int64', `number ${value}`)
  return value
}

function time(value: unknown, place: Place): string | undefined {
  if (typeof value !== 'string') throw mismatch(value, place, 'string')
  try {
    const normalized = normalizeTime(value)
    return normalized === '0001-01-01T00:00:00Z' ? undefined : normalized
  } catch (error) {
    throw new ObjectMetaError((error as Error).message)
  }
}

/** As Go reads one: a null value is the empty string. */
function stringMap(value: unknown, place: Place): Record<string, string> | undefined {
  if (!isJsonObject(value)) throw mismatch(value, place, 'map[string]string')
  const map: Record<string, string> = {}
  for (const key of Object.keys(value)) {
    const entry = value[key] ?? ''
    if (typeof entry !== 'string') throw mismatch(entry, place, 'string')
    setOwn(map, key, entry)
  }
  return Object.keys(map).length > 0 ? map : undefined
}

/** A null item is `zero`, as in Go. */
function list(goType: string, item: Decoder, zero: unknown): Decoder {
  return (value, place) => {
    if (!Array.isArray(value)) throw mismatch(value, place, `[]${goType}`)
    const items = value.map((v, i) => item(v ?? zero, { ...place, path: `${place.path}[${i}]` }))
    return items.length > 0 ? items : undefined
  }
}

function mismatch(value: unknown, place: Place, goType: string, shown = goKind(value)): ObjectMetaError {
  const target = place.struct === '' ? 'Go value' : `Go struct field ${place.struct}.${place.goPath}`
  return new ObjectMetaError(`json: cannot unmarshal ${shown} into ${target} of type ${goType}`)
}

function goKind(value: unknown): string {
  if (Array.isArray(value)) return 'array'
  const names: Record<string, string> = { boolean: 'bool', bigint: 'number' }
  return names[typeof value] ?? typeof value
}
