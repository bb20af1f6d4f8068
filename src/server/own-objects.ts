import { initialNamespaces } from '../apis/core/namespaces.js'
import { StatusError } from '../meta/status.js'
import { groupMasters } from '../meta/user.js'
import type { Backend, Caller } from '../registry/backend.js'
import { create } from '../registry/create.js'
import { plainWrite } from '../registry/options.js'

/** Who is noted for what the server makes itself, as upstream. */
export const ownWrite = { ...plainWrite, fieldManager: 'kube-apiserver' }

/** The server itself, as a caller of verbs. */
export const ownCaller: Caller = { user: { name: 'system:apiserver', groups: [groupMasters] }, warn: () => {} }

/** Namespaces that a cluster has from the start (API-SEMANTICS V50). */
export async function createNamespaces(backend: Backend): Promise<void> {
  const resource = backend.registry.stored('', 'namespaces')
  if (!resource) return
  await backend.cache.fresh()
  for (const name of initialNamespaces) {
    if (backend.cache.peek(resource.key('', name))) continue
    const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }
    await create(backend, ownCaller, resource, '', object, ownWrite).catch((error: unknown) => {
      if (!(error instanceof StatusError) || error.code !== 409) throw error
    })
  }
  await backend.cache.fresh()
}
