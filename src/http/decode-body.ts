import { parseJson, parseJsonReportingDuplicates } from '../codec/json.js'
import { JsonError } from '../codec/json-error.js'
import { parseYaml, YamlError } from '../codec/yaml.js'
import { errors } from '../meta/status.js'
import { type RequestBody, unrecognized } from '../registry/decode-object.js'
import type { WriteOptions } from '../registry/options.js'
import type { PatchType } from '../registry/patch.js'
import type { Resource } from '../registry/resource.js'

const bodyTypes = ['application/json', 'application/yaml']

/** The media type of a Content-Type header, without parameters; '' when there is none. */
export function mediaType(header: string | undefined): string {
  return (header ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
}

/**
 * The body of a create or update (API-SEMANTICS C02); no Content-Type means JSON.
 * @throws StatusError UnsupportedMediaType, BadRequest
 */
export function decodeBody(
  bytes: Buffer,
  contentType: string | undefined,
  resource: Resource,
  validation: WriteOptions['fieldValidation'],
): RequestBody {
  const type = mediaType(contentType) || 'application/json'
  if (!bodyTypes.includes(type)) throw errors.unsupportedMediaType(bodyTypes)
  try {
    return type === 'application/yaml' ? decodeYaml(bytes) : decodeJson(bytes, validation)
  } catch (error) {
    const text = () => bytes.toString()
    if (error instanceof JsonError) {
      throw unrecognized(resource, { text }, `couldn't get version/kind; json parse error: ${error.message}`)
    }
    if (error instanceof YamlError) throw unrecognized(resource, { text }, `yaml: line ${error.line}: ${error.message}`)
    throw error
  }
}

/** A patch, always JSON. @throws StatusError BadRequest */
export function decodePatch(bytes: Buffer, type: PatchType, validation: WriteOptions['fieldValidation']): RequestBody {
  try {
    return decodeJson(bytes, validation)
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
    if (error instanceof YamlError)
      throw errors.badRequest(`error decoding YAML: yaml: line ${error.line}: ${error.message}`)
    throw error
  }
}

function decodeJson(bytes: Buffer, validation: WriteOptions['fieldValidation']): RequestBody {
  const text = () => bytes.toString()
  if (validation === 'Ignore') return { value: parseJson(bytes), duplicates: [], strictDuplicates: [], text }
  const { value, duplicates } = parseJsonReportingDuplicates(bytes)
  const texts = duplicates.map((path) => `duplicate field "${path}"`)
  return { value, duplicates: texts, strictDuplicates: texts, text }
}

function decodeYaml(bytes: Buffer): RequestBody {
  const { value, duplicates } = parseYaml(bytes.toString())
  const texts = duplicates.map(({ key, line }) => `line ${line}: key "${key}" already set in map`)
  const strictDuplicates = texts.length === 0 ? [] : [`yaml: unmarshal errors:\n  ${texts.join('\n  ')}`]
  return { value, duplicates: texts, strictDuplicates, text: () => bytes.toString() }
}
