import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { namespaceLifecycle } from './admission/namespace-lifecycle.js'
import { mountExtensions } from './apiexts/mount.js'
import { builtinResources } from './apis/builtin-resources.js'
import { initialNamespaces } from './apis/core/namespaces.js'
import { kindType } from './apis/facts/kind-types.js'
import { createAuthenticator } from './auth/authentication.js'
import { createAuthorizer } from './auth/authorizers.js'
import { readTokenFile } from './auth/token-file.js'
import { WatchCache } from './cache/watch-cache.js'
import { ensureCertificates } from './certs/certificates.js'
import { type App, createApp } from './http/app.js'
import type { HealthCheck } from './http/health.js'
import { type Listener, listen, type TlsOptions } from './http/listeners.js'
import { StatusError } from './meta/status.js'
import { groupMasters } from './meta/user.js'
import { chainAdmission } from './registry/admission.js'
import type { Backend } from './registry/backend.js'
import { isBeingDeleted } from './registry/being-deleted.js'
import { create } from './registry/create.js'
import { ingest } from './registry/ingest.js'
import { plainWrite } from './registry/options.js'
import { Registry } from './registry/registry.js'
import type { ListenAddress, ServerOptions } from './server-options.js'
import type { FileStore } from './store/file/file-store.js'
import { openFileStore } from './store/file/open-file-store.js'
import type { FileChange, FileProblem } from './store/file-change.js'
import { historyLimits } from './store/history.js'
import { storeKey } from './store/keys.js'
import { MemoryStore } from './store/memory/memory-store.js'
import type { Store } from './store/store.js'

/** All addresses of the machine: none that a certificate could name. */
const wildcards = new Set(['0.0.0.0', '::'])

/** Who is noted for what the server makes itself, as upstream. */
const ownWrite = { ...plainWrite, fieldManager: 'kube-apiserver' }

/** Open watches and requests get this long to end before their connections are closed, in milliseconds. */
const shutdownGrace = 5_000

export interface RunningServer {
  readonly insecureUrl: string | undefined
  readonly secureUrl: string | undefined
  /** Files whose text is not served, and why. */
  fileProblems(): FileProblem[]
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
    const { store, files } = await openStore(options)
    undo.push(() => store.close())
    const cache = await WatchCache.open(store, historyLimits(options.watchHistory))
    undo.push(() => cache.close())
    const backend = newBackend(options, store, cache)
    if (files) await followFiles(files, backend, options.log, undo)
    await createNamespaces(backend)
    const app = await newApp(options, backend, files)
    const listeners = await openListeners(options, app, undo)
    undo.push(() => shutDown(app, Object.values(listeners)))
    return { ...urls(options, listeners), fileProblems: () => files?.problems() ?? [], close: closeAll }
  } catch (error) {
    await closeAll()
    throw error
  }
}

async function openStore(options: ServerOptions): Promise<{ store: Store; files: FileStore | undefined }> {
  const { fileRootpath: root, watchFiles, watchHistory, log } = options
  if (options.backend === 'memory') return { store: new MemoryStore(historyLimits(watchHistory)), files: undefined }
  const files = await openFileStore({ root, watchFiles, historyLimit: watchHistory, log })
  return { store: files, files }
}

function newBackend(options: ServerOptions, store: Store, cache: WatchCache): Backend {
  const registry = new Registry()
  for (const definition of [...builtinResources(), ...options.resources]) registry.add(definition)
  const lookup = (name: string) => {
    const found = cache.peek(storeKey('', 'namespaces', '', name))
    return found && { terminating: isBeingDeleted(found) }
  }
  return {
    store,
    cache,
    registry,
    admission: chainAdmission([namespaceLifecycle(lookup)]),
    now: () => new Date(),
    newUid: randomUUID,
    unrestrictedUpdate: options.unrestrictedUpdate,
  }
}

async function createNamespaces(backend: Backend): Promise<void> {
  const resource = backend.registry.stored('', 'namespaces')
  if (!resource) return
  await backend.cache.fresh()
  const caller = { user: { name: 'system:apiserver', groups: [groupMasters] }, warn: () => {} }
  for (const name of initialNamespaces) {
    if (backend.cache.peek(resource.key('', name))) continue
    const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }
    await create(backend, caller, resource, '', object, ownWrite).catch((error: unknown) => {
      if (!(error instanceof StatusError) || error.code !== 409) throw error
    })
  }
  await backend.cache.fresh()
}

/**
 * Edits by hand go through the registry; files that wait for a namespace are looked at again when one appears. The
 * server's own namespaces are made behind those that files tell of, which keep their uids, and before what is in them.
 */
