import { initialNamespaces } from '../apis/core/namespaces.js'
import { initialFlowSchemas, initialPriorityLevels } from '../apis/flowcontrol/configuration.js'
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

/** What upstream's server makes beside namespaces: classes of the system's own pods, and how requests are told apart. */
export async function createInitialObjects(backend: Backend): Promise<void> {
  const scheduling = 'scheduling.k8s.io'
  const classes = systemPriorityClasses.map(({ name, ...rest }) => ({
    apiVersion: `${scheduling}/v1`,
    kind: 'PriorityClass',
    metadata: { name },
    ...rest,
  }))
  const flowControl = 'flowcontrol.apiserver.k8s.io'
  const metadata = (name: string) => ({ name, annotations: { 'apf.kubernetes.io/autoupdate-spec': 'true' } })
  const apiVersion = `${flowControl}/v1`
  const levels = initialPriorityLevels.map(({ name, spec }) => ({
    apiVersion,
    kind: 'PriorityLevelConfiguration',
    metadata: metadata(name),
    spec,
  }))
  const schemas = initialFlowSchemas.map(({ name, spec }) => ({
    apiVersion,
    kind: 'FlowSchema',
    metadata: metadata(name),
    spec,
  }))
  const producer = { ...ownWrite, fieldManager: 'api-priority-and-fairness-config-producer-v1' }
  await Promise.all([
    createMissing(backend, scheduling, 'priorityclasses', classes),
    createMissing(backend, flowControl, 'prioritylevelconfigurations', levels, producer),
    createMissing(backend, flowControl, 'flowschemas', schemas, producer),
  ])
}

async function createMissing(
  backend: Backend,
  group: string,
  plural: string,
  objects: readonly KubeObject[],
  write = ownWrite,
): Promise<void> {
  const resource = backend.registry.stored(group, plural)
  if (!resource) return
  await backend.cache.fresh()
  const missing = objects.filter(({ metadata }) => !backend.cache.peek(resource.key('', metadata.name ?? '')))
  await Promise.all(
    missing.map((object) =>
      create(backend, ownCaller, { resource, namespace: '' }, object, write).catch((error: unknown) => {
        if (!(error instanceof StatusError) || error.code !== 409) throw error
      }),
    ),
  )
  await backend.cache.fresh()
}
