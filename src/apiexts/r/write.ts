import { parseJson } from '../../codec/json.js'
import type { Call } from '../../http/call.js'
import { readObject } from '../../http/call-body.js'
import { decodePatch, mediaType } from '../../http/decode-body.js'
import { deleteOptions, writeOptions } from '../../http/options.js'
import { readBody } from '../../http/read-body.js'
import { isJsonObject, type JsonObject, type KubeObject } from '../../meta/object.js'
import { errors } from '../../meta/status.js'
import { create } from '../../registry/create.js'
import { createComputed } from '../../registry/create-computed.js'
import { decodeObject } from '../../registry/decode-object.js'
import { deleteObject } from '../../registry/delete.js'
import { patch } from '../../registry/patch.js'
import { readJson } from '../../registry/read.js'
import type { Resource } from '../../registry/resource.js'
import type { Stored } from '../../store/store.js'
import { fromConcise } from './concise-object.js'
import { asPreconditionFailed, matched } from './etag.js'
import type { Objects } from './objects.js'

const mergePatch = 'application/merge-patch+json'
const patchTypes = ['application/json', mergePatch]

/** The object in the request's version. */
export async function objectOf(resource: Resource, stored: Stored): Promise<KubeObject> {
  return parseJson(await readJson(resource, stored)) as KubeObject
}

/** Creates what a concise body says. @throws StatusError as the API's own create */
export async function createConcise({ backend, resource }: Objects, call: Call): Promise<KubeObject> {
  const { info, query, request } = call
  if (resource.namespaced && info.namespace === '') {
    throw errors.badRequest(`${resource.plural} are made in a namespace: POST /wukong/r/${resource.plural}/<namespace>`)
  }
  const options = writeOptions(query, 'CreateOptions', request.headers['user-agent'])
  const body = await readObject(call, resource, options.fieldValidation)
  const { apiVersion, kind } = resource
  const value = { apiVersion, kind, ...fromConcise(objectBody(body.value), resource) }
  const object = decodeObject(resource, { ...body, value }, options.fieldValidation, call)
  const { verbs } = resource.definition
  const target = { resource, namespace: info.namespace }
  if (verbs && !verbs.get) return createComputed(backend, call, target, object, options)
  return objectOf(resource, await create(backend, call, target, object, options))
}

/** Changes what a concise body names, null removing it. Without If-Match it is tried again after a conflict. */
export async function patchConcise(objects: Objects, call: Call): Promise<KubeObject> {
  const { backend, resource } = objects
  const { info, query, request } = call
  const { namespace, name } = info
  if (!patchTypes.includes(mediaType(request.headers['content-type']) || 'application/json')) {
    throw errors.unsupportedMediaType(patchTypes)
  }
  const subresource = info.subresource === 'status' ? 'status' : ''
  if (subresource && !resource.hasStatus) throw errors.notFound(resource.groupResource, name)
  const options = writeOptions(query, 'PatchOptions', request.headers['user-agent'])
  const body = decodePatch(await readBody(call), mergePatch, options.fieldValidation)
  const given = objectBody(body.value)
  const change: JsonObject = subresource ? { status: given } : fromConcise(given, resource)
  const resourceVersion = await precondition(objects, call)
  const metadata = isJsonObject(change.metadata) ? change.metadata : {}
  const value = resourceVersion === undefined ? change : { ...change, metadata: { ...metadata, resourceVersion } }
  const target = { resource, namespace, name, subresource } as const
  try {
    const patchBody = { ...body, value }
    return await objectOf(resource, await patch(backend, call, target, patchBody, options))
  } catch (error) {
    throw resourceVersion === undefined ? error : asPreconditionFailed(error)
  }
}

/** Undefined: gone at once; else the object, which finalizers hold. */
export async function deleteConcise(objects: Objects, call: Call): Promise<KubeObject | undefined> {
  const { backend, resource } = objects
  const { namespace, name } = call.info
  const resourceVersion = await precondition(objects, call)
  const options = deleteOptions(call.query, undefined)
  const preconditions = resourceVersion === undefined ? {} : { preconditions: { resourceVersion } }
  try {
    const result = await deleteObject(backend, call, { resource, namespace, name }, { ...options, ...preconditions })
    const held = 'stored' in result && (await backend.store.get(result.stored.key)) !== undefined
    return held ? await objectOf(resource, result.stored) : undefined
  } catch (error) {
    throw resourceVersion === undefined ? error : asPreconditionFailed(error)
  }
}

/**
 * The version that If-Match wants, if it wants one. What is missing is Not Found with it as without it: a precondition
 * counts only where the request could succeed otherwise (RFC 9110, 13.2.1).
 */
async function precondition(objects: Objects, { info, request }: Call): Promise<string | undefined> {
  const header = request.headers['if-match']
  if (header === undefined) return undefined
  const current = await objects.get(info.namespace, info.name)
  return matched(header, String(current.revision))
}

function objectBody(value: unknown): JsonObject {
  if (isJsonObject(value)) return value
  throw errors.badRequest('the body must be a JSON object: the fields of the resource by name')
}
