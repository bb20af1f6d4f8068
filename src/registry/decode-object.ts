import { typeMetaProblem } from '../codec/typed/type-meta.js'
import { decodeMetadata } from '../meta/decode-object-meta.js'
import { fieldError } from '../meta/field-error.js'
import { formatApiVersion, internalType, parseApiVersion } from '../meta/gvk.js'
import { isJsonObject, type JsonObject, type KubeObject } from '../meta/object.js'
import { errors } from '../meta/status.js'
import { dropNulls } from '../schema/default.js'
import { coerceEmbedded, EmbeddedTypeError } from '../schema/embedded-resources.js'
import { prune } from '../schema/prune.js'
import type { Caller } from './backend.js'
import { decodeBuiltin } from './decode-builtin.js'
import type { WriteOptions } from './options.js'
import type { Resource } from './resource.js'

/** A parsed request body. */
export interface RequestBody {
  readonly value: unknown
  /** What warnings say of it: `duplicate field "data.a"`, `line 5: key "data" already set in map`. */
  readonly duplicates: readonly string[]
  /** The same as strict decoding says it: YAML's all in one text. */
  readonly strictDuplicates: readonly string[]
  /** The text it was parsed from, for error messages. */
  text(): string
  /** Problems in the order of the text; absent where that is not how upstream reads it. */
  inOrder?(problems: readonly string[]): string[]
}

/** The body of a write that comes from the server itself. */
export function ownBody(value: unknown): RequestBody {
  return { value, duplicates: [], strictDuplicates: [], text: () => JSON.stringify(value) }
}

/**
 * The body of a create or update as an object of the request's kind: kind and version checked (API-SEMANTICS V12),
 * metadata typed, unknown fields dropped and told as `fieldValidation` wants it (F01 to F03).
 */
export function decodeObject(
  resource: Resource,
  body: RequestBody,
  validation: WriteOptions['fieldValidation'],
  caller: Caller,
): KubeObject {
  const object = typed(resource, body)
  const { problems: unknown, warnings } = dropUnknown(resource, object)
  for (const warning of warnings) caller.warn(warning)
  const inOrder = (problems: string[]) => (resource.builtin && body.inOrder?.(problems)) || problems
  const strict = inOrder([...body.strictDuplicates, ...unknown])
  if (strict.length > 0 && validation === 'Strict') {
    throw errors.badRequest(`${cannotBeHandled(resource, object)}: strict decoding error: ${strict.join(', ')}`)
  }
  if (validation === 'Warn') for (const problem of inOrder([...body.duplicates, ...unknown])) caller.warn(problem)
  return object as KubeObject
}

export interface Dropped {
  /** `unknown field "…"`, one a field. */
  readonly problems: string[]
  readonly warnings: string[]
}

/** Drops what the schema does not name, metadata included. @throws StatusError BadRequest for a wrong type in metadata */
export function dropUnknown(resource: Resource, object: JsonObject): Dropped {
  const { kind, version, builtin } = resource
  const decoded = decodeMetadata(object.metadata, { kind, version: version.name, builtin })
  object.metadata = decoded.metadata
  const pruned = [...decoded.unknown, ...prune(object, version.schema)]
  // Go's types make of null their zero value (decodeBuiltin).
  if (!builtin) dropNulls(object, version.schema)
  const fields = builtin ? pruned.sort() : [...pruned, ...coerced(resource, object)]
  decodeBuiltin(resource, object)
  return { problems: fields.map((field) => `unknown field "${field}"`), warnings: decoded.warnings }
}

function coerced({ kind, version }: Resource, object: JsonObject): string[] {
  try {
    return coerceEmbedded(object, version.schema)
  } catch (error) {
    if (!(error instanceof EmbeddedTypeError)) throw error
    throw errors.badRequest(`${kind} in version "${version.name}" cannot be handled as a ${kind}: ${error.message}`)
  }
}

