import { randomUUID } from 'node:crypto'
import type { ApiService } from '../apis/apiregistration/api-service.js'
import { locallyAvailable } from '../apis/apiregistration/api-service.js'
import type { RemoteRemains } from '../controllers/controller.js'
import { WorkerPool } from '../controllers/worker-pool.js'
import { ignoringNotFound } from '../controllers/write.js'
import type { PassedRequest, RemoteGroupVersion } from '../http/aggregation.js'
import { TooManyInflight } from '../http/inflight-limits.js'
import { checkPassedPath } from '../http/pass-on.js'
import { TextError } from '../http/plain-text.js'
import { jsonEquals } from '../meta/json-equal.js'
import type { Log } from '../meta/log.js'
import type { JsonObject } from '../meta/object.js'
import { groupMasters } from '../meta/user.js'
import { type Backend, type Caller, timestamp } from '../registry/backend.js'
import { plainWrite } from '../registry/options.js'
import type { Resource } from '../registry/resource.js'
import { update } from '../registry/update.js'
import { decodeStored } from '../store/encode.js'
import { storeKey } from '../store/keys.js'
import { type ApiServiceIndex, isRemote, type RemoteEntry } from './api-service-index.js'
import { passRequest, type Stream } from './pass-request.js'
import { ask } from './question.js'
import { deleteRemoteContent } from './remote-content.js'
import { type FetchedOpenApi, fetchOpenApi } from './remote-openapi.js'
import { aggregatedResources } from './remote-resources.js'
import { type RemoteOptions, RemoteServer } from './remote-server.js'
import { allChecksPassed, serviceProblem, type Verdict, withAvailable } from './service-check.js'

export interface RemoteContext extends RemoteOptions {
  readonly backend: Backend
  readonly caller: Caller
  readonly log: Log
  readonly index: ApiServiceIndex
  /** The resource of APIServices. */
  readonly resource: Resource
  /** Discovery may tell something else now. */
  changed(): void
}

/** How often each server is asked whether it is there, in milliseconds; one that is not is asked sooner, then less and less. */
const checkAgain = 30_000
const firstRetry = 200
/** Upstream's, for a server to tell what it serves. */
const checkTimeout = 5_000
const maxList = 8 * 1024 * 1024
/** Requests, watches aside, that one server may have under way: one that hangs must not take all there may be. */
const maxUnderWay = 100

const write = { ...plainWrite, fieldManager: 'kube-apiserver' }
/** As upstream asks: every server lets it see what there is. */
const checker = { name: 'system:kube-aggregator', groups: [groupMasters] }

/** What is known of one server. */
interface Known {
  readonly server: RemoteServer
  resources: JsonObject[] | undefined
  openApi: FetchedOpenApi | undefined
  failures: number
}

/** The other servers that APIServices name: whether they are there, what they serve, and how requests get to them. */
export class RemoteServers {
  readonly #known = new Map<string, Known>()
  readonly #streams = new Set<Stream>()
  readonly #checks: WorkerPool
  readonly #stops: (() => void)[]
  readonly #via = `wukong-${randomUUID()}`

