import { formatGroupVersionKind, parseApiVersion } from '../meta/gvk.js'
import type { KubeObject } from '../meta/object.js'
import { errors } from '../meta/status.js'
import { decodeStored } from '../store/encode.js'
import { admitConnection } from './admit-connection.js'
import type { Backend, Caller } from './backend.js'
import type { CustomSubresource, OtherObjects, SubresourceCall } from './definition.js'
import { deleteObject } from './delete.js'
import { get } from './get.js'
import { plainWrite } from './options.js'
import { readObject } from './read.js'
import type { Resource } from './resource.js'
import { isStreamedAnswer, type StreamedAnswer } from './streamed-answer.js'
import { update } from './update.js'

export interface SubresourceRequest {
  readonly resource: Resource
  readonly namespace: string
  readonly name: string
  readonly method: string
  readonly query: URLSearchParams
  readonly subresource: string
  /** What follows the subresource in the path, from its slash on. */
  readonly subpath: string
  readonly dryRun: boolean
  /** Who managedFields says has written. */
  readonly fieldManager: string
  /** Decoded; undefined when there was none. */
  readonly body: unknown
  readonly signal: AbortSignal
}

/**
 * Runs an API group's own subresource.
 * @throws StatusError MethodNotAllowed when it does not know the method
 */
export async function callSubresource(
  backend: Backend,
  caller: Caller,
  { methods, connect, connects, kind: optionsKind }: CustomSubresource,
  request: SubresourceRequest,
): Promise<KubeObject | string | StreamedAnswer> {
  const handler = methods[request.method as keyof CustomSubresource['methods']]
  if (!handler && connect && request.method === 'GET') throw errors.badRequest('Upgrade request required')
  if (!handler) throw errors.methodNotAllowed()
  if (connects && optionsKind) {
    await admitConnection(backend, caller, request, optionsKind, connects(request.query, request.subpath))
  }
  const answer = await handler(subresourceCall(backend, caller, request))
  if (typeof answer === 'string' || isStreamedAnswer(answer)) return answer
  if (answer?.kind && parseApiVersion(answer.apiVersion ?? '')) return answer
  const kind = formatGroupVersionKind(request.resource.groupVersionKind)
  throw errors.internal(`a subresource of ${kind} answered with no object`)
}

/** What a subresource's code is called with. */
export function subresourceCall(backend: Backend, caller: Caller, request: SubresourceRequest): SubresourceCall {
  const { resource, namespace, name, query, dryRun, fieldManager, body, signal } = request
  // What upstream's own subresources (`binding`, `eviction`) change is noted for nobody.
  const options = { ...plainWrite, dryRun, fieldManager, managedFieldsFinal: resource.builtin }
  return {
    namespace,
    name,
    query,
    dryRun,
    body,
    signal,
    user: caller.user,
    get: async () => readObject(resource, await get(backend, { resource, namespace, name })),
    update: async (change, as = '*') => {
      const target = { resource, namespace, name, subresource: as }
      const stored = await update(backend, caller, target, options, (current) => {
        change(current)
        return current
      })
      return readObject(resource, stored)
    },
    remove: async (options) => {
      await deleteObject(backend, caller, { resource, namespace, name }, options)
    },
    others: (group, plural) => othersOf(backend, caller, namespace, group, plural),
  }
}

function othersOf(backend: Backend, caller: Caller, namespace: string, group: string, plural: string): OtherObjects {
  const { cache, registry } = backend
  const resource = registry.stored(group, plural)
  if (!resource) throw errors.internal(`no resource ${plural} of ${JSON.stringify(group)} is served`)
  return {
    list: async () => {
      await cache.fresh()
      return cache.peekAll(resource.prefix(namespace)).map(decodeStored)
    },
    get: async (name) => {
      const stored = await cache.get(resource.key(namespace, name))
      return stored && decodeStored(stored)
    },
    updateStatus: async (name, change, dryRun) => {
      const target = { resource, namespace, name, subresource: 'status' }
      await update(backend, caller, target, { ...plainWrite, dryRun, fieldManager: 'kube-apiserver' }, (current) => {
        change(current)
        return current
      })
    },
  }
}
