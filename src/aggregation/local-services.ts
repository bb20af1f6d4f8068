import type { ApiService, ApiServiceSpec } from '../apis/apiregistration/api-service.js'
import { WorkerPool } from '../controllers/worker-pool.js'
import { ignoringNotFound } from '../controllers/write.js'
import { jsonEquals } from '../meta/json-equal.js'
import type { Log } from '../meta/log.js'
import { StatusError } from '../meta/status.js'
import type { Backend, Caller } from '../registry/backend.js'
import { create } from '../registry/create.js'
import { deleteObject } from '../registry/delete.js'
import { plainWrite } from '../registry/options.js'
import type { Group, Registry } from '../registry/registry.js'
import type { Resource } from '../registry/resource.js'
import { update } from '../registry/update.js'
import { decodeStored } from '../store/encode.js'
import { automanagedLabel } from './api-service-index.js'
import { ownGroup } from './own-group.js'

export interface LocalServicesContext {
  readonly backend: Backend
  readonly caller: Caller
  readonly log: Log
  /** Files were changed by hand and are not taken in yet. */
  hasUnreadFiles(): boolean
}

const write = { ...plainWrite, fieldManager: 'kube-apiserver' }

/** As it shall be: `onstart` for what is served from the start, `true` for what a definition serves. */
interface Wanted {
  readonly spec: ApiServiceSpec
  readonly automanaged: 'onstart' | 'true'
}

/**
 * Keeps an APIService for every group version that is served here (API-SEMANTICS A80): makes those that are missing,
 * corrects their spec, removes those whose group version is gone. One without upstream's label is its owner's: it is
 * left alone. Resolves when all are there; answers with what ends it.
 */
export async function keepLocalServices(context: LocalServicesContext): Promise<() => Promise<void>> {
  const { backend, log } = context
  const resource = backend.registry.stored(ownGroup, 'apiservices')
  if (!resource) throw new Error('APIServices themselves are not served')
  const prefix = resource.prefix('')
  let wanted = wantedServices(backend)
  const keep = (name: string) => keepOne(context, resource, name, wanted.get(name))
  const queue = new WorkerPool(
    { name: 'local APIServices', log, workers: 4, rests: () => context.hasUnreadFiles() },
    async (name) => {
      await keep(name)
      return undefined
    },
  )
  const nameOf = (key: string) => key.slice(prefix.length)
  await backend.cache.fresh()
  const stopWatch = backend.cache.watch(prefix, backend.cache.revision, ({ stored }) => queue.add(nameOf(stored.key)))
  const known = backend.cache.peekAll(prefix).map(({ key }) => nameOf(key))
  await Promise.all([...new Set([...wanted.keys(), ...known])].map((name) => keep(name).catch(() => queue.add(name))))
  await backend.cache.fresh()
  const stopListening = backend.registry.onChange(() => {
    const before = wanted
    wanted = wantedServices(backend)
    for (const name of new Set([...before.keys(), ...wanted.keys()])) {
      if (!jsonEquals(before.get(name), wanted.get(name))) queue.add(name)
    }
  })
  return async () => {
    stopListening()
    stopWatch()
    await queue.stop()
  }
}

/** By name. */
function wantedServices({ registry }: Backend): Map<string, Wanted> {
  const groups = registry.allGroups().filter(({ name }) => name !== ownGroup)
  return new Map(
    groups.flatMap((group) =>
      group.versions.map((version) => [`${version}.${group.name}`, wantedOf(registry, group, version)]),
    ),
  )
}

function wantedOf(registry: Registry, group: Group, version: string): Wanted {
  const priority = registry.priorityOf(group.name, version)
  const isDefined = group.resources(version).every(({ definition }) => definition.rules?.customResource)
  return {
    spec: {
      ...(group.name === '' ? {} : { group: group.name }),
      version,
      groupPriorityMinimum: priority.group,
      versionPriority: priority.version,
    },
    automanaged: isDefined ? 'true' : 'onstart',
  }
}

async function keepOne(
  { backend, caller }: LocalServicesContext,
  resource: Resource,
  name: string,
  wanted: Wanted | undefined,
): Promise<void> {
  const stored = backend.cache.peek(resource.key('', name))
  if (!stored) {
    if (!wanted) return
    const metadata = { name, labels: { [automanagedLabel]: wanted.automanaged } }
    const object = { apiVersion: resource.apiVersion, kind: resource.kind, metadata, spec: wanted.spec }
    await create(backend, caller, { resource, namespace: '' }, object, write).catch(ignoringExisting)
    return
  }
  const { metadata, spec } = decodeStored(stored) as ApiService
  if (metadata.labels?.[automanagedLabel] === undefined) return
  if (!wanted) {
    const { uid } = metadata
    const options = { dryRun: false, ...(uid ? { preconditions: { uid } } : {}) }
    await ignoringNotFound(deleteObject(backend, caller, { resource, namespace: '', name }, options))
  } else if (!jsonEquals(spec, wanted.spec)) {
    const target = { resource, namespace: '', name, subresource: '' } as const
    await ignoringNotFound(
      update(backend, caller, target, write, (current) =>
        (current as ApiService).metadata.labels?.[automanagedLabel] === undefined
          ? current
          : { ...current, spec: wanted.spec },
      ),
    )
  }
}

/** Another server over the same store was faster. */
function ignoringExisting(error: unknown): void {
  if (!(error instanceof StatusError) || error.code !== 409) throw error
}
