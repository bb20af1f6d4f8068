import { hostname } from 'node:os'
import type { Authorities } from '../auth/client-certificate.js'
import { ensureCertificates } from '../certs/certificates.js'
import { openSslCiphers } from '../certs/cipher-suites.js'
import type { App } from '../http/app.js'
import { type Listener, listen, type TlsOptions } from '../http/listeners.js'
import type { ListenAddress, ServerOptions } from '../server-options.js'
import { followTlsFiles, type PublishedFiles, readTlsFiles, type TlsFiles } from './tls-files.js'

/** All addresses of the machine: none that a certificate could name. */
const wildcards = new Set(['0.0.0.0', '::'])

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
  const { files } = tls
  const { certificates, authorities, version } = await readTlsFiles(files)
  tls.authorities = authorities
  const { tlsMinVersion: minVersion, tlsCipherSuites, log } = options
  const listener = await open(address, { ...certificates, minVersion, ciphers: openSslCiphers(tlsCipherSuites) })
  const use = (changed: Awaited<ReturnType<typeof readTlsFiles>>) => {
    listener.setCertificates(changed.certificates)
    tls.authorities = changed.authorities
  }
  const stop = followTlsFiles(files, version, use, log)
  undo.push(async () => stop())
  return listener
}

export interface ServerTls {
  readonly files: TlsFiles
  /** Where what the server's certificate is checked with is, PEM. */
  readonly rootCaFile: string
  /** Whose certificates are believed now. */
  authorities: Authorities
}

/** Without HTTPS nobody shows a certificate. */
export const nobody: Authorities = { clients: new Set(), frontProxies: new Set() }

/** What HTTPS is served with, made where it is missing; undefined when there is no HTTPS. */
export async function prepareTls(
  options: ServerOptions,
  published: PublishedFiles | undefined,
): Promise<ServerTls | undefined> {
  const { secure, certDir, tlsCertFile, tlsPrivateKeyFile, clientCaFile, requestHeader, log } = options
  if (!secure) return undefined
  const addresses = wildcards.has(secure.address) ? [] : [secure.address]
  const { paths } = await ensureCertificates({ certDir, hostNames: [hostname()], addresses, log, now: new Date() })
  return {
    rootCaFile: tlsCertFile ?? paths.caCert,
    files: {
      cert: tlsCertFile ?? paths.serverCert,
      key: tlsPrivateKeyFile ?? paths.serverKey,
      clientCa: clientCaFile ?? paths.caCert,
      ...(requestHeader ? { requestHeaderCa: requestHeader.clientCaFile } : {}),
      ...(published ? { published } : {}),
    },
    authorities: nobody,
  }
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
