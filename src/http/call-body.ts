import type { RequestBody } from '../registry/decode-object.js'
import type { WriteOptions } from '../registry/options.js'
import type { Resource } from '../registry/resource.js'
import type { Call } from './context.js'
import { type BodyForm, decodeBody } from './decode-body.js'
import { readBody } from './read-body.js'

type Validation = WriteOptions['fieldValidation']

/** The object in a request's body. @throws StatusError */
export async function readObject(call: Call, resource: Resource, validation: Validation): Promise<RequestBody> {
  return decodeBody(await readBody(call.request), objectForm(call, resource, validation))
}

/** As `readObject`, of a request that may do without a body. */
export async function readOptionalObject(call: Call, resource: Resource): Promise<RequestBody | undefined> {
  const bytes = await readBody(call.request)
  return bytes.length === 0 ? undefined : decodeBody(bytes, objectForm(call, resource, 'Ignore'))
}

/** Custom resources have no protobuf form. */
function objectForm({ request, protobuf }: Call, resource: Resource, validation: Validation): BodyForm {
  const types = resource.builtin ? protobuf : undefined
  return {
    contentType: request.headers['content-type'],
    kind: resource.kind,
    validation,
    protobuf: types && { types, expected: { apiVersion: resource.apiVersion, kind: resource.kind } },
  }
}

/** DeleteOptions, in whatever form and for whatever resource: typed clients send them as protobuf (V40). */
export async function readDeleteOptions({ request, protobuf }: Call): Promise<unknown> {
  const bytes = await readBody(request)
  if (bytes.length === 0) return undefined
  const kind = 'DeleteOptions'
  const { value } = decodeBody(bytes, {
    contentType: request.headers['content-type'],
    kind,
    validation: 'Ignore',
    protobuf: protobuf && { types: protobuf, expected: { apiVersion: 'v1', kind } },
  })
  return value
}
