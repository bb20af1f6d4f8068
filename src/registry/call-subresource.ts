import { formatGroupVersionKind, parseApiVersion } from '../meta/gvk.js'
import type { KubeObject } from '../meta/object.js'
import { errors } from '../meta/status.js'
import { decodeStored } from '../store/encode.js'
import type { Backend, Caller } from './backend.js'
import type { CustomSubresource, OtherObjects } from './definition.js'
import { deleteObject } from './delete.js'
import { get } from './get.js'
import { plainWrite } from './options.js'
import { readObject } from './read.js'
import type { Resource } from './resource.js'
import { update } from './update.js'

export interface SubresourceRequest {
  readonly resource: Resource
  readonly namespace: string
  readonly name: string
  readonly method: string
  readonly query: URLSearchParams
  readonly dryRun: boolean
  /** Decoded; undefined when there was none. */
  readonly body: unknown
}

/**
 * Runs an API group's own subresource.
 * @throws StatusError MethodNotAllowed when it does not know the method
 */
export async function callSubresource(
  backend: Backend,
  caller: Caller,
  subresource: CustomSubresource,
  request: SubresourceRequest,
): Promise<KubeObject | string> {
  const { resource, namespace, name, method, query, dryRun, body } = request
  const handler = subresource.methods[method as keyof CustomSubresource['methods']]
  if (!handler) throw errors.methodNotAllowed()
  const answer = await handler({
    ...{ namespace, name, query, dryRun, body },
    user: caller.user,
    get: async () => readObject(resource, await get(backend, resource, namespace, name)),
    update: async (change, as = '*') => {
      const target = { resource, namespace, name, subresource: as }
      const stored = await update(backend, caller, target, { ...plainWrite, dryRun }, (current) => {
        change(current)
        return current
      })
      return readObject(resource, stored)
    },
    remove: async (options) => {
      await deleteObject(backend, caller, resource, namespace, name, options)
    },
    others: (group, plural) => othersOf(backend, caller, namespace, group, plural),
  })
  if (typeof answer === 'string' || (answer?.kind && parseApiVersion(answer.apiVersion ?? ''))) return answer
  const kind = formatGroupVersionKind(resource.groupVersionKind)
  throw errors.internal(`a subresource of ${kind} answered with no object`)
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
      await update(backend, caller, target, { ...plainWrite, dryRun }, (current) => {
        change(current)
        return current
      })
    },
  }
}
