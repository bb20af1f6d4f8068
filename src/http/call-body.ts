import { TypedDecodeError } from '../codec/typed/decode-error.js'
import { decodeTyped } from '../codec/typed/decode-value.js'
import type { StructType } from '../codec/typed/type.js'
import { typeMetaProblem } from '../codec/typed/type-meta.js'
import { formatApiVersion, parseApiVersion } from '../meta/gvk.js'
import type { JsonObject } from '../meta/object.js'
import { errors } from '../meta/status.js'
import { notRegistered, type RequestBody } from '../registry/decode-object.js'
import type { CustomSubresource } from '../registry/definition.js'
import type { WriteOptions } from '../registry/options.js'
import type { Resource } from '../registry/resource.js'
import type { Call } from './call.js'
import { type BodyForm, decodeBody } from './decode-body.js'
import { readBody } from './read-body.js'

type Validation = WriteOptions['fieldValidation']

/** The object in a request's body. @throws StatusError */
export async function readObject(call: Call, resource: Resource, validation: Validation): Promise<RequestBody> {
  return decodeBody(await readBody(call), objectForm(call, resource, validation))
}

/** The body of a subresource of the API group's own, which may be of another kind and may be missing. */
export async function readSubresourceObject(
  call: Call,
  resource: Resource,
  { kind }: CustomSubresource,
): Promise<RequestBody | undefined> {
  const bytes = await readBody(call)
  if (bytes.length === 0) return undefined
  const own = kind ? { apiVersion: formatApiVersion(kind), kind: kind.kind, builtin: resource.builtin } : resource
  return decodeBody(bytes, objectForm(call, own, 'Ignore'))
}

/** Custom resources have no protobuf form. */
function objectForm(
  { request, protobuf }: Call,
  { apiVersion, kind, builtin }: Pick<Resource, 'apiVersion' | 'kind' | 'builtin'>,
  validation: Validation,
): BodyForm {
  return {
    contentType: request.headers['content-type'],
    kind,
    validation,
    protobuf: builtin ? protobuf && { types: protobuf, expected: { apiVersion, kind } } : undefined,
  }
}

/** DeleteOptions, in whatever form and for whatever resource: typed clients send them as protobuf (V40). */
export async function readDeleteOptions(call: Call): Promise<JsonObject | undefined> {
  const { request, protobuf } = call
  const bytes = await readBody(call)
  if (bytes.length === 0) return undefined
  const kind = 'DeleteOptions'
  const { value } = decodeBody(bytes, {
    contentType: request.headers['content-type'],
    kind,
    validation: 'Ignore',
    protobuf: protobuf && { types: protobuf, expected: { apiVersion: 'v1', kind } },
    refuse: errors.badRequest,
  })
  if (value === null) return {}
  const problem = typeMetaProblem(value)
  if (problem !== undefined) throw errors.badRequest(`couldn't get version/kind; json parse error: ${problem}`)
  const options = value as JsonObject
  const apiVersion = String(options.apiVersion || 'meta.k8s.io/v1')
  if (!parseApiVersion(apiVersion)) throw errors.badRequest(`unexpected GroupVersion string: ${apiVersion}`)
  if (options.kind && options.kind !== kind) throw errors.badRequest(notRegistered(apiVersion, String(options.kind)))
  const type = protobuf?.({ apiVersion: 'v1', kind })
  return type ? typed(options, type) : options
}

/** @throws StatusError BadRequest with Go's words for a value of a wrong type */
function typed(options: JsonObject, type: StructType): JsonObject {
  try {
    return decodeTyped(options, type)
  } catch (error) {
    if (!(error instanceof TypedDecodeError)) throw error
    throw errors.badRequest(error.message)
  }
}
