import { indentJson } from '../codec/indent-json.js'
import { parseJson, stringifyJson } from '../codec/json.js'
import { encodeProtobuf } from '../codec/protobuf/protobuf.js'
import { stringifyYaml } from '../codec/yaml.js'
import { internalType } from '../meta/gvk.js'
import type { JsonObject } from '../meta/object.js'
import { errors } from '../meta/status.js'
import type { Resource } from '../registry/resource.js'
import type { Accepted } from './accept.js'
import type { Answer } from './call.js'

/** JSON as the client wants it: as it is, indented, or as YAML. */
export function encodeJson(json: Buffer, code: number, form: Accepted, pretty: boolean): Answer {
  if (form.type === 'application/yaml') {
    return { code, type: 'application/yaml', body: stringifyYaml(parseJson(json)) }
  }
  if (form.protobuf) {
    const object = parseJson(json) as JsonObject
    return { code, type: form.type, body: encodeProtobuf(object, form.protobuf) }
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

type Named = Pick<Resource, 'builtin' | 'group' | 'kind'>

/** @throws StatusError NotAcceptable when a single object is asked for in the shape of a list or the other way round */
export function checkShape(form: Accepted, isList: boolean, resource: Named): void {
  if (isList && form.as === 'PartialObjectMetadata') {
    const why = `you requested PartialObjectMetadata, but the requested object is a list (${goType(resource)}List)`
    throw errors.notAcceptableShape(why)
  }
  if (!isList && form.as === 'PartialObjectMetadataList') {
    const why = `you requested PartialObjectMetadataList, but the requested object is not a list (${goType(resource)})`
    throw errors.notAcceptableShape(why)
  }
}

/** What upstream calls the type in its messages: `*core.ConfigMap`, `*unstructured.Unstructured`. */
function goType({ builtin, group, kind }: Named): string {
  return builtin ? `*${internalType({ group, kind })}` : '*unstructured.Unstructured'
}
