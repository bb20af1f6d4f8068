import { errors } from '../meta/status.js'
import type { Revision, Stored } from '../store/store.js'
import type { Backend } from './backend.js'
import type { ObjectTarget } from './target.js'

/** @throws StatusError NotFound; Timeout when `atLeast` lies in the future (API-SEMANTICS L09) */
export async function get(
  backend: Backend,
  { resource, namespace, name }: ObjectTarget,
  atLeast?: Revision,
): Promise<Stored> {
  const stored = await backend.cache.get(resource.key(namespace, name), atLeast)
  if (!stored) throw errors.notFound(resource.groupResource, name)
  return stored
}