async function followFiles(
  files: FileStore,
  backend: Backend,
  log: ServerOptions['log'],
  undo: (() => Promise<void>)[],
): Promise<void> {
  const judge = ingest(backend, log)
  let ownNamespaces: Promise<void> | undefined
  await files.start(async (changes) => {
    const isNamespace = ({ target, text }: FileChange) =>
      text !== undefined && target.group === '' && target.resource === 'namespaces'
    const split = changes.findLastIndex(isNamespace) + 1
    const verdicts = await judge(changes.slice(0, split))
    if (split === changes.length) return verdicts
    ownNamespaces ??= createNamespaces(backend)
    await ownNamespaces
    return [...verdicts, ...(await judge(changes.slice(split)))]
  })
  const stop = backend.cache.watch(storeKey('', 'namespaces', ''), backend.cache.revision, (event) => {
    if (event.type === 'create') files.reconsider()
  })
  const stopListening = backend.registry.onChange(() => files.reconsider())
  undo.push(async () => {
    stop()
    stopListening()
  })
}

async function newApp(options: ServerOptions, backend: Backend, files: FileStore | undefined): Promise<App> {
  const { tokenAuthFile, authorizationMode, authnAllowLocalhost, log } = options
  const tokens = tokenAuthFile ? [await readTokenFile(tokenAuthFile, log)] : []
  if (!tokenAuthFile) log.info('no token file: client certificates and, if allowed, this machine are let in')
  const checks: HealthCheck[] = [
    { name: 'ping', check: () => undefined },
    { name: 'store', check: () => files?.health() },
    { name: 'watch-cache', check: () => backend.cache.health() },
  ]
  return createApp({
    backend,
    authenticate: createAuthenticator({ tokens, allowLocalhost: authnAllowLocalhost, now: Date.now }),
    authorizer: createAuthorizer(authorizationMode),
    checks,
    requestTimeout: options.requestTimeout,
    version: options.version,
    protobuf: kindType,
    log,
    mountExtensions: (router) =>
      mountExtensions(
        router,
        { fileProblems: () => files?.problems() ?? [] },
        options.apiextUrl,
        options.requestTimeout,
      ),
  })
}

interface Listeners {
  insecure?: Listener
  secure?: Listener
}

async function openListeners(
  { insecure, secure, ...options }: ServerOptions,
  app: App,
  undo: (() => Promise<void>)[],
): Promise<Listeners> {
  const handler = app.koa.callback()
  const listeners: Listeners = {}
  const open = async (address: ListenAddress, tls?: TlsOptions) => {
    const listener = await listen(handler, address, tls)
    undo.push(async () => listener.destroy())
    return listener
  }
  // Plain HTTP last: who finds it ready finds everything ready.
  if (secure) listeners.secure = await open(secure, await tlsOptions(secure, options))
  if (insecure) listeners.insecure = await open(insecure)
  return listeners
}

async function tlsOptions(
  { address }: ListenAddress,
  options: Omit<ServerOptions, 'insecure' | 'secure'>,
): Promise<TlsOptions> {
  const { certDir, tlsCertFile, tlsPrivateKeyFile, clientCaFile, log } = options
  const addresses = wildcards.has(address) ? [] : [address]
  const own = await ensureCertificates({ certDir, hostNames: [hostname()], addresses, log, now: new Date() })
  return {
    cert: tlsCertFile ? await readFile(tlsCertFile, 'utf8') : own.serverCert,
    key: tlsPrivateKeyFile ? await readFile(tlsPrivateKeyFile, 'utf8') : own.serverKey,
    clientCa: clientCaFile ? await readAuthorities(clientCaFile) : own.caCert,
  }
}

/** @throws Error when there is no certificate in the file: then no client would ever be let in */
async function readAuthorities(path: string): Promise<string> {
  const text = await readFile(path, 'utf8')
  if (!text.includes('-----BEGIN CERTIFICATE-----')) throw new Error(`${path} holds no PEM certificate`)
  return text
}

async function shutDown(app: App, listeners: readonly Listener[]): Promise<void> {
  const closed = Promise.all(listeners.map((listener) => listener.close()))
  app.endWatches()
  const timer = setTimeout(() => {
    for (const listener of listeners) listener.destroy()
  }, shutdownGrace)
  await closed
  clearTimeout(timer)
}

function urls({ insecure, secure }: ServerOptions, listeners: Listeners) {
  const url = (scheme: string, address: ListenAddress | undefined, listener: Listener | undefined) => {
    if (!address || !listener) return undefined
    const host = address.address.includes(':') ? `[${address.address}]` : address.address
    return `${scheme}://${host}:${listener.port}`
  }
  return {
    insecureUrl: url('http', insecure, listeners.insecure),
    secureUrl: url('https', secure, listeners.secure),
  }
}
