import { parseJson, parseJsonReportingDuplicates, visitMembers } from '../codec/json.js'
import { JsonError } from '../codec/json-error.js'
import {
  decodeProtobuf,
  type GroupVersionKindNames,
  type KindTypes,
  ProtobufObjectError,
  protobufMediaType,
} from '../codec/protobuf/protobuf.js'
import { ProtobufError } from '../codec/protobuf/reader.js'
import { parseYaml, YamlError } from '../codec/yaml.js'
import { parseApiVersion } from '../meta/gvk.js'
import { errors, type StatusError } from '../meta/status.js'
import { type RequestBody, unrecognized } from '../registry/decode-object.js'
import type { WriteOptions } from '../registry/options.js'
import type { PatchBody, PatchType } from '../registry/patch.js'

/** Media type of server-side apply. */
export const applyType = 'application/apply-patch+yaml'

const textTypes = ['application/json', 'application/yaml']

/** The media type of a Content-Type header, without parameters; '' when there is none. */
export function mediaType(header: string | undefined): string {
  return (header ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
}

/** How bytes are to be read. */
export interface BodyForm {
  /** The Content-Type header. */
  readonly contentType: string | undefined
  /** What an error message says the body must be. */
  readonly kind: string
  readonly validation: WriteOptions['fieldValidation']
  /** What kind protobuf is read as where it does not say so itself; undefined: protobuf is not taken. */
  readonly protobuf?: { readonly types: KindTypes; readonly expected: GroupVersionKindNames } | undefined
  /** What is answered to a body that can't be read; absent: that no object of the kind was recognized in it. */
  readonly refuse?: (why: string) => StatusError
}

/**
 * The body of a create, an update or a deletion (API-SEMANTICS C02, C03); no Content-Type means JSON.
 * @throws StatusError UnsupportedMediaType, BadRequest
 */
export function decodeBody(bytes: Buffer, { contentType, kind, validation, protobuf, refuse }: BodyForm): RequestBody {
  const type = bodyType(contentType)
  try {
    if (type === 'application/json') return decodeJson(bytes, validation)
    if (type === 'application/yaml') return decodeYaml(bytes)
    if (type === protobufMediaType && protobuf) return decodeProto(bytes, protobuf)
  } catch (error) {
    if (error instanceof ProtobufObjectError) {
      const { version = '' } = parseApiVersion(error.apiVersion) ?? {}
      const what = `${error.kind} in version ${JSON.stringify(version)} cannot be handled as a ${kind}`
      throw errors.badRequest(`${what}: ${error.message}`)
    }
    const why = unreadable(error)
    if (why === undefined) throw error
    throw refuse?.(why) ?? unrecognized(kind, { text: () => printable(bytes) }, why)
  }
  throw errors.unsupportedMediaType(protobuf ? [...textTypes, protobufMediaType] : textTypes)
}

/** A header that is no media type names none that is read; a patch's is not looked at so closely. */
function bodyType(header: string | undefined): string {
  if (!header) return 'application/json'
  return parameters.test(header.slice(header.split(';', 1)[0]?.length)) ? mediaType(header) : ''
}

const parameters = /^(\s*;\s*[\w!#$%&'*+.^`|~-]+\s*=\s*([\w!#$%&'*+.^`|~-]+|"([^"\\]|\\.)*"))*(\s*;)?\s*$/

/** Why a body can't be read; undefined when that is not what went wrong. */
function unreadable(error: unknown): string | undefined {
  if (error instanceof JsonError) return `couldn't get version/kind; json parse error: ${error.message}`
  if (error instanceof YamlError) return error.message
  return error instanceof ProtobufError ? error.message : undefined
}

/** Bytes as a message is made of them: text, or a character a byte where it is none. */
function printable(bytes: Buffer): string {
  return bytes.toString(bytes.includes(0) ? 'latin1' : 'utf8')
}

function decodeProto(bytes: Buffer, { types, expected }: NonNullable<BodyForm['protobuf']>): RequestBody {
  const value = decodeProtobuf(bytes, types, expected)
  return { value, duplicates: [], strictDuplicates: [], text: () => printable(bytes) }
}

/** A patch, always JSON. @throws StatusError BadRequest */
export function decodePatch(bytes: Buffer, type: PatchType, validation: WriteOptions['fieldValidation']): PatchBody {
  try {
    return { type, ...decodeJson(bytes, validation) }
  } catch (error) {
    if (error instanceof JsonError) {
      const strategic = type === 'application/strategic-merge-patch+json'
      throw errors.badRequest(strategic ? error.message : `error decoding patch: ${error.message}`)
    }
    throw error
  }
}

/** The body of an apply: YAML, of which JSON is a part. @throws StatusError BadRequest */
export function decodeApply(bytes: Buffer): RequestBody {
  try {
    return decodeYaml(bytes)
  } catch (error) {
    if (!(error instanceof YamlError)) throw error
    throw errors.badRequest(`error decoding YAML: error converting YAML to JSON: ${error.message}`)
  }
}

function decodeJson(bytes: Buffer, validation: WriteOptions['fieldValidation']): RequestBody {
  const text = () => bytes.toString()
  if (validation === 'Ignore') return { value: parseJson(bytes), duplicates: [], strictDuplicates: [], text }
  const { value, duplicates } = parseJsonReportingDuplicates(bytes)
  const texts = duplicates.map((path) => `duplicate field "${path}"`)
  const inOrder = (problems: readonly string[]) => inTextOrder(bytes, problems)
  return { value, duplicates: texts, strictDuplicates: texts, text, inOrder }
}

/** Problems of members in the order in which one who reads the text comes upon them. */
function inTextOrder(bytes: Buffer, problems: readonly string[]): string[] {
  if (problems.length < 2) return [...problems]
  const places = new Map<string, number>()
  visitMembers(bytes, (path, again) => {
    const problem = `${again ? 'duplicate' : 'unknown'} field "${path}"`
    if (!places.has(problem)) places.set(problem, places.size)
  })
  const place = (problem: string) => places.get(problem) ?? places.size
  return [...problems].sort((a, b) => place(a) - place(b))
}

function decodeYaml(bytes: Buffer): RequestBody {
  const { value, duplicates } = parseYaml(bytes.toString())
  const texts = duplicates.map(({ key, line }) => `line ${line}: key "${key}" already set in map`)
  const strictDuplicates = texts.length === 0 ? [] : [`yaml: unmarshal errors:\n  ${texts.join('\n  ')}`]
  return { value, duplicates: texts, strictDuplicates, text: () => bytes.toString() }
}
