import { openSslCiphers } from '../certs/cipher-suites.js'
import type { App } from '../http/app.js'
import { type Listener, listen, type TlsOptions } from '../http/listeners.js'
import type { ListenAddress, ServerOptions } from '../server-options.js'
import type { ServerTls } from './tls.js'
import { followTlsFiles, type TlsFilesRead } from './tls-files.js'

/** Open watches and requests get this long to end before their connections are closed, in milliseconds. */
const shutdownGrace = 5_000

/** A request that arrives too slowly is answered with 504 before its connection is closed, in milliseconds. */
const arrivalMargin = 10_000
/** No head of a request takes longer to arrive, in milliseconds. */
const longestHead = 30_000

export interface Listeners {
  insecure?: Listener
  secure?: Listener
}

/** What was opened before a failure is closed by `undo`. */
export async function openListeners(
  { insecure, secure, ...options }: ServerOptions,
  tls: ServerTls | undefined,
  app: App,
  undo: (() => Promise<void>)[],
): Promise<Listeners> {
  const handler = app.koa.callback()
  const { requestTimeout, maxStreams } = options
  const headTimeout = Math.min(longestHead, requestTimeout)
  const limits = { arrivalTimeout: requestTimeout + arrivalMargin, headTimeout, maxStreams }
  const listeners: Listeners = {}
  const open = async (address: ListenAddress, tls?: TlsOptions) => {
    const listener = await listen(handler, { ...address, ...limits }, tls)
    undo.push(async () => listener.destroy())
    return listener
  }
  // Plain HTTP last: who finds it ready finds everything ready.
  if (secure && tls) listeners.secure = await openSecure(secure, tls, options, open, undo)
  if (insecure) listeners.insecure = await open(insecure)
  return listeners
}

async function openSecure(
  address: ListenAddress,
  tls: ServerTls,
  options: Omit<ServerOptions, 'insecure' | 'secure'>,
  open: (address: ListenAddress, tls: TlsOptions) => Promise<Listener>,
  undo: (() => Promise<void>)[],
): Promise<Listener> {
  const { certificates, version } = tls.first
  const { tlsMinVersion: minVersion, tlsCipherSuites, log } = options
  const listener = await open(address, { ...certificates, minVersion, ciphers: openSslCiphers(tlsCipherSuites) })
  const use = (changed: TlsFilesRead) => {
    listener.setCertificates(changed.certificates)
    tls.authorities = changed.authorities
  }
  const stop = followTlsFiles(tls.files, version, use, log)
  undo.push(async () => stop())
  return listener
}

/** Takes no more connections, ends watches cleanly, finishes what is in flight. */
export async function shutDown(app: App, listeners: readonly Listener[]): Promise<void> {
  const closed = Promise.all(listeners.map((listener) => listener.close()))
  app.endWatches()
  const timer = setTimeout(() => {
    for (const listener of listeners) listener.destroy()
  }, shutdownGrace)
  await closed
  clearTimeout(timer)
}

export function urls({ insecure, secure }: ServerOptions, listeners: Listeners) {
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
