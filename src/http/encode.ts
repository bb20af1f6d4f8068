import { indentJson } from '../codec/indent-json.js'
import { parseJson, stringifyJson } from '../codec/json.js'
import { stringifyYaml } from '../codec/yaml.js'
import { errors } from '../meta/status.js'
import type { Accepted } from './accept.js'
import type { Answer } from './context.js'

/** JSON as the client wants it: as it is, indented, or as YAML. */
export function encodeJson(json: Buffer, code: number, form: Accepted, pretty: boolean): Answer {
  if (form.type === 'application/yaml') {
    return { code, type: 'application/yaml', body: stringifyYaml(parseJson(json)) }
  }
  return { code, type: 'application/json', body: pretty ? indentJson(json.toString()) : json }
}

export function encodeValue(value: unknown, code: number, form: Accepted, pretty: boolean): Answer {
  return encodeJson(Buffer.from(stringifyJson(value)), code, form, pretty)
}

/** People get indented JSON: who asks for it, browsers, curl and wget (API-SEMANTICS V09). */
export function wantsPretty(query: URLSearchParams, userAgent: string | undefined): boolean {
  const asked = query.get('pretty')
  if (asked !== null) return asked !== 'false' && asked !== '0'
  return /^(?:curl|Wget|Mozilla\/5\.0)/.test(userAgent ?? '')
}

/** @throws StatusError NotAcceptable when a single object is asked for in the shape of a list or the other way round */
export function checkShape(form: Accepted, isList: boolean, kind: string): void {
  if (isList && form.as === 'PartialObjectMetadata') {
    throw errors.notAcceptableShape(
      `you requested PartialObjectMetadata, but the requested object is a list (*${kind}List)`,
    )
  }
  if (!isList && form.as === 'PartialObjectMetadataList') {
    throw errors.notAcceptableShape(
      `you requested PartialObjectMetadataList, but the requested object is not a list (*${kind})`,
    )
  }
}
