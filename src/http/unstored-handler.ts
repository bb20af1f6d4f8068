import { protobufMediaType } from '../codec/protobuf/protobuf.js'
import { errors } from '../meta/status.js'
import { checkNamespace } from '../registry/create.js'
import { decodeObject } from '../registry/decode-object.js'
import type { UnstoredVerbs } from '../registry/definition.js'
import { setDefaults } from '../registry/read.js'
import type { Resource } from '../registry/resource.js'
import { readObject } from './call-body.js'
import type { Answer, Call } from './context.js'
import { encodeValue } from './encode.js'
import { writeOptions } from './options.js'
import { type Presentation, presentObjects } from './present.js'

/** Requests of a kind that is kept nowhere: reviews, ComponentStatus. */
export async function handleUnstored(
  call: Call,
  resource: Resource,
  verbs: UnstoredVerbs,
  presentation: Presentation,
): Promise<Answer> {
  const { info, request } = call
  if (info.subresource !== '') throw errors.unknownPath()
  if (info.verb === 'create' && info.name === '' && verbs.create) return create(call, resource, verbs, presentation)
  if (info.verb === 'list' && verbs.list) {
    return presentObjects(resource, await verbs.list(), presentation)
  }
  if (info.verb === 'watch' && verbs.list) throw errors.watchNotSupported(resource.plural)
  if (info.verb === 'get' && request.method === 'GET' && verbs.get) {
    return encodeValue(await verbs.get(info.name), 200, presentation.form, presentation.pretty)
  }
  throw errors.methodNotAllowed()
}

/** There is nothing to be shown of an answer but itself (API-SEMANTICS C12). */
async function create(
  call: Call,
  resource: Resource,
  verbs: UnstoredVerbs,
  { form, pretty }: Presentation,
): Promise<Answer> {
  const { info, query, request, user } = call
  if (resource.namespaced && info.namespace === '') throw errors.methodNotAllowed()
  if (form.as) throw errors.notAcceptable(['application/json', 'application/yaml', protobufMediaType])
  const options = writeOptions(query, 'CreateOptions', request.headers['user-agent'])
  const body = await readObject(call, resource, options.fieldValidation)
  const object = decodeObject(resource, body, options.fieldValidation, call)
  checkNamespace(resource, object, info.namespace)
  setDefaults(resource.version, object)
  const made = await verbs.create?.({ object, namespace: info.namespace, user, dryRun: options.dryRun })
  return encodeValue(made, 201, form, pretty)
}
