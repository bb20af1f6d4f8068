import { dynamicAdmission } from './admission/dynamic-admission.js'
import { WatchCache } from './cache/watch-cache.js'
import { CustomResources } from './controllers/customresources/custom-resources.js'
import type { Registry } from './registry/registry.js'
import { newAccess } from './server/access.js'
import { keepApiServices, newAggregation } from './server/aggregation.js'
import { newApp } from './server/app.js'
import { publishAuthentication } from './server/authentication-config.js'
import { newAuthorization } from './server/authorization.js'
import { newBackend } from './server/backend.js'
import { controllerContext, keepOwnObjects, startControllers } from './server/controllers.js'
import { openDelegation } from './server/delegation.js'
import { expireEvents } from './server/event-expiry.js'
import { openExtensions } from './server/extensions.js'
import { followFiles } from './server/files.js'
import { groupHooks } from './server/group-hooks.js'
import { openListeners, shutDown, urls } from './server/listeners.js'
import { OnceForAll } from './server/once.js'
import { createInitialObjects, ownCaller } from './server/own-objects.js'
import { preparesStore } from './server/prepare-store.js'
import { tellOfRefusedFiles } from './server/refused-files.js'
import { serviceAddresses } from './server/service-addresses.js'
import { restoreSnapshot, type Snapshot, takeSnapshot } from './server/snapshot.js'
import { openStore } from './server/stores.js'
import { prepareTls } from './server/tls.js'
import { newTokens } from './server/tokens.js'
import { webhookClient } from './server/webhook-client.js'
import type { ServerOptions } from './server-options.js'
import type { FileProblem } from './store/file-change.js'
import { historyLimits } from './store/history.js'

export type { Snapshot } from './server/snapshot.js'

export interface RunningServer {
  readonly insecureUrl: string | undefined
  readonly secureUrl: string | undefined
  /** Files whose text is not served, and why. */
  fileProblems(): FileProblem[]
  /** Every object as of now, for `reset`. */
  snapshot(): Promise<Snapshot>
  /** Brings every object back to what it was then; watchers are told what changes. */
  reset(snapshot: Snapshot): Promise<void>
  /** Takes no more connections, ends watches cleanly, finishes what is in flight, writes everything, frees the root. */
  close(): Promise<void>
}

/**
 * Starts a server. Resolves when it answers requests; what was begun before a failure is undone.
 * @throws Error with one line that says what is wrong: a port in use, a root held by another process, a bad token file
 */
export async function createServer(options: ServerOptions): Promise<RunningServer> {
  const undo: (() => Promise<void>)[] = []
  const closeAll = async () => {
    for (const step of undo.splice(0).reverse()) await step()
  }
  try {
    // Where objects are, and who may do what with them.
    const opened = await openStore(options)
    const { store, files, etcd } = opened
    undo.push(() => store.close())
    const cache = await WatchCache.open(store, historyLimits(options.watchHistory))
    undo.push(() => cache.close())
    const delegation = await openDelegation(options, undo)
    const tls = await prepareTls(options, delegation.published)
    const authorization = await newAuthorization(options.authorizationModes, delegation.authorizers, cache, undo)
    const tokens = await newTokens(options, cache)
    const callWebhook = webhookClient(serviceAddresses(cache), undo)
    const { authorizer } = authorization
    const further = (registry: Registry) => [
      ...authorization.admission,
      ...delegation.admission(() => backend),
      dynamicAdmission({ cache, registry, authorizer, call: callWebhook }),
    ]

    // What can be asked for, and what must be there before anything is answered.
    const { backend, quotas } = newBackend(options, store, cache, further, { tokenRequests: tokens.requests })
    const onceForAll = new OnceForAll(etcd !== undefined, undo)
    await onceForAll.start(groupHooks(options, backend))
    const extensions = await openExtensions(options)
    const access = await newAccess(options, backend, authorizer, tokens, { extensions, delegation }, undo)
    const served = { backend, caller: ownCaller, log: options.log, callWebhook, alone: !etcd }
    const definitions = await CustomResources.start(served)
    undo.push(() => definitions.close())
    const prepare = preparesStore(options, backend, definitions)
    const successors = files && (await followFiles(files, backend, definitions, prepare, options.log, undo))
    await prepare()
    await createInitialObjects(backend)
    await authorization.prepare(backend, options.log)

    // What works by itself, and what answers.
    const { aggregation, remoteContent } = await newAggregation(options, { backend, tls }, undo)
    const context = controllerContext(options, { backend, quotas, files, successors, remoteContent, tls })
    await onceForAll.start(() => startControllers(options.controllers, context))
    await publishAuthentication(options.requestHeader, { backend, tls, log: options.log }, undo, options.clientCaFile)
    await onceForAll.start(() => keepApiServices(options, context))
    const app = newApp(options, backend, { ...access, tls, aggregation }, extensions, opened)
    const listeners = await openListeners(options, tls, app, undo)
    undo.push(() => shutDown(app, Object.values(listeners)))
    const addresses = urls(options, listeners)
    undo.push(extensions.begin(addresses.insecureUrl ?? addresses.secureUrl))
    // etcd ends Events itself, by their leases.
    if (!etcd) undo.push(await expireEvents(backend, options.eventTtl))
    // Who listens nowhere is not to be found by anybody, and writes nothing of its own.
    if (options.secure || options.insecure) {
      await onceForAll.start(() => keepOwnObjects(options, listeners, context))
      if (files) undo.push(tellOfRefusedFiles(files, context))
    }
    await onceForAll.standForLease(context)
    return {
      ...addresses,
      fileProblems: () => files?.problems() ?? [],
      snapshot: () => takeSnapshot(store),
      reset: (snapshot) => restoreSnapshot(store, snapshot),
      close: closeAll,
    }
  } catch (error) {
    await closeAll()
    throw error
  }
}
