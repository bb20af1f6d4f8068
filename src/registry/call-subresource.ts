import { formatGroupVersionKind, parseApiVersion } from '../meta/gvk.js'
import type { KubeObject } from '../meta/object.js'
import { errors } from '../meta/status.js'
import type { Backend, Caller } from './backend.js'
import type { CustomSubresource } from './definition.js'
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
  { resource, namespace, name, method, body }: SubresourceRequest,
): Promise<KubeObject> {
  const handler = subresource.methods[method as keyof CustomSubresource['methods']]
  if (!handler) throw errors.methodNotAllowed()
  const answer = await handler({
    namespace,
    name,
    user: caller.user,
    body,
    get: async () => readObject(resource, await get(backend, resource, namespace, name)),
    update: async (change) => {
      const target = { resource, namespace, name, subresource: '*' } as const
      const stored = await update(backend, caller, target, plainWrite, (current) => {
        change(current)
        return current
      })
      return readObject(resource, stored)
    },
  })
  if (!answer?.kind || !parseApiVersion(answer.apiVersion ?? '')) {
    throw errors.internal(
      `a subresource of ${formatGroupVersionKind(resource.groupVersionKind)} answered with no object`,
    )
  }
  return answer
}