  constructor(private readonly context: RemoteContext) {
    const { backend, index, log } = context
    this.#checks = new WorkerPool({ name: 'APIServices', log, workers: 32 }, (name) => this.#check(name))
    const { cache } = backend
    const watch = (prefix: string) =>
      cache.watch(prefix, cache.revision, ({ stored }) => this.#placesChanged(stored.key))
    this.#stops = [
      index.onChange((name) => this.#checks.add(name)),
      watch(storeKey('', 'services', '')),
      watch(storeKey('discovery.k8s.io', 'endpointslices', '')),
    ]
    for (const { name, remote, reason } of index.all()) if (remote || reason !== 'Local') this.#checks.add(name)
  }

  of(entry: RemoteEntry): RemoteGroupVersion {
    const { resources, openApi } = this.#knownOf(entry)
    return {
      resources,
      isStale: !entry.available,
      openApi: openApi?.document,
      pass: (request) => this.#pass(entry, request),
    }
  }

  /** Deletes what the servers of `entries` have in a namespace. */
  deleteContent(entries: readonly RemoteEntry[], namespace: string): Promise<RemoteRemains> {
    const servers = entries.map((entry) => ({ entry, ...this.#knownOf(entry) }))
    return deleteRemoteContent(servers, namespace)
  }

  /** Ends what goes on, so that its callers look for another server. */
  endStreams(): void {
    for (const stream of this.#streams) stream.end()
  }

  async close(): Promise<void> {
    for (const stop of this.#stops) stop()
    this.endStreams()
    for (const { server } of this.#known.values()) server.close()
    await this.#checks.stop()
  }

  async #pass(entry: RemoteEntry, request: PassedRequest): Promise<void> {
    if (!entry.available) throw new TextError(503, 'service unavailable')
    checkPassedPath(request.request.url ?? '')
    const { server } = this.#knownOf(entry)
    if (request.timeout !== undefined) {
      if (server.underWay >= maxUnderWay) throw new TooManyInflight()
      server.underWay++
      request.response.once('close', () => server.underWay--)
    }
    await passRequest(server, request, { via: this.#via, streams: this.#streams })
  }

  #knownOf({ name, remote }: RemoteEntry): Known {
    const found = this.#known.get(name)
    if (found && jsonEquals(found.server.target, remote)) return found
    found?.server.close()
    const server = new RemoteServer(remote, this.context)
    const known = { server, resources: undefined, openApi: undefined, failures: 0 }
    this.#known.set(name, known)
    return known
  }

  /** A Service or one of its EndpointSlices is another: whoever is reached through it is looked at, at once. */
  #placesChanged(key: string): void {
    const [, , namespace] = key.split('/')
    for (const { name, remote } of this.context.index.all()) {
      if (remote?.namespace === namespace) this.#checks.add(name)
    }
  }

  async #check(name: string): Promise<number | undefined> {
    const entry = this.context.index.named(name)
    if (!entry || !isRemote(entry)) {
      this.#known.get(name)?.server.close()
      this.#known.delete(name)
      if (entry && entry.reason !== 'Local') await this.#write(name, locallyAvailable(undefined) as Verdict)
      return undefined
    }
    const known = this.#knownOf(entry)
    const verdict = serviceProblem(this.context.backend.cache, entry) ?? (await this.#ask(entry, known))
    await this.#write(name, verdict)
    if (verdict.status !== 'True') {
      // What was known of it may be so still: it is told, as stale.
      return Math.min(checkAgain, firstRetry * 2 ** known.failures++)
    }
    known.failures = 0
    await this.#readOpenApi(entry, known)
    return checkAgain
  }

  /** One answer of two is enough: it may be that one of its endpoints is gone. */
  async #ask(entry: RemoteEntry, known: Known): Promise<Verdict> {
    const { group, version } = entry
    const path = `/apis/${group}/${version}`
    const question = { path, user: checker, accept: 'application/json', timeout: checkTimeout, maxBytes: maxList }
    try {
      const body = await ask(known.server, question).catch(() => ask(known.server, question))
      const resources = aggregatedResources(body, group, version)
      if (resources && !jsonEquals(resources, known.resources)) {
        known.resources = resources
        this.context.changed()
      }
      return allChecksPassed
    } catch (error) {
      return { status: 'False', reason: 'FailedDiscoveryCheck', message: (error as Error).message }
    }
  }

  async #readOpenApi({ name, group, version }: RemoteEntry, known: Known): Promise<void> {
    try {
      known.openApi = await fetchOpenApi(known.server, `apis/${group}/${version}`, known.openApi)
    } catch (error) {
      this.context.log.verbose(2, 'no OpenAPI document of another server', { name, reason: (error as Error).message })
    }
  }

  async #write(name: string, verdict: Verdict): Promise<void> {
    const { backend, caller, resource } = this.context
    const now = timestamp(backend.now())
    const stored = backend.cache.peek(resource.key('', name))
    if (!stored) return
    const current = decodeStored(stored) as ApiService
    if (withAvailable(current, verdict, now) === current) return
    const target = { resource, namespace: '', name, subresource: 'status' } as const
    const set = (object: unknown) => withAvailable(object as ApiService, verdict, now)
    await ignoringNotFound(update(backend, caller, target, write, set))
    await backend.cache.fresh()
  }
}
