import { errors } from '../meta/status.js'
import { apply } from '../registry/apply.js'
import type { Backend } from '../registry/backend.js'
import { create } from '../registry/create.js'
import { decodeObject } from '../registry/decode-object.js'
import { deleteObject, warnOfOrphans } from '../registry/delete.js'
import { patch, patchType } from '../registry/patch.js'
import type { Resource } from '../registry/resource.js'
import type { UpdateTarget } from '../registry/target.js'
import { replace, type UpdateResult } from '../registry/update.js'
import type { Answer, Call } from './call.js'
import { readDeleteOptions, readObject } from './call-body.js'
import { applyType, decodeApply, decodePatch, mediaType } from './decode-body.js'
import { encodeValue } from './encode.js'
import { deleteOptions, writeOptions } from './options.js'
import { presentationOf, presentStored } from './present.js'
import { readBody } from './read-body.js'

/** What PATCH of a custom resource takes, as error messages name it (API-SEMANTICS E11). */
const customPatchTypes = ['application/json-patch+json', 'application/merge-patch+json', applyType]

/** POST of a collection. @throws StatusError, as all of these */
export async function createObject(backend: Backend, call: Call, resource: Resource): Promise<Answer> {
  const { presentation, options, object } = await readNew(call, resource)
  const stored = await create(backend, call, { resource, namespace: call.info.namespace }, object, options)
  return presentStored(resource, stored, 201, presentation)
}

/** What a POST of a collection brings, and how it is to be answered. */
export function readNew(call: Call, resource: Resource) {
  if (resource.namespaced && call.info.namespace === '') throw errors.methodNotAllowed()
  return readWhole(call, resource, 'CreateOptions')
}

async function readWhole(call: Call, resource: Resource, kind: 'CreateOptions' | 'UpdateOptions') {
  const { query, request } = call
  const presentation = presentationOf(call, resource)
  const options = writeOptions(query, kind, request.headers['user-agent'])
  const body = await readObject(call, resource, options.fieldValidation)
  return { presentation, options, object: decodeObject(resource, body, options.fieldValidation, call) }
}

/** PUT of an object, or of a subresource that is a part of it. */
export async function replaceObject(backend: Backend, call: Call, target: UpdateTarget): Promise<Answer> {
  const { resource } = target
  const { presentation, options, object } = await readWhole(call, resource, 'UpdateOptions')
  const { stored, created } = await replace(backend, call, target, object, options)
  return presentStored(resource, stored, created ? 201 : 200, presentation)
}

/** PATCH of an object or a part of it, of every media type there is, server-side apply included. */
export async function patchObject(backend: Backend, call: Call, target: UpdateTarget): Promise<Answer> {
  const presentation = presentationOf(call, target.resource)
  const { stored, created } = await patched(backend, call, target)
  return presentStored(target.resource, stored, created ? 201 : 200, presentation)
}

async function patched(backend: Backend, call: Call, target: UpdateTarget): Promise<UpdateResult> {
  const { query, request } = call
  const media = mediaType(request.headers['content-type'])
  const applies = media === applyType
  const { builtin } = target.resource
  const type = patchType(media, builtin)
  if (!applies && !type) throw builtin ? errors.unsupportedMediaType() : errors.unsupportedMediaType(customPatchTypes)
  const options = writeOptions(query, 'PatchOptions', request.headers['user-agent'], applies)
  if (!type) return apply(backend, call, target, decodeApply(await readBody(call)), options)
  const body = decodePatch(await readBody(call), type, options.fieldValidation)
  return { stored: await patch(backend, call, target, body, options), created: false }
}

/** DELETE of an object. */
export async function removeObject(backend: Backend, call: Call, resource: Resource): Promise<Answer> {
  const { info, query } = call
  const presentation = presentationOf(call, resource)
  const options = deleteOptions(query, await readDeleteOptions(call))
  warnOfOrphans(call, resource, options)
  const result = await deleteObject(backend, call, { resource, namespace: info.namespace, name: info.name }, options)
  if ('stored' in result) return presentStored(resource, result.stored, 200, presentation)
  return encodeValue(result.status, 200, presentation.form, presentation.pretty)
}
