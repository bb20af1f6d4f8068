import { readFile } from 'node:fs/promises'
import { ApiServiceIndex, type RemoteEntry } from '../aggregation/api-service-index.js'
import { groupsInOrder } from '../aggregation/group-order.js'
import { ownGroup } from '../aggregation/own-group.js'
import type { ClientIdentity } from '../aggregation/remote-server.js'
import type { RemoteServers } from '../aggregation/remote-servers.js'
import type { ControllerContext, RemoteContent, RemoteRemains } from '../controllers/controller.js'
import type { Aggregation, GroupVersions, RemoteGroupVersion } from '../http/aggregation.js'
import type { Backend } from '../registry/backend.js'
import { type ServerOptions, usualIdentityHeaders } from '../server-options.js'
import { publishAuthentication } from './authentication-config.js'
import { ownCaller } from './own-objects.js'
import { serviceAddresses } from './service-addresses.js'
import type { ServerTls } from './tls.js'

interface Surroundings {
  readonly backend: Backend
  readonly tls: ServerTls | undefined
}

/** Other servers, as requests and as controllers see them. */
interface OtherServers {
  readonly aggregation: Aggregation
  readonly remoteContent: RemoteContent
}

/** What APIServices say of this server and others. What it takes to ask others is loaded when there is one. */
export async function newAggregation(
  options: ServerOptions,
  surroundings: Surroundings,
  undo: (() => Promise<void>)[],
): Promise<OtherServers> {
  const { backend } = surroundings
  const { log } = options
  const resource = backend.registry.stored(ownGroup, 'apiservices')
  if (!resource) throw new Error('APIServices themselves are not served')
  const { index, stop } = await ApiServiceIndex.open(backend.cache, resource.prefix(''))
  const listeners = new Set<() => void>()
  const changed = () => {
    for (const listener of listeners) listener()
  }
  let servers: RemoteServers | undefined
  let loading: Promise<RemoteServers> | undefined
  const load = async () => {
    const { RemoteServers } = await import('../aggregation/remote-servers.js')
    const { resolve } = serviceAddresses(backend.cache)
    const identity = once(() => proxyIdentity(options, surroundings, undo))
    servers = new RemoteServers({ backend, caller: ownCaller, log, index, resource, changed, resolve, identity })
    return servers
  }
  const loaded = () => {
    loading ??= load()
    return loading
  }
  index.onChange((name) => {
    const entry = index.named(name)
    if (entry && (entry.remote || entry.reason !== 'Local')) void loaded()
    changed()
  })
  for (const { remote } of index.all()) if (remote) void loaded()
  undo.push(async () => {
    stop()
    await (await loading)?.close()
  })
  const inOrder = (local: readonly GroupVersions[]) =>
    groupsInOrder(index, local, (group, version) => backend.registry.priorityOf(group, version))
  const onChange = (listener: () => void) => {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }
  const aggregation: Aggregation = {
    inOrder,
    remote: (group, version) => {
      const entry = index.remote(group, version)
      return entry && (servers?.of(entry) ?? unloaded(entry, loaded))
    },
    onChange,
    endStreams: () => servers?.endStreams(),
  }
  const remoteContent: RemoteContent = {
    deleteIn: async (namespace) => {
      const groupVersions = inOrder([]).flatMap(({ name, versions }) =>
        versions.map((version) => [name, version] as const),
      )
      const entries = groupVersions.flatMap(([group, version]) => index.remote(group, version) ?? [])
      if (entries.length === 0) return nothingElsewhere
      return (await loaded()).deleteContent(entries, namespace)
    },
    onChange,
  }
  return { aggregation, remoteContent }
}

const nothingElsewhere: RemoteRemains = {
  resources: new Map(),
  finalizers: new Map(),
  failures: [],
  undiscovered: [],
}

/** For the moment until servers can be asked. */
function unloaded(entry: RemoteEntry, loaded: () => Promise<RemoteServers>): RemoteGroupVersion {
  return {
    resources: undefined,
    isStale: true,
    openApi: undefined,
    pass: async (request) => (await loaded()).of(entry).pass(request),
  }
}

/** A failure is tried again by who asks next. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined
      throw error
    })
    return made
  }
}

/** What the flags name; else one is made, and others are told whom to believe (API-SEMANTICS A05). */
async function proxyIdentity(
  options: ServerOptions,
  surroundings: Surroundings,
  undo: (() => Promise<void>)[],
): Promise<ClientIdentity> {
  if (options.proxyClient) {
    const { certFile, keyFile } = options.proxyClient
    return { cert: await readFile(certFile, 'utf8'), key: await readFile(keyFile, 'utf8') }
  }
  const { ensureFrontProxy, frontProxyName } = await import('../certs/front-proxy.js')
  const { backend, tls } = surroundings
  const { certDir, log } = options
  const { caFile: clientCaFile, client } = await ensureFrontProxy(certDir, log, backend.now())
  if (!options.requestHeader) {
    await publishAuthentication(
      { clientCaFile, allowedNames: [frontProxyName], ...usualIdentityHeaders },
      { backend, tls, log },
      undo,
    )
  }
  return client
}

/** Not one that `--controllers` names: upstream's server keeps these itself. Who listens nowhere writes none. */
export async function keepApiServices(
  { secure, insecure }: ServerOptions,
  context: ControllerContext,
): Promise<() => Promise<void>> {
  if (!secure && !insecure) return async () => {}
  const { keepLocalServices } = await import('../aggregation/local-services.js')
  return keepLocalServices(context)
}
