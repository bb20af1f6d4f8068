import { initialNamespaces } from '../apis/core/namespaces.js'
import { systemPriorityClasses } from '../apis/scheduling/priority-classes.js'
import type { KubeObject } from '../meta/object.js'
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
export function createNamespaces(backend: Backend): Promise<void> {
  const named = initialNamespaces.map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }))
  return createMissing(backend, '', 'namespaces', named)
}

/** The classes of the system's own pods; upstream makes them too. */
export function createPriorityClasses(backend: Backend): Promise<void> {
  const [group, plural] = ['scheduling.k8s.io', 'priorityclasses']
  const classes = systemPriorityClasses.map(({ name, ...rest }) => ({
    ...{ apiVersion: `${group}/v1`, kind: 'PriorityClass', metadata: { name } },
    ...rest,
  }))
  return createMissing(backend, group, plural, classes)
}

async function createMissing(backend: Backend, group: string, plural: string, objects: KubeObject[]): Promise<void> {
  const resource = backend.registry.stored(group, plural)
  if (!resource) return
  await backend.cache.fresh()
  for (const object of objects) {
    if (backend.cache.peek(resource.key('', object.metadata.name ?? ''))) continue
    await create(backend, ownCaller, resource, '', object, ownWrite).catch((error: unknown) => {
      if (!(error instanceof StatusError) || error.code !== 409) throw error
    })
  }
  await backend.cache.fresh()
}