function typed(resource: Resource, body: RequestBody): JsonObject {
  const value = body.value ?? {}
  const refuse = (why: string) => unrecognized(resource.kind, body, why)
  const problem = typeMetaProblem(value)
  if (problem !== undefined || !isJsonObject(value)) {
    throw refuse(`couldn't get version/kind; json parse error: ${problem}`)
  }
  if (resource.builtin) {
    value.apiVersion ||= resource.apiVersion
    value.kind ||= resource.kind
  }
  const { apiVersion = '', kind } = value
  if (!parseApiVersion(String(apiVersion))) throw refuse(`unexpected GroupVersion string: ${apiVersion}`)
  if (!kind) throw refuse(`Object 'Kind' is missing in '${body.text()}'`)
  if (apiVersion !== resource.apiVersion || kind !== resource.kind) throw wrongKind(resource, value)
  return value
}

function wrongKind(resource: Resource, object: JsonObject) {
  const [apiVersion, kind] = [String(object.apiVersion ?? ''), String(object.kind)]
  if (resource.builtin ? isOtherVersion(resource, { apiVersion, kind }) : apiVersion !== resource.apiVersion) {
    return errors.badRequest(wrongVersion(resource, apiVersion))
  }
  if (resource.builtin) {
    return errors.badRequest(`${cannotBeHandled(resource, object)}: ${otherKindProblem(resource, object)}`)
  }
  const metadata = object.metadata
  const name = isJsonObject(metadata) ? String(metadata.name ?? '') : ''
  const cause = fieldError.invalid('kind', kind, `must be ${resource.kind}`)
  return errors.invalid({ group: resource.group, kind }, name, [cause])
}

/** Why an object of another kind or version is none of a built-in one (V12). */
export function otherKindProblem(resource: Resource, object: JsonObject): string {
  const [apiVersion, kind] = [String(object.apiVersion ?? ''), String(object.kind)]
  if (isOtherVersion(resource, { apiVersion, kind })) return wrongVersion(resource, apiVersion)
  if (!isKnown(resource, { apiVersion, kind })) return notRegistered(apiVersion, kind)
  const version = parseApiVersion(apiVersion)?.version ?? ''
  return `converting (${version}.${kind}) to (${internalType(resource)}): unknown conversion`
}

type Names = { readonly apiVersion: string; readonly kind: string }

function isKnown({ definition }: Resource, names: Names): boolean {
  return definition.rules?.knowsKind?.(names) === true
}

/** Of the built-in kind itself, in another of its versions. */
function isOtherVersion(resource: Resource, names: Names): boolean {
  const group = parseApiVersion(names.apiVersion)?.group ?? ''
  return isKnown(resource, names) && internalType({ group, kind: names.kind }) === internalType(resource)
}

function wrongVersion({ apiVersion }: Resource, given: string): string {
  return `the API version in the data (${given}) does not match the expected API version (${apiVersion})`
}

/** Where upstream's decoder says it found no such kind; the place is part of the text clients see. */
export function notRegistered(apiVersion: string, kind: string): string {
  const gv = parseApiVersion(apiVersion)
  return `no kind "${kind}" is registered for version "${gv ? formatApiVersion(gv) : apiVersion}" in scheme "pkg/runtime/scheme.go:111"`
}

function cannotBeHandled(resource: Resource, object: JsonObject): string {
  const gv = parseApiVersion(String(object.apiVersion))
  return `${object.kind} in version "${gv?.version ?? ''}" cannot be handled as a ${resource.kind}`
}

/** 400 for a body that is no object at all (E10); shows its beginning. */
export function unrecognized(kind: string, body: Pick<RequestBody, 'text'>, why: string) {
  return errors.badRequest(
    `the object provided is unrecognized (must be of type ${kind}): ${why} (${summary(body.text())})`,
  )
}

/** As upstream: what begins like an object as text, anything else in hexadecimal digits. */
function summary(text: string): string {
  if (text === '') return '<empty>'
  const shown = text.startsWith('{') ? text.slice(0, 30) : bytesOf(text).subarray(0, 30).toString('hex')
  return text.length > 30 ? `${shown} ...` : shown
}

/** A text with NUL in it is bytes that are none, a character each. */
function bytesOf(text: string): Buffer {
  return Buffer.from(text, text.includes('\0') ? 'latin1' : 'utf8')
}
